import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { median } from 'simple-statistics';
import { readRunRecord, runFolder } from '../folder.ts';
import { type History, type Times, timesOf } from '../history.ts';
import type { RunRecord } from '../types.ts';
import type { Cell, CellEstimate } from './types.ts';

/** How long one target of one run took: what estimates are made of. */
export interface Observation extends Times {
  readonly target: string;
  /** `2.7` */
  readonly python: string;
}

export function observationsOf(record: RunRecord): readonly Observation[] {
  const python = series(record.checkout.pythonVersion);
  return record.targets
    .filter(({ builds }) => builds.length > 0)
    .map((target) => ({ target: target.target, python, ...timesOf(record, target) }));
}

/** What a history tells; lines of before times were kept tell nothing. */
export function observationsIn({ entries }: History): readonly Observation[] {
  return entries.flatMap(({ python, targets }) =>
    targets.flatMap(({ target, timesMs }) =>
      timesMs === undefined ? [] : [{ target, python: series(python.version), ...timesMs }],
    ),
  );
}

/** All runs in the folders right below `parent`; what cannot be read is nothing to learn from. */
export async function observationsBelow(parent: string): Promise<readonly Observation[]> {
  const names = await readdir(parent).catch(() => []);
  const found: Observation[] = [];
  for (const name of names) {
    const record = await readRunRecord(runFolder(path.join(parent, name))).catch(() => undefined);
    if (record?.state === 'finished') found.push(...observationsOf(record));
  }
  return found;
}

const series = (version: string) => /^\d+\.\d+/.exec(version)?.[0] ?? version;

/**
 * How long a cell takes: medians of what earlier runs took, of the same CPython for the same target; else of any CPython
 * for that target. Nothing where no run of the target is known: a guess would be read as a number.
 * @param stages those that the cell's settings ask for.
 */
export function estimateCell(
  cell: Pick<Cell, 'target' | 'checkout'>,
  observations: readonly Observation[],
  stages: readonly string[],
): CellEstimate | undefined {
  const python = /^\d+\.\d+/.exec(cell.checkout.pythonVersion ?? '')?.[0];
  const forTarget = observations.filter(({ target, baseline }) => target === cell.target && baseline !== undefined);
  const alike = forTarget.filter((one) => one.python === python);
  const used = alike.length > 0 ? alike : forTarget;
  if (used.length === 0) return undefined;
  const middle = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : median([...known]) / 1000;
  };
  const baseline = middle(used.map((one) => one.baseline)) ?? 0;
  const rest = stages.reduce((sum, stage) => sum + (middle(used.map((one) => one.stages[stage])) ?? 0), 0);
  const which = alike.length > 0 ? `CPython ${python}` : 'other CPythons';
  return {
    baseline,
    // A patch that was never built takes what its baseline does.
    patched: middle(used.map(({ patched }) => patched)) ?? baseline,
    rest,
    from: `${used.length} ${used.length === 1 ? 'run' : 'runs'} of ${which} for ${cell.target}`,
  };
}
