import { count, duration } from '../../report/format.ts';
import { type Chunk, chunksOf, groupsOf, MOST_JOBS } from '../../run/fanout/chunks.ts';
import { type Conditions, schedule, USUAL, wavesOf } from '../../run/fanout/schedule.ts';
import type { Cell, Plan } from '../../run/fanout/types.ts';
import type { CommandContext } from '../frame.ts';
import { paragraph, table } from '../table.ts';
import type { PlanOptions } from './options.ts';

/** Of more rows than this only those are shown that say something, unless all are asked for. */
const MOST_ROWS = 60;

/** The plan for a person: its cells, what they share, what is not run and why, what it takes. */
export function planText(plan: Plan, { machines, price }: PlanOptions, ctx: CommandContext): string {
  const { width } = ctx.terminal;
  const groups = groupsOf(plan);
  const chunks = chunksOf(plan);
  const leaders = new Set(chunks.flatMap((chunk) => chunk.leaders));
  const jobs = groups.flat();
  const shown =
    ctx.verbose || plan.cells.length <= MOST_ROWS ? plan.cells : plan.cells.filter(({ state }) => state !== 'run');
  const rows = shown.map((cell) => [
    cell.id,
    cell.checkout.pythonVersion ?? '',
    cell.state === 'run'
      ? leaders.has(cell)
        ? 'builds its baseline'
        : 'baseline from the cache'
      : cell.state.replaceAll('-', ' '),
    cell.why ?? seconds(cell.estimate),
  ]);
  const hidden = plan.cells.length - shown.length;
  const lines = [
    ...(rows.length === 0 ? [] : [table([['CELL', 'PYTHON', 'STATE', ''], ...rows], width), '']),
    ...(hidden === 0
      ? []
      : [`${count(hidden, 'cell')} to run ${hidden === 1 ? 'is' : 'are'} not shown; --verbose shows all.`]),
    `${count(plan.cells.length, 'cell')}: ${stateCounts(plan.cells)}.`,
    `${count(jobs.length, 'job')}, ${count(groups.length, 'baseline')} shared by them${chunks.length > 1 ? `, in ${chunks.length} chunks of at most ${MOST_JOBS} jobs` : ''}.`,
    ...estimateText(jobs, chunks, { ...USUAL, machines }, price).map((line) => paragraph(line, width)),
  ];
  return `${lines.join('\n')}\n`;
}

const seconds = (estimate: Cell['estimate']) =>
  estimate === undefined
    ? ''
    : `about ${duration((estimate.baseline + estimate.patched + estimate.rest) * 1000)} (${estimate.from})`;

function stateCounts(cells: readonly Cell[]): string {
  const counts = new Map<string, number>();
  for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, n]) => `${n} ${state === 'run' ? 'to run' : state.replaceAll('-', ' ')}`).join(', ');
}

/** What the jobs take, or why that is not known. */
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
  const cost = price === undefined ? '' : `, ${(billedMinutes * price).toFixed(2)} at ${price} a minute`;
  return [
    `About ${duration(wallSeconds * 1000)} on ${conditions.machines} machines; ${duration(machineSeconds * 1000)} of machines’ time, ${count(billedMinutes, 'minute')} as they are billed${cost}.`,
    `That is by medians of earlier runs, on the machines that did them; with ${conditions.setupSeconds} s before each job’s work and ${conditions.fetchSeconds} s for a baseline from the cache, which are assumed. Other machines take other times.`,
  ];
}
