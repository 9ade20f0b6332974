import type { FigureName, StackDifference, WorkloadFigure, WorkloadResult } from '../../bench/workload/types.ts';
import { bytes, bytesRounded, change, count, decimal, integer, list, signedBytes } from '../../document/format.ts';
import { code, details, present, type Some, table, text, toned } from '../../document/say.ts';
import { type Block, type Cell, right, type Tone } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence, withStop } from '../answers.ts';
import { type Answer, answer, type Section, section } from '../view.ts';

const FIGURES: Readonly<Record<FigureName, string>> = {
  peak: 'most that was ever resident',
  end: 'resident at the end',
  'end-pss': 'resident at the end, shared pages by share (PSS)',
  group: 'all processes, workers forked (PSS)',
  worker: 'a worker’s own pages',
  'group-frozen': 'all processes, forked after gc.freeze() (PSS)',
  'worker-frozen': 'a worker’s own pages, after gc.freeze()',
};

const VERDICTS: Readonly<Record<WorkloadFigure['verdict'], readonly [Tone, string]>> = {
  more: ['bad', 'more'],
  less: ['good', 'less'],
  same: ['plain', 'same'],
  inconclusive: ['unknown', 'inconclusive'],
};

const MOST_ROWS = 12;

/** @returns `undefined` when it was not asked for. */
export function workloadAnswer({ workload }: TargetResult): Answer | undefined {
  if (workload === undefined) return undefined;
  const peak = workload.figures.find(({ name }) => name === 'peak');
  if (peak === undefined) {
    const [problem] = workload.problems;
    return answer('Memory under load', 'unknown', 'not measured', problem && sentence(problem.why));
  }
  const [tone, word] = VERDICTS[peak.verdict];
  const short =
    peak.verdict === 'same' || peak.verdict === 'inconclusive'
      ? `at most ${bytesRounded(peak.patched)}: ${word}`
      : `${change(peak.ratio, 1)} at the most: ${bytesRounded(peak.baseline)} → ${bytesRounded(peak.patched)}`;
  return answer('Memory under load', tone, short, [
    `Of ${workload.program}, ${integer(workload.pairs)} pairs of processes.`,
    lastLive(workload),
  ]);
}

function lastLive({ live }: WorkloadResult): string | undefined {
  const last = live.at(-1);
  if (last === undefined) return undefined;
  const difference = last.patched - last.baseline;
  return `Live at the end, without pymalloc: ${difference === 0 ? 'the same' : signedBytes(difference)}.`;
}

export function workloadSection(target: TargetResult): Section | undefined {
  const { workload } = target;
  if (workload === undefined) return undefined;
  const { figures, curve, live, types, classes, stacks } = workload;
  return section(`${target.target}-workload`, 'Memory under load', [
    text([`What ${workload.program} takes on both interpreters.`, lastLive(workload)]),
    figures.length > 0 && figuresTable(workload),
    curve.length > 2 && curveOf('Resident at each mark, as it runs', curve),
    live.length > 2 && curveOf('Live bytes at each mark, without pymalloc', live),
    flames(stacks),
    functions(stacks),
    details('Objects at the end, by type', [
      typesTable('What the counter knows: objects that are a block of their own, of thirty-odd types', types),
      typesTable('What gc watches, by class', classes),
    ]),
    text(remarks(workload)),
  ]);
}

function figuresTable({ figures, pairs, workers }: WorkloadResult): Block {
  const rows = figures.map((one): Cell[] => [
    FIGURES[one.name],
    toned(...VERDICTS[one.verdict]),
    bytesRounded(one.baseline),
    bytesRounded(one.patched),
    change(one.ratio),
    `${change(one.low)} – ${change(one.high)}`,
  ]);
  return table(
    workers === 0 ? 'What the system sees' : `What the system sees, and with ${count(workers, 'worker')}`,
    ['what', 'verdict', ...['baseline', 'patched', 'change', 'interval'].map(right)],
    rows,
    `Medians of ${integer(pairs)} pairs of processes; the intervals hold all these changes together with at least 97%. Same is within 1%.`,
  );
}

