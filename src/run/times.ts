import { z } from 'zod';
import { struct } from '../system/schema.ts';
import type { RunRecord, TargetResult } from './types.ts';

/** A stage that ended at once was taken from the journal, and says nothing. */
const FROM_JOURNAL_MS = 1000;

const ms = z.number();

/** How long a target's builds took when they were made, which may have been long before, and its stages; milliseconds. */
export const timesSchema = struct({
  baseline: ms.optional(),
  patched: ms.optional(),
  stages: z.record(z.string(), ms).readonly(),
});
export type Times = z.infer<typeof timesSchema>;

/** Of a target in this run. */
export function timesOf({ timingsMs }: RunRecord, target: TargetResult): Times {
  const made = (variant: 'baseline' | 'patched') => {
    const found = target.builds.find((build) => build.variant === variant)?.build.durationsMs;
    return found === undefined ? undefined : found.tree + found.configure + found.make;
  };
  const before = `${target.target}/`;
  const stages = Object.entries(timingsMs).filter(
    ([name, ms]) => name.startsWith(before) && name !== `${before}build` && ms >= FROM_JOURNAL_MS,
  );
  return {
    baseline: made('baseline'),
    patched: made('patched'),
    stages: Object.fromEntries(stages.map(([name, ms]) => [name.slice(before.length), ms])),
  };
}
