import { startupBytes } from '../../bench/memory/types.ts';
import { codeBytes } from '../../bench/size/types.ts';
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
import { table, text, toned, verdict } from '../../document/say.ts';
import { type Block, type Cell, right, TONE_SYMBOL, VERDICTS } from '../../document/types.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { savedGrowth, testsAnswer, unbuilt } from '../answers.ts';
import { runStatus } from '../headline.ts';
import { overallSpeed, SIGN_CONVENTION, speedInShort } from '../speed-verdict.ts';
import { openSection, type ReportView, type Section } from '../view.ts';

/** One target of one run: a row of the comparison. */
export interface ComparedRow {
  /** Short and unique among the rows: `2.7 host`. */
  readonly name: string;
  readonly record: RunRecord;
  readonly target: TargetResult | undefined;
}

/** @param names of the runs, where what tells them apart is known. */
export function severalView(records: readonly RunRecord[], names?: readonly string[]): ReportView {
  const rows = names === undefined ? rowsOf(records) : namedRows(records, names);
  const bad = rows.filter(({ record }) => runStatus(record).tone !== 'good').length;
  return {
    title: `${count(records.length, 'run')} side by side`,
    status: bad === 0 ? { tone: 'good', word: 'ALL OK' } : { tone: 'bad', word: `${bad} OF ${rows.length} NOT OK` },
    headline: [headline(rows)],
    changed: [],
    targets: [],
    sections: [
      openSection('verdicts', 'Verdicts', verdicts(rows)),
      ...measures(rows),
      ...testByTest(rows),
      openSection('runs', 'The runs', [runsTable(rows), doubts(rows)]),
    ],
    footer: `Forkwright ${records[0]?.forkwright ?? ''}, ${list(records.map(({ id }) => id))}`,
  };
}

const namedRows = (records: readonly RunRecord[], names: readonly string[]): ComparedRow[] =>
  records.flatMap((record, i) => {
    const [only, ...more] = record.targets;
    if (more.length === 0) return [{ name: names[i] ?? record.id, record, target: only }];
    return record.targets.map((target) => ({ name: `${names[i] ?? record.id} ${target.target}`, record, target }));
  });

type Unnamed = Omit<ComparedRow, 'name'>;

