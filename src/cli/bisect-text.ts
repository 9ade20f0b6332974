import { count, percent } from '../document/format.ts';
import type { Bisection } from '../work/bisect.ts';
import type { LeastSet } from '../work/least.ts';

const WORDS = { before: 'not yet', after: 'it is so', undecided: 'cannot be told' } as const;

const sure = (error: number, steps: number): string =>
  error === 0
    ? 'Each step was measured exactly.'
    : `Each step was decided by a 95% interval: that one of ${count(steps, 'step')} is wrong is at most ${percent(error)} likely.`;

/** The answer first, then the steps, then how sure it is. */
export function bisectText({ when, names, titles, steps, found, error }: Bisection): string {
  const called = (at: number) => `${names[at - 1]}${titles[at - 1] === '' ? '' : `: ${titles[at - 1]}`}`;
  const all = steps.map(
    ({ changes, verdict, why }) => `  after ${changes}, ${names[changes - 1]}: ${WORDS[verdict]} (${why})`,
  );
  return [answer(), ...all, sure(error, steps.length)].join('\n');

  function answer(): string {
    if (found === undefined) {
      const last = steps.at(-1);
      if (last?.verdict === 'undecided')
        return `It cannot be told whether ${when} holds with all ${names.length} changes: ${last.why}`;
      return `Not with all ${names.length} changes: ${when} does not hold (${last?.why ?? ''})`;
    }
    if (found.from === found.to) return `First with change ${found.to} of ${names.length}, ${called(found.to)}`;
    const some = Array.from({ length: found.to - found.from + 1 }, (_, i) => `  ${called(found.from + i)}`);
    return [`First with one of ${some.length} changes, between which no step could be decided:`, ...some].join('\n');
  }
}

/** The changes that are left, then how it was found. */
export function leastText({ when, names, titles, steps, found, error }: LeastSet): string {
  const last = steps.at(-1);
  const answer =
    found === undefined
      ? [
          `Not with all ${names.length} changes: ${when} ${last?.verdict === 'undecided' ? 'cannot be told' : 'does not hold'} (${last?.why ?? ''})`,
        ]
      : [
          `${found.length} of ${names.length} changes do it, and none of these can be left out:`,
          ...found.map((at) => `  ${names[at - 1]}${titles[at - 1] === '' ? '' : `: ${titles[at - 1]}`}`),
        ];
  const tried = `${count(steps.length, 'set')} of changes were tried; what did not apply or build counted as one that does not do it.`;
  return [...answer, tried, sure(error, steps.length)].join('\n');
}
