import type { RunFolder } from '../folder.ts';
import type { TargetResult } from '../types.ts';

const MARK = '.elsewhere';

/** The samples that were brought: beside those that were measured here, which stay. */
export const elsewhereSamples = (folder: RunFolder, target: string): string => folder.samples(`${target}${MARK}`);

export const isImported = ({ bundle }: Pick<TargetResult, 'bundle'>): boolean => bundle !== undefined;

/**
 * What a run that goes on knows of a target: what was imported into it stays, as long as the interpreters are the same.
 * @param before the target's result when the run was resumed.
 */
export function keepImported(before: TargetResult | undefined, now: TargetResult): TargetResult {
  if (before === undefined || !isImported(before) || now.speed !== undefined) return now;
  const keys = ({ builds }: TargetResult) => builds.map(({ variant, build }) => `${variant} ${build.key}`).join();
  if (keys(before) !== keys(now)) return now;
  const { speedSkipped: _, ...rest } = now;
  const { speed, bench, speedSkipped, elsewhere, memory, bundle } = before;
  const ownMemory = now.memory ?? memory;
  return {
    ...rest,
    ...{ speed, bench, speedSkipped, elsewhere, bundle },
    ...(ownMemory === undefined ? {} : { memory: ownMemory }),
    limits: limitsWith(ownMemory, now),
  };
}

/** A target's limits: where there is its memory, that it was not measured is none. */
export const limitsWith = (memory: TargetResult['memory'], { limits }: Pick<TargetResult, 'limits'>) =>
  limits.filter((limit) => memory === undefined || !limit.startsWith('memory was not measured'));
