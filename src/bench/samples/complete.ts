import { UserError } from '../../system/diagnostic.ts';
import type { Frozen } from '../../system/frozen.ts';
import { canonicalJson } from '../../system/hash.ts';
import type { Family, Sample, SampleLine, SampleProblem } from '../types.ts';

export type CompleteSamples = Frozen<NonNullable<ReturnType<typeof completeSamples>>>;

/**
 * Leaves out what an interrupted pair wrote: its lines count only when `pair-done` follows, without `resumed` between.
 * @returns `problems` with those of the planning (pair 0), `pairs` rising; `undefined` when there is no header: nothing
 * was measured.
 * @throws UserError when the lines are of more than one session.
 */
export function completeSamples(lines: readonly SampleLine[]) {
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) return undefined;
  for (const line of lines) {
    if (line.type === 'header' && line !== header && canonicalJson(line) !== canonicalJson(header)) {
      throw mixed('it has the header of another session');
    }
    if (line.type === 'pair-done' && line.pair > header.settings.pairs) {
      throw mixed(`it has a pair ${line.pair}, and the session was of ${header.settings.pairs}`);
    }
  }
  const samples: Sample[] = [];
  const problems: SampleProblem[] = [];
  const pairs: number[] = [];
  let family: Family | undefined;
  let pending: (Sample | SampleProblem)[] = [];
  for (const line of lines) {
    if (line.type === 'problem' && line.pair === 0) problems.push(line);
    else if (line.type === 'sample' || line.type === 'problem') pending.push(line);
    else if (line.type === 'family') family = line;
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
  return { header, samples, problems, pairs, family };
}

const mixed = (why: string) =>
  new UserError({
    code: 'bench/mixed-samples',
    message: `the samples are of more than one session: ${why}`,
    hint: 'compare each session’s file by itself; `forkwright report A B` shows them side by side',
  });
