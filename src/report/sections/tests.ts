import type { CpythonTestRow } from '../../bench/types.ts';
import { integer, list } from '../../document/format.ts';
import type { Cell } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import type { Section } from '../view.ts';
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
  const passed = quiet.filter((row) => row.patched === 'passed').map((row) => row.test);
  const skipped = quiet.filter((row) => row.patched === 'skipped').map((row) => row.test);
  const names = [
    passed.length > 0 ? `Passed on both: ${passed.join(', ')}.` : '',
    skipped.length > 0 ? `Skipped on both: ${skipped.join(', ')}.` : '',
  ].filter((line) => line !== '');
  return {
    id: `${target.target}-tests`,
    title: 'CPython’s tests',
    blocks: [
      {
        kind: 'text',
        lines: [
          `The “${tests.set}” set of CPython’s own tests, run on both interpreters: ${integer(quiet.length)} of ${integer(tests.rows.length)} test files give the same result without a failure.`,
        ],
      },
      ...(telling.length === 0
        ? []
        : [
            {
              kind: 'table' as const,
              table: {
                caption: 'Test files that fail or differ',
                columns: [
                  { title: 'test' },
                  { title: 'verdict' },
                  { title: 'baseline' },
                  { title: 'patched' },
                  { title: 'why' },
                ],
                rows: telling.map(cells),
              },
            },
          ]),
      ...(names.length === 0
        ? []
        : [
            {
              kind: 'details' as const,
              summary: `${integer(quiet.length)} test files without a difference`,
              blocks: [{ kind: 'text' as const, lines: names }],
            },
          ]),
    ],
  };
}

function cells(row: CpythonTestRow): Cell[] {
  const { symbol, word, tone } = TEST_VERDICTS[row.verdict];
  const cases = [
    row.onlyPatched.length > 0 ? `fails only when patched: ${list(row.onlyPatched, 12)}` : '',
    row.onlyBaseline.length > 0 ? `fails only on the baseline: ${list(row.onlyBaseline, 12)}` : '',
  ];
  const failsOnBoth = row.verdict === 'same';
  return [
    { text: row.test, code: true },
    {
      text: failsOnBoth ? 'same on both' : word,
      symbol: failsOnBoth ? '○' : symbol,
      tone: failsOnBoth ? 'plain' : tone,
    },
    { text: OUTCOME_WORD[row.baseline] },
    { text: OUTCOME_WORD[row.patched] },
    { text: [row.why ?? '', ...cases].filter((part) => part !== '').join('; ') },
  ];
}
