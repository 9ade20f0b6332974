import type { CpythonTestRow } from '../../bench/types.ts';
import { integer, list } from '../../document/format.ts';
import { code, details, joined, table, text, toned, verdict } from '../../document/say.ts';
import type { Cell } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { type Section, section } from '../view.ts';
import { OUTCOME_WORD, TEST_VERDICTS } from '../words.ts';

/** CPython's own tests on both variants: a table when something differs or fails, a sentence and a fold when not. */
export function testsSection(target: TargetResult): Section | undefined {
  const { tests } = target;
  if (tests === undefined) return undefined;
  const plain = (row: CpythonTestRow) => row.verdict === 'same' && ['passed', 'skipped'].includes(row.patched);
  const order = ['unexpected', 'expected', 'fixed', 'same'];
  const telling = tests.rows
    .filter((row) => !plain(row))
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const quiet = tests.rows.filter(plain);
  const names = (outcome: string) =>
    quiet
      .filter((row) => row.patched === outcome)
      .map(({ test }) => test)
      .join(', ');
  const [passed, skipped] = [names('passed'), names('skipped')];
  return section(`${target.target}-tests`, 'CPython’s tests', [
    text(
      `The “${tests.set}” set of CPython’s own tests, run on both interpreters: ${integer(quiet.length)} of ${integer(tests.rows.length)} test files give the same result without a failure.`,
    ),
    telling.length > 0 &&
      table('Test files that fail or differ', ['test', 'verdict', 'baseline', 'patched', 'why'], telling.map(cells)),
    details(
      `${integer(quiet.length)} test files without a difference`,
      text([passed !== '' && `Passed on both: ${passed}.`, skipped !== '' && `Skipped on both: ${skipped}.`]),
    ),
  ]);
}

function cells(row: CpythonTestRow): Cell[] {
  const { onlyPatched, onlyBaseline } = row;
  return [
    code(row.test),
    row.verdict === 'same' ? toned('plain', 'same on both') : verdict(TEST_VERDICTS[row.verdict]),
    OUTCOME_WORD[row.baseline],
    OUTCOME_WORD[row.patched],
    joined(
      [
        row.why,
        onlyPatched.length > 0 && `fails only when patched: ${list(onlyPatched, 12)}`,
        onlyBaseline.length > 0 && `fails only on the baseline: ${list(onlyBaseline, 12)}`,
      ],
      '; ',
    ),
  ];
}
