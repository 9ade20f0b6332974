import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { compare } from './comparison/compare.ts';
import { samplesOfEach } from './comparison/session.ts';
import { measureSamples, type SpeedRequest } from './measure.ts';
import type { Interpreter, SelfTestResult, SelfTestRun } from './types.ts';

export interface SelfTestRequest extends Omit<SpeedRequest, 'interpreters' | 'samplesFile' | 'planted'> {
  readonly interpreter: Interpreter;
  /** The link orders of the other side, when each pair has layouts of its own: others than `interpreter.layouts`. */
  readonly otherLayouts?: Interpreter['layouts'];
  /** A folder for the samples, a file a run. An interrupted self-test continues there. */
  readonly folder: string;
  /** How many times the other side is there, each compared with the one baseline in one session; absent: once. Not where a slowdown is planted. */
  readonly copies?: number | undefined;
  /** How often A is compared with A, each time with another seed. */
  readonly repetitions: number;
  /** Slowdowns to plant, as fractions: [0.02, 0.05, 0.1]. */
  readonly planted: readonly number[];
  /** Runs that an interrupted self-test had finished: they are not compared again, and keep their times. */
  readonly known?: readonly SelfTestRun[] | undefined;
  readonly fresh?: boolean | undefined;
  /** Called after each run with what is known so far. */
  readonly update?: ((result: SelfTestResult) => Promise<void>) | undefined;
}

/**
 * Compares an interpreter with itself: what is called changed then is called so falsely; and with known slowdowns
 * planted on one side (the worker prolongs its timed stretches), which should be found.
 * @throws what {@link measureSamples} throws.
 */
export async function selfTest(request: SelfTestRequest): Promise<SelfTestResult> {
  const wanted = [
    ...Array.from({ length: request.repetitions }, (_, index) => ({ planted: 0, repetition: index + 1 })),
    ...request.planted.map((planted) => ({ planted, repetition: 1 })),
  ];
  const runs: SelfTestRun[] = [];
  for (const [index, one] of wanted.entries()) {
    const known = (request.known ?? []).filter(
      (run) => run.planted === one.planted && run.repetition === one.repetition,
    );
    runs.push(...(known.length > 0 ? known : await runOne(request, one, index, wanted.length)));
    await request.update?.(summary(runs, request.planted));
  }
  return summary(runs, request.planted);
}

function summary(runs: readonly SelfTestRun[], planted: readonly number[]): SelfTestResult {
  const done = planted.filter((size) => runs.some((run) => run.planted === size));
  return {
    runs: [...runs],
    falselyFlagged: share(runs, 0, ({ flagged }) => flagged.length),
    power: done.map((size) => ({ planted: size, found: share(runs, size, (run) => run.comparison.counts.slower) })),
  };
}

type Wanted = Pick<SelfTestRun, 'planted' | 'repetition'>;

async function runOne(
  request: SelfTestRequest,
  { planted, repetition }: Wanted,
  index: number,
  total: number,
): Promise<SelfTestRun[]> {
  const samples = `self-test-${(planted * 100).toFixed(1)}-${repetition}.jsonl`;
  const samplesFile = path.join(request.folder, samples);
  if (request.fresh === true) await rm(samplesFile, { force: true });
  const { interpreter, step } = request;
  const label = planted === 0 ? `A against A, ${repetition}` : `${planted * 100}% planted`;
  const began = performance.now();
  const loadBefore = loadavg()[0] ?? 0;
  const copies = planted === 0 ? (request.copies ?? 1) : 1;
  const others = Array.from({ length: copies }, (_, i) =>
    i === 0 ? ('patched' as const) : (`patched-${i + 1}` as const),
  );
  const lines = await measureSamples({
    interpreters: [
      { ...interpreter, variant: 'baseline' },
      ...others.map((variant) => ({ ...interpreter, variant, layouts: request.otherLayouts })),
    ],
    suite: request.suite,
    settings: { ...request.settings, seed: request.settings.seed + repetition - 1 },
    samplesFile,
    ctx: request.ctx,
    step: step && {
      progress: (text, done = 0, of = 1) =>
        step.progress(`${label}: ${text}`, Math.round(((index + done / of) / total) * 1000), 1000),
    },
    ...(planted === 0 ? {} : { planted: { patched: planted } }),
  });
  const measuringMs = Math.round(performance.now() - began);
  const load = [loadBefore, loadavg()[0] ?? 0] as const;
  const all = others.map((patched) => ({ baseline: 'baseline' as const, patched, declared: {} }));
  const each = copies === 1 ? [lines] : samplesOfEach(lines, all);
  return each.map((own, i) => {
    const comparison = compare(own);
    const compared = comparison.tests.filter(({ estimate }) => estimate !== undefined);
    const flagged = compared.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower');
    return {
      ...{ planted, repetition, ...(copies === 1 ? {} : { copy: i + 1 }), comparison, tests: compared.length },
      ...{ flagged: flagged.map(({ test }) => test), samples, measuringMs, load },
    };
  });
}

function share(runs: readonly SelfTestRun[], planted: number, count: (run: SelfTestRun) => number): number {
  const own = runs.filter((run) => run.planted === planted);
  const sum = (of: (run: SelfTestRun) => number) => own.reduce((all, run) => all + of(run), 0);
  return sum(count) / (sum(({ tests }) => tests) || 1);
}
