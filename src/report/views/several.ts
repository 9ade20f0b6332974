import { suiteWords } from '../../bench/suites/list.ts';
import {
  bytesRounded,
  change,
  count,
  dateTime,
  integer,
  interval,
  list,
  percent,
  signedBytes,
} from '../../document/format.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import { type Block, type Cell, right, type Table } from '../../document/types.ts';
import { VERDICTS } from '../../document/verdicts.ts';
import { startupBytes } from '../../run/startup-bytes.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { testsAnswer, unbuilt } from '../answers.ts';
import { runStatus } from '../headline.ts';
import { overallSpeed, speedInShort } from '../speed-verdict.ts';
import type { ReportView, Section } from '../view.ts';
import { SIGN_CONVENTION } from '../words.ts';

/** One target of one run: a row of the comparison. */
export interface ComparedRow {
  /** Short and unique among the rows: `2.7 host`. */
  readonly name: string;
  readonly record: RunRecord;
  readonly target: TargetResult | undefined;
}

/** Several runs side by side: recipes, versions or targets, a row each. */
export function severalView(records: readonly RunRecord[]): ReportView {
  const rows = rowsOf(records);
  const bad = rows.filter(({ record }) => runStatus(record).tone !== 'good').length;
  return {
    title: `${count(records.length, 'run')} side by side`,
    status: bad === 0 ? { tone: 'good', word: 'ALL OK' } : { tone: 'bad', word: `${bad} OF ${rows.length} NOT OK` },
    headline: [headline(rows)],
    changed: [],
    targets: [],
    sections: [
      section('verdicts', 'Verdicts', [{ kind: 'table', table: verdicts(rows) }]),
      ...measures(rows),
      ...testByTest(rows),
      section('runs', 'The runs', [{ kind: 'table', table: runsTable(rows) }, ...doubts(rows)]),
    ],
    footer: `Forkwright ${records[0]?.forkwright ?? ''}, ${list(records.map(({ id }) => id))}`,
  };
}

export const section = (id: string, title: string, blocks: readonly Block[]): Section => ({
  id,
  title,
  blocks,
  open: true,
});

function rowsOf(records: readonly RunRecord[]): ComparedRow[] {
  const plain = records.flatMap((record): Omit<ComparedRow, 'name'>[] =>
    record.targets.length === 0
      ? [{ record, target: undefined }]
      : record.targets.map((target) => ({ record, target })),
  );
  const recipes = (record: RunRecord) => record.patches.map(({ recipe }) => recipe.id).join('+') || 'no recipe';
  const params = (record: RunRecord) =>
    record.patches
      .flatMap((patch) => Object.entries(patch.params).map(([name, value]) => `${name}=${value}`))
      .join(' ');
  // What all have in common does not tell them apart.
  const parts = [
    (row: Omit<ComparedRow, 'name'>) => recipes(row.record),
    (row: Omit<ComparedRow, 'name'>) => params(row.record),
    (row: Omit<ComparedRow, 'name'>) => row.record.checkout.pythonVersion,
    (row: Omit<ComparedRow, 'name'>) => row.target?.target ?? 'no target',
    (row: Omit<ComparedRow, 'name'>) => row.record.checkout.flavour.name,
  ].filter((part) => new Set(plain.map(part)).size > 1);
  const named = plain.map((row) => ({ ...row, name: parts.map((part) => part(row)).join(' ') || row.record.id }));
  const full = named.map((row) =>
    named.filter(({ name }) => name === row.name).length > 1
      ? { ...row, name: row.name === row.record.id ? row.name : `${row.name} ${row.record.id}` }
      : row,
  );
  // Folders of one name, or the same run twice.
  return full.map((row, index) => {
    const before = full.slice(0, index).filter(({ name }) => name === row.name).length;
    const twice = before > 0 || full.slice(index + 1).some(({ name }) => name === row.name);
    return twice ? { ...row, name: `${row.name} (${before + 1})` } : row;
  });
}

function headline(rows: readonly ComparedRow[]): string {
  const measured = rows.flatMap(({ name, target }) =>
    target?.speed?.geometricMean === undefined
      ? []
      : [{ name, mean: target.speed.geometricMean, suite: target.speed.suite }],
  );
  if (measured.length === 0) return 'Speed was measured in none of them.';
  const told = measured.map(({ name, mean }) => `${name}: ${change(mean.ratio)} ${interval(mean)}`);
  const suites = [...new Set(measured.map(({ suite }) => suite))];
  const unlike =
    suites.length < 2
      ? ''
      : ` They were measured by different suites (${list(suites.map(suiteWords))}): these figures are not for comparing.`;
  return `Change of time over all tests: ${told.join('; ')}.${unlike}`;
}

/** One row a target: does it apply, build, pass, and how fast is it. */
export function verdicts(rows: readonly ComparedRow[]): Table {
  return {
    caption: 'Does it apply, build, pass; and is it faster or slower',
    columns: [
      { title: '' },
      { title: 'answer' },
      { title: 'tests' },
      right('time'),
      right('95% interval'),
      { title: 'speed' },
    ],
    rows: rows.map(({ name, record, target }): Cell[] => {
      const status = runStatus(record);
      const speed = target?.speed;
      const mean = speed?.geometricMean;
      const tests = testsAnswer(target?.tests);
      const overall = speed === undefined ? undefined : overallSpeed(speed);
      return [
        { text: name },
        { text: answer(record, target), symbol: TONE_SYMBOL[status.tone], tone: status.tone },
        { text: target?.tests === undefined ? '' : TONE_SYMBOL[tests.tone], tone: tests.tone },
        { text: mean === undefined ? '' : change(mean.ratio) },
        { text: mean === undefined ? '' : interval(mean) },
        speed === undefined
          ? { text: 'not measured' }
          : {
              text: speedInShort(speed),
              ...(overall === undefined ? {} : { symbol: VERDICTS[overall].symbol, tone: VERDICTS[overall].tone }),
            },
      ];
    }),
    note: `${SIGN_CONVENTION} The interval is of the geometric mean over all tests.`,
  };
}