function rowsOf(records: readonly RunRecord[]): ComparedRow[] {
  const plain: readonly Unnamed[] = records.flatMap((record) =>
    (record.targets.length === 0 ? [undefined] : record.targets).map((target) => ({ record, target })),
  );
  const recipes = ({ sides, patches }: RunRecord) =>
    sides === undefined
      ? patches.map(({ recipe }) => recipe.id).join('+') || 'no change'
      : `${sides[1].name} against ${sides[0].name}`;
  const params = (record: RunRecord) =>
    record.patches
      .flatMap((patch) => Object.entries(patch.params).map(([name, value]) => `${name}=${value}`))
      .join(' ');
  // What all have in common does not tell them apart.
  const parts = [
    ({ record }: Unnamed) => recipes(record),
    ({ record }: Unnamed) => params(record),
    ({ record }: Unnamed) => record.checkout.pythonVersion,
    ({ target }: Unnamed) => target?.target ?? 'no target',
    ({ record }: Unnamed) => record.checkout.flavour.name,
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

export function verdicts(rows: readonly ComparedRow[]): Block {
  return table(
    'Does it apply, build, pass; and is it faster or slower',
    ['', 'answer', 'tests', right('time'), right('95% interval'), 'speed'],
    rows.map(({ name, record, target }): Cell[] => {
      const speed = target?.speed;
      const mean = speed?.geometricMean;
      const tests = testsAnswer(target?.tests);
      const overall = speed && overallSpeed(speed);
      return [
        name,
        toned(runStatus(record).tone, answer(record, target)),
        target?.tests === undefined ? '' : { text: TONE_SYMBOL[tests.tone], tone: tests.tone },
        mean === undefined ? '' : change(mean.ratio),
        mean === undefined ? '' : interval(mean),
        speed === undefined
          ? 'not measured'
          : overall === undefined
            ? speedInShort(speed)
            : verdict(VERDICTS[overall], speedInShort(speed)),
      ];
    }),
    `${SIGN_CONVENTION} The interval is of the geometric mean over all tests.`,
  );
}

function answer(record: RunRecord, target: TargetResult | undefined): string {
  const refused = record.patches.find(({ verdict }) => verdict !== 'applies');
  if (refused !== undefined) return refused.verdict.replaceAll('-', ' ');
  if (target === undefined) return 'not built';
  const missing = unbuilt(target);
  if (missing.length > 0) return `${missing[0]} does not build`;
  return runStatus(record).word.toLowerCase();
}

const MEASURES: Readonly<Record<string, (target: TargetResult) => string>> = {
  'start-up': ({ memory }) => {
    const [first] = startupBytes(memory);
    return first === undefined ? '' : signedBytes(first.patched - first.baseline);
  },
  growth: ({ growth }) => {
    const saved = savedGrowth(growth);
    return saved === undefined ? '' : bytesRounded(-saved);
  },
  instructions: ({ instructions }) => (instructions?.total === undefined ? '' : change(instructions.total.ratio)),
  code: ({ size }) => (size === undefined ? '' : signedBytes(codeBytes(size, 'patched') - codeBytes(size, 'baseline'))),
  'tests changed': ({ speed }) =>
    speed === undefined ? '' : `${integer(speed.counts.slower)} slower, ${integer(speed.counts.faster)} faster`,
};

export function measures(rows: readonly ComparedRow[]): Section[] {
  const used = Object.entries(MEASURES).filter(([, cell]) => rows.some(({ target }) => target && cell(target) !== ''));
  if (used.length === 0) return [];
  const one = table(
    'Patched less baseline',
    ['', ...used.map(([title]) => right(title))],
    rows.map(({ name, target }) =>
      [name, ...used.map(([, cell]) => target && (cell(target) || 'not measured'))].map((said) => said ?? ''),
    ),
    'start-up: live bytes of the started interpreter, without pymalloc. growth: resident memory after 20 000 functions were called once. code: text of the interpreter’s file.',
  );
  return [openSection('measures', 'Memory, instructions, size', one)];
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
  if (names.size === 0) return [openSection('tests', 'Test by test', text('No test changed in any.'))];
  const letters = measured.map((_, i) => String.fromCharCode(65 + (i % 26)));
  const one = table(
    `Tests that changed in any run, or were declared: ${integer(names.size)}`,
    ['test', ...letters.map(right)],
    [...names].sort(byCodeUnit).map((test) => [
      test,
      ...measured.map(({ target }): Cell => {
        const row = target?.speed?.tests.find((other) => other.test === test);
        if (row === undefined) return '';
        return verdict(VERDICTS[row.verdict], row.estimate === undefined ? '–' : change(row.estimate.ratio, 1));
      }),
    ]),
    `${measured.map(({ name }, i) => `${letters[i]}: ${name}`).join('; ')}. ▲ slower, ▼ faster, ○ no change, ◇ inconclusive, – missing, ✗ failed.`,
  );
  return [openSection('tests', 'Test by test', one)];
}

function runsTable(rows: readonly ComparedRow[]): Block {
  return table(
    'Where the figures come from',
    ['', 'CPython', 'ended', right('pairs'), 'run'],
    rows.map(({ name, record, target }) => [
      name,
      record.checkout.pythonVersion,
      dateTime(record.finishedAt ?? record.startedAt),
      target?.speed === undefined ? '' : integer(target.speed.pairs),
      record.id,
    ]),
  );
}

/** Intervals of runs on different machines or clocks lie side by side, but the times themselves do not compare. */
function doubts(rows: readonly ComparedRow[]): Block[] {
  const machines = new Set(rows.map(({ record }) => `${record.machine.cpu}, ${record.machine.os}`));
  const thresholds = new Set(rows.flatMap(({ target }) => target?.speed?.threshold ?? []));
  return text(
    [
      machines.size > 1 &&
        `These runs are of different machines (${list([...machines])}): compare the changes, not the times.`,
      thresholds.size > 1 && `What counts as a change differs: ${list([...thresholds].map(percent))}.`,
    ],
    'attention',
  );
}
