import type { ImportsResult } from '../../bench/imports.ts';
import { change, integer, interval } from '../../document/format.ts';
import { code, table, text } from '../../document/say.ts';
import { right } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence, skippedAnswer, skippedSection } from '../answers.ts';
import { type Answer, answer, type Section, section } from '../view.ts';

const TITLE = 'Imports at start-up';
const MOST_ROWS = 15;

const movedOf = ({ modules }: ImportsResult) => modules.filter(({ verdict }) => verdict !== 'inconclusive');

const inShort = (found: ImportsResult) =>
  `${change(found.whole.ratio)} time in imports ${interval(found.whole)}; ${movedOf(found).length} of ${found.modules.length} modules moved`;

export function importsAnswer({ imports, importsSkipped }: TargetResult): Answer | undefined {
  if (imports === undefined) return skippedAnswer(TITLE, importsSkipped);
  const { low, high } = imports.whole;
  return answer(TITLE, low > 1 ? 'bad' : high < 1 ? 'good' : 'unknown', inShort(imports));
}

/** Which modules take longer, themselves; where none moved, the largest differences. */
export function importsSection({ target, imports, importsSkipped }: TargetResult): Section | undefined {
  if (imports === undefined) return skippedSection(`${target}-imports`, TITLE, importsSkipped);
  const moved = movedOf(imports);
  const rows = (moved.length > 0 ? moved : imports.modules).slice(0, MOST_ROWS);
  return section(`${target}-imports`, TITLE, [
    text([
      sentence(inShort(imports)),
      `Wall time by -X importtime, ${integer(imports.pairs)} pairs of processes; a module moved when q is under 5% and its 95% interval does not hold 0.`,
    ]),
    table(
      moved.length > 0
        ? 'Modules that moved, microseconds in themselves, without what they import'
        : 'The largest differences, none of them more than chance, microseconds',
      ['module', 'verdict', ...['baseline', 'patched', 'difference', '95% interval'].map(right)],
      rows.map(({ module, verdict, baseline, patched, difference, low, high }) => [
        code(module),
        verdict,
        ...[baseline, patched, difference].map(integer),
        `${integer(low)} – ${integer(high)}`,
      ]),
    ),
  ]);
}