function answer(record: RunRecord, target: TargetResult | undefined): string {
  const refused = record.patches.find(({ verdict }) => verdict !== 'applies');
  if (refused !== undefined) return refused.verdict.replaceAll('-', ' ');
  if (target === undefined) return 'not built';
  const missing = unbuilt(target);
  if (missing.length > 0) return `${missing[0]} does not build`;
  return runStatus(record).word.toLowerCase();
}

/** Memory, instructions and size, as far as the runs have them. */
export function measures(rows: readonly ComparedRow[]): Section[] {
  const columns: { readonly title: string; readonly cell: (target: TargetResult) => string }[] = [
    {
      title: 'start-up',
      cell: ({ memory }) => {
        const [first] = startupBytes(memory);
        return first === undefined ? '' : signedBytes(first.patched - first.baseline);
      },
    },
    {
      title: 'growth',
      cell: ({ growth }) => {
        const { baseline, patched } = growth?.growth ?? {};
        return baseline === undefined || patched === undefined
          ? ''
          : bytesRounded(patched.grownBytes - baseline.grownBytes);
      },
    },
    {
      title: 'instructions',
      cell: ({ instructions }) => (instructions?.total === undefined ? '' : change(instructions.total.ratio)),
    },
    {
      title: 'code',
      cell: ({ size }) => {
        const file = size?.files[0];
        return file === undefined ? '' : signedBytes(file.patched.text - file.baseline.text);
      },
    },
    {
      title: 'tests changed',
      cell: ({ speed }) =>
        speed === undefined ? '' : `${integer(speed.counts.slower)} slower, ${integer(speed.counts.faster)} faster`,
    },
  ];
  const used = columns.filter(({ cell }) => rows.some(({ target }) => target !== undefined && cell(target) !== ''));
  if (used.length === 0) return [];
  const table: Table = {
    caption: 'Patched less baseline',
    columns: [{ title: '' }, ...used.map(({ title }) => right(title))],
    rows: rows.map(({ name, target }) => [
      { text: name },
      ...used.map(({ cell }): Cell => ({ text: target === undefined ? '' : cell(target) || 'not measured' })),
    ]),
    note: 'start-up: live bytes of the started interpreter, without pymalloc. growth: resident memory after 20 000 functions were called once. code: text of the interpreter’s file.',
  };
  return [section('measures', 'Memory, instructions, size', [{ kind: 'table', table }])];
}

/** The tests that changed anywhere, a column a run: what agrees across versions can be trusted more. */
export function testByTest(rows: readonly ComparedRow[]): Section[] {
  const measured = rows.filter(({ target }) => target?.speed !== undefined);
  if (measured.length < 2) return [];
  const names = new Set(
    measured.flatMap(({ target }) =>
      (target?.speed?.tests ?? [])
        .filter(({ verdict, declared }) => declared !== undefined || ['faster', 'slower', 'failed'].includes(verdict))
        .map(({ test }) => test),
    ),
  );
  if (names.size === 0)
    return [section('tests', 'Test by test', [{ kind: 'text', lines: ['No test changed in any.'] }])];
  const letters = measured.map((_, i) => String.fromCharCode(65 + (i % 26)));
  const table: Table = {
    caption: `Tests that changed in any run, or were declared: ${integer(names.size)}`,
    columns: [{ title: 'test' }, ...letters.map(right)],
    rows: [...names].sort(byCodeUnit).map((test) => [
      { text: test },
      ...measured.map(({ target }): Cell => {
        const row = target?.speed?.tests.find((one) => one.test === test);
        if (row === undefined) return { text: '' };
        const { symbol, tone } = VERDICTS[row.verdict];
        return { text: row.estimate === undefined ? '–' : change(row.estimate.ratio, 1), symbol, tone };
      }),
    ]),
    note: `${measured.map(({ name }, i) => `${letters[i]}: ${name}`).join('; ')}. ▲ slower, ▼ faster, ○ no change, ◇ inconclusive, – missing, ✗ failed.`,
  };
  return [section('tests', 'Test by test', [{ kind: 'table', table }])];
}

function runsTable(rows: readonly ComparedRow[]): Table {
  return {
    caption: 'Where the figures come from',
    columns: [{ title: '' }, { title: 'CPython' }, { title: 'ended' }, right('pairs'), { title: 'run' }],
    rows: rows.map(({ name, record, target }) => [
      { text: name },
      { text: record.checkout.pythonVersion },
      { text: dateTime(record.finishedAt ?? record.startedAt) },
      { text: target?.speed === undefined ? '' : integer(target.speed.pairs) },
      { text: record.id },
    ]),
  };
}

/** Intervals of runs on different machines or clocks lie side by side, but the times themselves do not compare. */
function doubts(rows: readonly ComparedRow[]): Block[] {
  const lines: string[] = [];
  const machines = new Set(rows.map(({ record }) => `${record.machine.cpu}, ${record.machine.os}`));
  if (machines.size > 1) {
    lines.push(`These runs are of different machines (${list([...machines])}): compare the changes, not the times.`);
  }
  const thresholds = new Set(rows.flatMap(({ target }) => target?.speed?.threshold ?? []));
  if (thresholds.size > 1) {
    lines.push(`What counts as a change differs: ${list([...thresholds].map(percent))}.`);
  }
  return lines.length === 0 ? [] : [{ kind: 'text', tone: 'attention', lines }];
}
