import type { SampleHeader, SpeedComparison, TestRow } from '../bench/types.ts';
import type { RunRecord } from '../run/types.ts';

/**
 * The classic table of pybench for each target that has samples, for those who read it for twenty years.
 * @returns the empty string when no target was measured.
 */
export function renderPybench(record: RunRecord): string {
  const tables = record.targets.flatMap(({ target, speed, bench }) => {
    if (speed?.pybench === undefined || bench === undefined) return [];
    const heading = record.targets.length > 1 ? [`Target: ${target}`, ''] : [];
    return [`${[...heading, ...pybenchTable(speed, bench.header)].join('\n')}\n`];
  });
  return tables.join('\n');
}

const LINE = '-'.repeat(79);
/** pybench's own default: the table's milliseconds are what its tests take at this warp, whatever the blocks were. */
const WARP = 10;

/**
 * The classic table of `pybench.py -c`, with *this* for patched and *other* for baseline, so that plus is slower, as its
 * readers know it; from the same samples as everything else. Times are scaled to pybench's own rounds at warp 10.
 * A test that ran on neither side is not in pybench's table: it is named in the heading instead. One that ran on
 * one side has `n/a`, and so have the totals then, as in pybench.
 */
export function pybenchTable(comparison: SpeedComparison, header: SampleHeader): string[] {
  const { cells, totals } = classicTimes(comparison, header);
  const shown = cells.filter(ran);
  const absent = cells.filter((cell) => !shown.includes(cell)).map(({ row }) => row.test);
  return [
    ...heading(comparison, header, absent),
    'Test                             minimum run-time        average  run-time',
    '                                 this    other   diff    this    other   diff',
    LINE,
    ...shown.map((cell) => `${cell.row.test.padStart(30)}: ${numbers(cell, true)}`),
    LINE,
    `Totals:                         ${numbers(totals, totals.comparable)}`,
    '',
    '(this=patched, other=baseline)',
  ];
}

/**
 * The last line of pybench's table: sums over the tests that ran, in milliseconds. Ratios of them are of sums, so a slow
 * test weighs more than a fast one.
 */
export const pybenchTotals = (comparison: SpeedComparison, header: SampleHeader) =>
  classicTimes(comparison, header).totals;

function classicTimes(comparison: SpeedComparison, header: SampleHeader) {
  const cells = comparison.tests.map((row) => ({ row, ...scaled(row, header) }));
  const total = (key: keyof Times) => cells.reduce((sum, cell) => sum + (cell[key] ?? 0), 0);
  const totals = {
    minThis: total('minThis'),
    minOther: total('minOther'),
    avgThis: total('avgThis'),
    avgOther: total('avgOther'),
    /** Every test that ran on one side ran on the other. */
    comparable: cells.filter(ran).every(({ minThis, minOther }) => minThis !== undefined && minOther !== undefined),
  };
  return { cells, totals };
}

type Times = ReturnType<typeof scaled>;

const ran = ({ minThis, minOther }: Times) => minThis !== undefined || minOther !== undefined;

function heading(comparison: SpeedComparison, header: SampleHeader, absent: readonly string[]): string[] {
  const facts = header.workers.baseline;
  return [
    LINE,
    'Comparing with: baseline',
    LINE,
    '',
    `    Rounds: ${comparison.pairs}`,
    `    Warp:   ${WARP}`,
    `    Timer:  ${facts?.clocks[header.clock].name ?? header.clock}`,
    ...(absent.length === 0 ? [] : [`    Not run: ${absent.join(', ')}`]),
    '',
    '    Python:',
    `       Implementation: ${facts?.implementation ?? 'n/a'}`,
    `       Version:        ${header.variants.baseline?.pythonVersion ?? 'n/a'}`,
    '',
  ];
}

/** Milliseconds at pybench's own rounds. */
function scaled(row: TestRow, header: SampleHeader) {
  const factor = (header.defaultRounds[row.test] ?? WARP) / WARP / (header.loops[row.test] ?? 1);
  const at = (ms: number | undefined) => (ms === undefined ? undefined : ms * factor);
  return {
    minThis: at(row.minPatchedMs),
    minOther: at(row.minBaselineMs),
    avgThis: at(row.avgPatchedMs),
    avgOther: at(row.avgBaselineMs),
  };
}

function numbers({ minThis, minOther, avgThis, avgOther }: Times, comparable: boolean): string {
  const all = [minThis, minOther, difference(minThis, minOther, comparable)];
  all.push(avgThis, avgOther, difference(avgThis, avgOther, comparable));
  // C's `%5.0fms`.
  return all.map((one) => (typeof one === 'string' ? one : `${(one ?? 0).toFixed(0).padStart(5)}ms`)).join(' ');
}

/** C's `%+5.1f%%` in seven columns. */
function difference(own: number | undefined, other: number | undefined, comparable: boolean): string {
  if (!comparable || own === undefined || other === undefined || other === 0) return 'n/a'.padStart(7);
  const percent = (own / other - 1) * 100;
  const text = percent.toFixed(1);
  // A change that rounds to nothing keeps its sign in C: -0.0.
  const signed = text.startsWith('-') ? text : `${Object.is(percent, -0) || percent < 0 ? '-' : '+'}${text}`;
  return `${signed.padStart(5)}%`.padStart(7);
}
