import { count, percent } from '../document/format.ts';
import type { Bisection } from '../work/bisect.ts';

const WORDS = { before: 'not yet ', after: 'it is so', undecided: 'cannot be told' } as const;

/** The answer first, then the steps, then how sure it is. */
export function bisectText({ when, names, titles, steps, found, error }: Bisection): string {
  const called = (at: number) => `${names[at - 1]}${titles[at - 1] === '' ? '' : `: ${titles[at - 1]}`}`;
  const all = steps.map(
    ({ changes, verdict, why }) => `  after ${changes}, ${names[changes - 1]}: ${WORDS[verdict].trim()} (${why})`,
  );
  const sure =
    error === 0
      ? 'Each step was measured exactly.'
      : `Each step was decided by a 95% interval: that one of ${count(steps.length, 'step')} is wrong is at most ${percent(error)} likely.`;
  return [answer(), ...all, sure].join('\n');

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
