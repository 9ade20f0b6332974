import { median } from 'simple-statistics';
import { codeBytes } from '../../../src/bench/size/types.ts';
import {
  bytes,
  bytesRounded,
  change,
  count,
  integer,
  interval,
  list,
  percent,
  signedBytes,
} from '../../../src/document/format.ts';
import { pybenchTotals } from '../../../src/report/pybench.ts';
import type { Extract } from './extract.ts';
import { collectedBytes, estimated, exactBytes, memoryChange, residentBytes, takenBytes } from './figures.ts';
import { type Published, signedZero } from './published.ts';
import { counts, symbol } from './words.ts';

/** A line of the page's first table. */
export interface SummaryRow {
  readonly what: string;
  readonly published: string;
  /** One cell an extract. */
  readonly ours: readonly string[];
}

const NONE = '–';
/** The calls of Python functions, which the change is about. */
const CALLS = ['PythonFunctionCalls', 'PythonMethodCalls', 'ComplexPythonFunctionCalls', 'TryFinally', 'Recursion'];

/** A pair whose whole differs by more than this is told of. */
const STRAY = 0.1;

/** No pair is left out; those that stretch the interval of the whole are named. */
export function strayPairs(extracts: readonly Extract[]): string {
  return extracts
    .flatMap(({ python, wholeByPair }) => {
      const stray = wholeByPair.filter(({ ratio }) => Math.abs(ratio - 1) > STRAY);
      if (stray.length === 0) return [];
      const named = stray.map(({ pair, ratio }) => `pair ${pair}: ${change(ratio, 0)}`);
      const middle = median(wholeByPair.map(({ ratio }) => ratio));
      return [
        `On ${python} one process ran slower than its partner through most of the tests (${list(named)}). No pair is left out; the whole is a trimmed mean, which such a pair moves little. The median over the pairs is ${change(middle)}.`,
      ];
    })
    .join(' ');
}

/** The claim, and what came out: every figure of `ours` is computed from the extract of that column. */
export function summaryRows(published: Published, extracts: readonly Extract[]): SummaryRow[] {
  const row = (what: string, claim: string, of: (extract: Extract) => string): SummaryRow => ({
    what,
    published: claim,
    ours: extracts.map(of),
  });
  const { tests, totals } = published;
  const diff = (value: number) => change(1 + value, 1);
  const range = (values: readonly number[]) => `${diff(Math.min(...values))} to ${diff(Math.max(...values))}`;
  return [
    row('pybench, totals of the minima', `${diff(totals.minDiff)} (${totals.minOther} → ${totals.minThis} ms)`, (e) =>
      pybenchTotal(e, 'min'),
    ),
    row(
      'pybench, totals of the averages',
      `${signedZero(totals.avgDiff)} (${totals.avgOther} → ${totals.avgThis} ms)`,
      (e) => pybenchTotal(e, 'avg'),
    ),
    row('geometric mean of all tests, 95% interval', NONE, ({ speed: { geometricMean: mean } }) =>
      mean === undefined ? NONE : `**${change(mean.ratio)}** ${interval(mean)}`,
    ),
    row('… the control: the baseline built again', NONE, ({ speed: { controlMean: mean } }) =>
      mean === undefined ? 'none' : `${change(mean.ratio)} ${interval(mean)}`,
    ),
    row(
      'single tests, from – to',
      `minima ${range(tests.map((t) => t.minDiff))}; averages ${range(tests.map((t) => t.avgDiff))}`,
      (e) => range(estimated(e).map(({ estimate }) => estimate.ratio - 1)),
    ),
    row('a test counts as changed beyond', NONE, ({ speed }) => percent(speed.threshold)),
    row('verdicts on tests', `none: ${count(tests.length, 'figure')} without an interval`, ({ speed }) =>
      counts(speed),
    ),
    ...CALLS.map((test) =>
      row(`\`${test}\`, 95% interval`, diff(tests.find((t) => t.test === test)?.minDiff ?? Number.NaN), (e) =>
        one(e, test),
      ),
    ),
    row('instructions executed by pybench', NONE, ({ instructions }) =>
      instructions?.total === undefined
        ? 'not counted'
        : `${change(instructions.total.ratio)} ${interval(instructions.total)}`,
    ),
    row('live bytes once started, pymalloc off', '“some 50k” less (PlayStation 3)', (e) =>
      memory(e, 'pass', exactBytes, '**'),
    ),
    row('… after `import site, json`', NONE, (e) => memory(e, 'imports', exactBytes, '**')),
    row('… and `gc.collect()`, which empties the free lists', NONE, (e) => memory(e, 'imports', collectedBytes)),
    row('… pymalloc on: malloc’s bytes and arenas', NONE, (e) => memory(e, 'pass', takenBytes)),
    row('… after `import site, json`', NONE, (e) => memory(e, 'imports', takenBytes)),
    row('… what the system sees (resident, its own pages)', NONE, (e) => memory(e, 'pass', residentBytes)),
    row('… after `import site, json`', NONE, (e) => memory(e, 'imports', residentBytes)),
    row(`growth after ${functions(extracts)} functions called once`, NONE, growth),
    row('code of the interpreter (text section)', NONE, size),
    row('CPython’s own tests', NONE, cpythonTests),
  ];
}

