import type { RunRecord, TargetResult } from './types.ts';

/** A stage that ended at once was taken from the journal, and says nothing. */
const FROM_JOURNAL_MS = 1000;

/** How long a target's builds took when they were made, and its stages in this run; milliseconds. */
export function timesOf({ timingsMs }: RunRecord, target: TargetResult) {
  const made = (variant: 'baseline' | 'patched') => {
    const found = target.builds.find((build) => build.variant === variant)?.build.durationsMs;
    return found === undefined ? undefined : found.tree + found.configure + found.make;
  };
  const before = `${target.target}/`;
  const stages = Object.entries(timingsMs).filter(
    ([name, ms]) => name.startsWith(before) && name !== `${before}build` && ms >= FROM_JOURNAL_MS,
  );
  return {
    baselineMs: made('baseline'),
    patchedMs: made('patched'),
    stagesMs: Object.fromEntries(stages.map(([name, ms]) => [name.slice(before.length), ms])),
  };
}
