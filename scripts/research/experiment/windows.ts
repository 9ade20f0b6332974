import { change, count, integer, list, percent } from '../../../src/document/format.ts';
import { conditions } from './conditions.ts';
import type { Extract } from './extract.ts';
import { agreement, changesOf, instructionChanges, publishedChanges } from './figures.ts';
import { details, table } from './markdown.ts';
import type { Published } from './published.ts';
import { summaryRows } from './summary.ts';
import { counted, timed } from './words.ts';

/**
 * The section on the system that the published table is of: each of its tests beside ours.
 * @param host the same version on this machine's own system, of which instructions are known.
 */
export function windows(published: Published, extract: Extract, host: Extract | undefined): string[] {
  const beside = host === undefined ? [extract] : [extract, host];
  const names = beside.map(({ python }) => python);
  const rows = published.tests.map(({ test, minDiff, avgDiff }) => [
    `\`${test}\``,
    ...[minDiff, avgDiff].map((diff) => change(1 + diff, 1)),
    ...beside.map((e) => timed(e, test)),
    ...(host === undefined ? [] : [counted(host, test)]),
  ]);
  const sources: readonly (readonly [string, ReadonlyMap<string, number>])[] = [
    ['the published minima', publishedChanges(published)],
    ...(host === undefined
      ? []
      : ([
          [`the times of ${host.python} on Linux`, changesOf(host)],
          [`the instructions of ${host.python} on Linux`, instructionChanges(host)],
        ] as const)),
  ];
  const ranks = sources.flatMap(([name, changes]) => {
    const fit = agreement(changes, changesOf(extract));
    return fit === undefined ? [] : [[name, String(fit.tests), fit.rank.toFixed(2).replace('-', '−')]];
  });
  return [
    'The published table is of an interpreter on Windows. `msvc-x64` is CPython’s own Windows build, of its own project files, compiled here by clang in cl mode and run under Wine ([msvc.md](msvc.md)): the code paths are those of Windows, the compiler and the system are not Microsoft’s. Instructions cannot be counted there.',
    table(
      ['without the zombie frame', 'published', ...names],
      summaryRows(published, beside).map(({ what, published: claim, ours }) => [what, claim, ...ours]),
    ),
    'Each published test beside ours, with the 95% interval of time, and the instructions that it executes natively:',
    table(['test', 'published, minimum', 'average', ...names, ...(host === undefined ? [] : ['instructions'])], rows),
    ...(host === undefined ? [] : [borneOut(extract, host)]),
    'How far the single tests of `msvc-x64` agree with the others, by Spearman’s rank correlation (within ±0.28 it is no more than chance):',
    table(['with', 'tests', 'rank correlation'], ranks, 'right'),
    details('How it was measured', conditions([extract]).join('\n\n')),
  ];
}

/** A test that executes so much more natively would be expected to be slower. */
const MORE = 0.005;

/** Which of the tests that are called changed execute more, or fewer, instructions natively. */
function borneOut({ speed }: Extract, host: Extract): string {
  const native = instructionChanges(host);
  const called = speed.tests.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster');
  const isBorne = ({ test, verdict }: (typeof called)[number]) =>
    (native.get(test) ?? 0) * (verdict === 'slower' ? 1 : -1) > MORE;
  const names = (rows: typeof called) =>
    list(
      rows.map(({ test }) => `\`${test}\``),
      12,
    );
  const [borne, not] = [called.filter(isBorne), called.filter((row) => !isBorne(row))];
  const control =
    speed.controlFlagged === undefined
      ? ''
      : ` Of the control, the same sources in other link orders, ${integer(speed.controlFlagged)} of ${count(speed.tests.length, 'test')} would be called changed.`;
  const doubt =
    not.length === 0
      ? ''
      : ` ${names(not)} ${not.length === 1 ? 'does' : 'do'} not execute ${percent(MORE)} more natively: take ${not.length === 1 ? 'that' : 'those'} for ${not.length === 1 ? 'a question' : 'questions'}, not for the change.`;
  return `Called changed there ${called.length === 1 ? 'is 1 test' : `are ${integer(called.length)}`}. By native instructions ${borne.length === 0 ? 'none' : names(borne)} ${borne.length > 1 ? 'are' : 'is'} borne out.${doubt}${control}`;
}