function pybenchTotal({ speed, header }: Extract, which: 'min' | 'avg'): string {
  const totals = pybenchTotals(speed, header);
  const [own, other] = which === 'min' ? [totals.minThis, totals.minOther] : [totals.avgThis, totals.avgOther];
  if (!totals.comparable || other === 0) return 'n/a';
  return `${change(own / other, 1)} (${other.toFixed(0)} → ${own.toFixed(0)} ms)`;
}

function one(extract: Extract, test: string): string {
  const row = extract.speed.tests.find((own) => own.test === test);
  return row?.estimate === undefined
    ? NONE
    : `${change(row.estimate.ratio, 1)} ${interval(row.estimate)} ${symbol(row)}`;
}

function memory(
  extract: Extract,
  point: Parameters<typeof memoryChange>[1],
  of: Parameters<typeof memoryChange>[2],
  strong = '',
): string {
  const sides = extract.memory.points.find(({ name }) => name === point)?.variants;
  const difference = memoryChange(extract, point, of);
  if (difference === undefined || sides?.baseline === undefined || sides.patched === undefined) return 'not measured';
  const [before, after] = [of(sides.baseline) ?? 0, of(sides.patched) ?? 0];
  const said = difference === 0 ? 'the same' : signedBytes(difference);
  return `${strong}${said}${strong} (${integer(before)}${difference === 0 ? '' : ` → ${integer(after)}`})`;
}

const functions = (extracts: readonly Extract[]) =>
  [...new Set(extracts.map(({ growth }) => integer(growth.functions)))].join(' or ');

function growth({ growth: { growth } }: Extract): string {
  const [before, after] = [growth.baseline, growth.patched];
  if (before === undefined || after === undefined) return 'not measured';
  return `${bytesRounded(before.grownBytes)} → **${bytesRounded(after.grownBytes)}**`;
}

function size({ size }: Extract): string {
  if (size === undefined) return 'not measured';
  const before = codeBytes(size, 'baseline');
  const difference = codeBytes(size, 'patched') - before;
  return `${difference === 0 ? 'the same' : signedBytes(difference)} of ${bytes(before)}`;
}

/** `6 of 7 the same, 1 as declared, none worse` */
export function cpythonTests({ tests }: Pick<Extract, 'tests'>): string {
  if (tests === undefined) return 'not run';
  const by = (verdict: (typeof tests.rows)[number]['verdict']) =>
    tests.rows.filter((row) => row.verdict === verdict).length;
  const parts = [`${integer(by('same'))} of ${integer(tests.rows.length)} the same`];
  const both = tests.rows.filter(
    ({ verdict, baseline }) => verdict === 'same' && /^(?:failed|crashed|timeout)/.test(baseline),
  );
  if (both.length > 0)
    parts.push(`of them ${list(both.map(({ test, baseline }) => `\`${test}\` ${baseline} on both`))}`);
  if (by('expected') > 0) parts.push(`${integer(by('expected'))} as declared`);
  if (by('fixed') > 0) parts.push(`${integer(by('fixed'))} fixed`);
  parts.push(tests.unexpected === 0 ? 'none worse' : `**${integer(tests.unexpected)} unexpected**`);
  return parts.join(', ');
}
