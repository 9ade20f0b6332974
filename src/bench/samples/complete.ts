import type { Sample, SampleHeader, SampleLine, SampleProblem } from '../types.ts';

/** What counts of a samples file: the lines of whole pairs. */
export interface CompleteSamples {
  readonly header: SampleHeader;
  readonly samples: readonly Sample[];
  /** Those of the planning (pair 0) among them. */
  readonly problems: readonly SampleProblem[];
  /** Numbers of the whole pairs, rising. */
  readonly pairs: readonly number[];
}

/**
 * Leaves out what an interrupted pair wrote: its lines count only when `pair-done` follows, without `resumed` between.
 * @returns `undefined` when there is no header: nothing was measured.
 */
export function completeSamples(lines: readonly SampleLine[]): CompleteSamples | undefined {
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) return undefined;
  const samples: Sample[] = [];
  const problems: SampleProblem[] = [];
  const pairs: number[] = [];
  let pending: (Sample | SampleProblem)[] = [];
  for (const line of lines) {
    if (line.type === 'problem' && line.pair === 0) problems.push(line);
    else if (line.type === 'sample' || line.type === 'problem') pending.push(line);
    else if (line.type === 'resumed') pending = [];
    else if (line.type === 'pair-done' && !pairs.includes(line.pair)) {
      for (const kept of pending.filter(({ pair }) => pair === line.pair)) {
        if (kept.type === 'sample') samples.push(kept);
        else problems.push(kept);
      }
      pairs.push(line.pair);
      pending = [];
    }
  }
  return { header, samples, problems, pairs };
}