const curveOf = (title: string, points: WorkloadResult['curve']): Block => ({
  kind: 'curve',
  curve: {
    title,
    sides: ['baseline', 'patched'],
    steps: points.map(({ mark, baseline, patched }) => ({ label: mark, values: [baseline, patched] })),
  },
});

function flames(stacks: readonly StackDifference[]): Some<Block> {
  return [true, false].map((grew): Some<Block> => {
    const changed = stacks
      .map(({ stack, baseline, patched }) => ({
        stack,
        bytes: (patched.bytes - baseline.bytes) * (grew ? 1 : -1),
        blocks: (patched.blocks - baseline.blocks) * (grew ? 1 : -1),
      }))
      .filter((one) => one.bytes > 0);
    const all = changed.reduce((sum, one) => sum + one.bytes, 0);
    const title = `${bytes(all)} ${grew ? 'more' : 'fewer'} live at the end: the C functions that asked for them`;
    return changed.length > 0 && { kind: 'flame', flame: { title, grew, stacks: changed } };
  });
}

/** Each function that asked, whoever called it. */
function functions(stacks: readonly StackDifference[]): Some<Block> {
  const sums = new Map<string, { before: number; after: number; blocks: number }>();
  for (const { stack, baseline, patched } of stacks) {
    const name = stack[0] ?? '';
    const had = sums.get(name) ?? { before: 0, after: 0, blocks: 0 };
    sums.set(name, {
      before: had.before + baseline.bytes,
      after: had.after + patched.bytes,
      blocks: had.blocks + patched.blocks - baseline.blocks,
    });
  }
  const weight = ({ before, after }: { before: number; after: number }) => Math.abs(after - before);
  const rows = [...sums].filter(([, one]) => weight(one) > 0).sort(([, a], [, b]) => weight(b) - weight(a));
  if (rows.length === 0) return undefined;
  return details(
    'By function that asked',
    table(
      'Bytes live at the end by the C function that asked, where a stack differs',
      ['function', right('blocks'), right('change')],
      rows
        .slice(0, MOST_ROWS)
        .map(([name, one]) => [
          code(name),
          (one.blocks > 0 ? '+' : '') + integer(one.blocks),
          signedBytes(one.after - one.before),
        ]),
    ),
  );
}

function typesTable(caption: string, all: WorkloadResult['types']): Some<Block> {
  if (all.length === 0) return undefined;
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ type, baseline, patched }) => [
      code(type),
      integer(baseline.blocks),
      integer(patched.blocks),
      signedBytes(patched.bytes - baseline.bytes),
    ]);
  const more = all.length > rows.length ? `${integer(all.length - rows.length)} more are in run.json.` : undefined;
  return table(caption, ['type', right('baseline'), right('patched'), right('change')], rows, more);
}

function remarks({ live, classes, stacks, load, problems }: WorkloadResult): string[] {
  const spread = Math.max(0, ...live.map(({ spreadBytes = 0 }) => spreadBytes));
  return present<string>([
    live.length > 0 &&
      `Live bytes come from two processes a side, hashing and addresses fixed, which ${spread === 0 ? 'agree to the byte: exact' : `differ by up to ${bytes(spread)}`}.`,
    classes.length > 0 &&
      'By class: only what gc watches, garbage that it has not collected yet among it. Numbers, strings and what C code holds for itself are left out; sizes are those of sys.getsizeof().',
    stacks.length > 0 &&
      'Who asked: one process a side; the stack of C functions ends behind the one that runs the program, as what called it is Python.',
    `Load of the machine: ${list(load.map((one) => decimal(one)))}.`,
    problems.map(
      ({ variant, why }) => `Not measured${variant === undefined ? '' : ` on ${variant}`}: ${withStop(why)}`,
    ),
  ]);
}
