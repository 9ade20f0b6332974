/** The numbers in docs/scale.md, between its marks. */
import { integer } from '../../../src/document/format.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { type Compared, compared, type Simulation, type Subject, subjectOf, USUAL_SIMULATION } from './compare.ts';
import { TARGETS } from './matrix.ts';
import type { Measured } from './measure.ts';
import { timesOf } from './times.ts';

const PLANNED = 'as planned';
const START = (name: string) => `<!-- numbers: ${name}; node scripts/research/simulate-fanout.ts --page -->`;
const END = '<!-- end of numbers -->';

/** Idle machines: builds in a third of what was measured beside other work, and as long as one another, nearly. */
const IDLE: Simulation = { ...USUAL_SIMULATION, speed: 3, spread: 0.2 };

/** @returns the page with every marked block made anew. @throws Error when a block has no marks. */
export async function withNumbers(page: string, measured: Measured, given?: Subject): Promise<string> {
  const subject = given ?? (await subjectOf(IDLE.refs));
  let result = page;
  for (const [name, text] of blocks(measured, subject)) {
    const start = result.indexOf(START(name));
    const end = result.indexOf(END, start);
    if (start < 0 || end < 0) throw new Error(`docs/scale.md has no block "${name}"`);
    result = `${result.slice(0, start + START(name).length)}\n${text}\n${result.slice(end)}`;
  }
  return result;
}

function blocks(measured: Measured, subject: Subject): readonly (readonly [string, string])[] {
  return [
    ['measured', measuredTable(measured)],
    ['matrix', matrixTable(subject.cells)],
    ['strategies', strategiesTable(compared(measured, IDLE, subject))],
    ['loaded', loadedTable(compared(measured, USUAL_SIMULATION, subject, ['nothing shared', PLANNED]))],
    ['machines', machinesTable(measured, subject)],
    ['estimate', estimateTable(measured, subject)],
  ];
}

function measuredTable(measured: Measured): string {
  const times = timesOf(measured);
  const rows = TARGETS.map((target) => {
    const { builds, prepare, make, rest, megabytes } = times.of(target);
    return [target, builds, prepare, make, rest, megabytes];
  });
  const head = ['Target', 'builds in full', 'configure, s', 'make, s', 'tests and measurements, s', 'archive, MB'];
  const kilobytes = measured.artifacts.map((one) => one.kilobytes);
  const tail = `Times spread by a factor of ${Math.exp(times.spread).toFixed(1)} (one standard deviation). With all objects in ccache, make takes ${(times.warm * 100).toFixed(0)}% of that. Run folders, packed: ${Math.min(...kilobytes)} to ${Math.max(...kilobytes)} kB.`;
  return `${table(head, rows)}\n\n${tail}`;
}

function matrixTable(cells: readonly Cell[]): string {
  const of = (target: string, state: Cell['state']) =>
    cells.filter((cell) => cell.target === target && cell.state === state).length;
  const baselines = (all: readonly Cell[]) => new Set(all.flatMap(({ baseline }) => baseline ?? [])).size;
  const rows = TARGETS.map((target) => [
    target,
    of(target, 'run'),
    baselines(cells.filter((cell) => cell.target === target)),
    of(target, 'not-applicable'),
    of(target, 'target-refuses'),
  ]);
  const run = cells.filter(({ state }) => state === 'run').length;
  const sums = [run, baselines(cells), ...[3, 4].map((i) => rows.reduce((sum, row) => sum + Number(row[i]), 0))];
  const share = `${integer(cells.length)} cells, of which ${((100 * run) / cells.length).toFixed(0)}% are run.`;
  const head = ['Target', 'run', 'baselines of them', 'recipe is not for the version', 'target is not'];
  return `${table(head, [...rows, ['all', ...sums]])}\n\n${share}`;
}

function strategiesTable({ outcomes, chunks }: Compared): string {
  const rows = outcomes.map((o) => [
    o.strategy,
    hours(o.wallSeconds),
    hours(o.machineSeconds),
    o.billedMinutes,
    o.dollars,
    percent(o.use),
    o.baselinesBuilt,
    o.evicted,
  ]);
  const head = ['', 'wall, h', 'machines, h', 'minutes', '$', 'machines busy', 'baselines built', 'archives evicted'];
  return `${table(head, rows)}\n\n${chunks} chunks of at most 256 jobs. The longest job takes ${Math.ceil(Math.max(...outcomes.map((o) => o.longestJobSeconds)) / 60)} minutes.`;
}

function loadedTable({ outcomes }: Compared): string {
  const rows = outcomes.map((o) => [o.strategy, hours(o.wallSeconds), hours(o.machineSeconds), o.dollars]);
  return table(['', 'wall, h', 'machines, h', '$'], rows);
}

function machinesTable(measured: Measured, subject: Subject): string {
  const names = [
    'nothing shared',
    PLANNED,
    'as planned, four chunks at once',
    'GitLab: each waits for its own baseline alone',
  ];
  const rows = [20, 60, 500].map((machines) => [
    machines,
    ...compared(measured, { ...IDLE, machines }, subject, names).outcomes.map((o) => hours(o.wallSeconds)),
  ]);
  return table(['Machines', ...names.map((name) => `${name}, h`)], rows);
}

function estimateTable(measured: Measured, subject: Subject): string {
  const cases: readonly (readonly [string, Simulation])[] = [
    ['every time at its median', { ...IDLE, spread: 0 }],
    ['spread by a factor of 1.2', IDLE],
    ['the same, on 60 machines', { ...IDLE, machines: 60 }],
    ['as measured beside other work', USUAL_SIMULATION],
  ];
  const rows = cases.map(([what, simulation]) => {
    const { analytic, outcomes } = compared(measured, simulation, subject, [PLANNED]);
    const [simulated] = outcomes;
    const off = (a: number, b = 0) => `${hours(a)} → ${hours(b)} (${signed(b / a - 1)})`;
    return [
      what,
      off(analytic.wallSeconds, simulated?.wallSeconds),
      off(analytic.machineSeconds, simulated?.machineSeconds),
    ];
  });
  return table(['Times', 'wall, h: estimated → simulated', 'machines, h: estimated → simulated'], rows);
}

const hours = (seconds: number) => (seconds / 3600).toFixed(1);
const percent = (share: number) => `${(share * 100).toFixed(0)}%`;
const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}%`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(written).join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? ' :--- |' : ' ---: |')).join('')}`, ...rows.map(line)].join(
    '\n',
  );
}

const written = (cell: string | number) => (typeof cell === 'number' ? integer(cell) : cell);
