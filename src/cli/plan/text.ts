import { count, duration, integer } from '../../document/format.ts';
import { paragraph, table } from '../../document/terminal/style.ts';
import { type Chunk, chunksOf, groupsOf, MOST_JOBS } from '../../run/fanout/chunks.ts';
import { type Conditions, jobSeconds, schedule, USUAL, wavesOf } from '../../run/fanout/schedule.ts';
import type { Cell, Plan } from '../../run/fanout/types.ts';
import type { CommandContext } from '../frame.ts';

/** Of more rows than this none is read, unless all are asked for. */
const MOST_ROWS = 60;
/** Cells shown for one reason. */
const MOST_IDS = 6;

export function planText(
  plan: Plan,
  { machines, price }: { readonly machines: number; readonly price?: number },
  ctx: CommandContext,
): string {
  const { width } = ctx.terminal;
  const groups = groupsOf(plan);
  const chunks = chunksOf(plan);
  const jobs = groups.flat();
  const shown = ctx.verbose || jobs.length <= MOST_ROWS ? jobs : [];
  const lines = [
    ...(shown.length === 0 ? [] : [cellTable(shown, chunks, ctx.terminal.tableWidth), '']),
    ...notRun(plan.cells, ctx),
    paragraph(`${count(plan.cells.length, 'cell')}: ${stateCounts(plan.cells)}.`, width),
    paragraph(
      `${count(jobs.length, 'job')}, ${count(groups.length, 'baseline')} shared by them${chunks.length > 1 ? `, in ${chunks.length} chunks of at most ${MOST_JOBS} jobs` : ''}.${shown.length < jobs.length ? ' --verbose lists them.' : ''}`,
      width,
    ),
    ...estimateText(jobs, chunks, { ...USUAL, machines }, price).map((line) => paragraph(line, width)),
  ];
  return `${lines.join('\n')}\n`;
}

function cellTable(cells: readonly Cell[], chunks: readonly Chunk[], width: number): string {
  const leaders = new Set(chunks.flatMap((chunk) => chunk.leaders));
  const rows = cells.map((cell) => [
    cell.id,
    cell.checkout.pythonVersion ?? '',
    leaders.has(cell) ? 'built' : 'shared',
    cell.estimate === undefined ? '' : `about ${duration(jobSeconds(cell.estimate, leaders.has(cell), USUAL) * 1000)}`,
  ]);
  return table([['CELL', 'PYTHON', 'BASELINE', ''], ...rows], width);
}

function notRun(all: readonly Cell[], { terminal: { width }, verbose }: CommandContext): readonly string[] {
  const reasons = Map.groupBy(
    all.filter(({ state }) => state !== 'run'),
    ({ state, why = '' }) => `${state.replaceAll('-', ' ')}: ${why}`,
  );
  return [...reasons].flatMap(([reason, cells]) => {
    const shown = verbose ? cells : cells.slice(0, MOST_IDS);
    const more = cells.length - shown.length;
    return [
      paragraph(reason, width),
      ...shown.map(({ id }) => `  ${id}`),
      ...(more === 0 ? [] : [`  and ${more} more (--verbose)`]),
      '',
    ];
  });
}

const stateCounts = (cells: readonly Cell[]): string =>
  [...Map.groupBy(cells, ({ state }) => state)]
    .map(([state, { length }]) => `${integer(length)} ${state === 'run' ? 'to run' : state.replaceAll('-', ' ')}`)
    .join(', ');

function estimateText(
  jobs: readonly Cell[],
  chunks: readonly Chunk[],
  conditions: Conditions,
  price: number | undefined,
): readonly string[] {
  if (jobs.length === 0) return [];
  const unknown = [...new Set(jobs.filter(({ estimate }) => estimate === undefined).map(({ target }) => target))];
  const waves = wavesOf(chunks, conditions);
  if (waves === undefined) {
    return [
      `No estimate: no run for ${unknown.join(', ')} is known. Each run with --history FILE adds to what plan --history FILE estimates from; so do the folders below --runs.`,
    ];
  }
  const { wallSeconds, machineSeconds, billedMinutes } = schedule(waves, conditions);
  const sources = [...new Set(jobs.flatMap(({ estimate }) => estimate?.from ?? []))];
  const cost = price === undefined ? '' : `, ${(billedMinutes * price).toFixed(2)} at ${price} a minute`;
  return [
    `At least ${duration(wallSeconds * 1000)} on ${conditions.machines} machines; ${duration(machineSeconds * 1000)} of machines’ time, ${count(billedMinutes, 'minute')} as they are billed${cost}.`,
    `That is by medians of ${sources.join(', ')}, on the machines that did them; with ${conditions.setupSeconds} s before each job’s work and ${conditions.fetchSeconds} s for a baseline from the cache, which are assumed. Other machines take other times, and a wave is as long as its slowest job.`,
  ];
}
