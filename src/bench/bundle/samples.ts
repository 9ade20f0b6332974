import type { Variant } from '../../builds/types.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { chooseClock } from '../planning.ts';
import { effective } from '../team.ts';
import type { Sample, SampleHeader, SampleLine, SampleProblem, WorkerFacts } from '../types.ts';
import type { Spent } from '../worker.ts';
import type { BundlePlan, BundleStep, Side } from './plan.ts';
import type { ResultLine, ResultsRead } from './results.ts';

type Of<Type extends ResultLine['type']> = Extract<ResultLine, { type: Type }>;

export interface BundleResults {
  readonly plan: BundlePlan;
  /** The lines of each step that was finished. */
  readonly steps: ReadonlyMap<number, readonly ResultLine[]>;
  readonly smoke: Readonly<Partial<Record<Side, Of<'smoke'>>>>;
}

/**
 * Ties results to their plan.
 * @param sha256 of the plan's file.
 * @returns the mistakes, if there are any: results of another bundle, of other interpreters, of two sessions.
 */
export function matchResults(
  { lines }: Pick<ResultsRead, 'lines'>,
  plan: BundlePlan,
  sha256: string,
  file: string,
): BundleResults | { readonly mistakes: readonly Diagnostic[] } {
  const mistakes: Diagnostic[] = [];
  const planned = new Map(plan.steps.map((step) => [step.step, step]));
  const gathered = new Map<number, ResultLine[]>();
  const done = new Set<number>();
  const smoke: Partial<Record<Side, Of<'smoke'>>> = {};
  for (const { line, data } of lines) {
    const wrong = (code: string, message: string, hint: string) =>
      mistakes.push({ code: `bench/${code}`, message, place: { file, line, column: 1 } satisfies Place, hint });
    const step = planned.get(data.step);
    if (data.type === 'begin' && data.plan !== sha256) {
      wrong(
        'other-bundle',
        `these are results of another bundle: its plan is ${data.plan.slice(0, 16)}, not ${sha256.slice(0, 16)}`,
        'import each file into the run whose bundle it came from',
      );
    } else if (step === undefined || !belongs(data, step, plan)) {
      wrong(
        'not-planned',
        `the bundle’s plan has no such step: ${data.type} ${data.step}`,
        'bring the file as it was written',
      );
    } else if (done.has(data.step)) {
      wrong(
        'two-sessions',
        `step ${data.step} was done already: the results of two sessions are in one file`,
        'import the file of one session',
      );
    } else {
      const own = gathered.get(data.step) ?? [];
      gathered.set(data.step, own);
      own.push(data);
      if (data.type === 'done') done.add(data.step);
      if (data.type !== 'smoke') continue;
      smoke[data.side] = data;
      const expected = plan.sides[data.side];
      const other = (what: string) =>
        wrong('other-interpreter', `the interpreter ${data.side} there is ${what}`, 'unpack the bundle again');
      if (data.sha256 !== null && data.sha256 !== expected?.sha256) other('not the one of the bundle');
      else if (data.facts.version !== plainVersion(expected?.pythonVersion ?? '')) other(`a ${data.facts.version}`);
    }
    // One is enough to tell that a file is of another bundle.
    if (mistakes.length >= 5) break;
  }
  if (mistakes.length > 0) return { mistakes };
  return { plan, smoke, steps: new Map([...gathered].filter(([step]) => done.has(step))) };
}

/** The worker tells no suffix: 3.13.0rc1 is 3.13.0. */
const plainVersion = (version: string) =>
  /^\d+\.\d+(?:\.\d+)?/.exec(version)?.[0].replace(/^(\d+\.\d+)$/, '$1.0') ?? '';

/** The steps that yield a line; those that are not here come of every step. */
const STEPS_OF: Readonly<Partial<Record<ResultLine['type'], readonly BundleStep['kind'][]>>> = {
  smoke: ['smoke'],
  calibrated: ['calibrate'],
  tried: ['try'],
  blocks: ['pair'],
  problem: ['calibrate', 'try', 'pair'],
  memory: ['memory'],
  'no-memory': ['memory'],
};

function belongs(data: ResultLine, step: BundleStep, plan: BundlePlan): boolean {
  if ('side' in data && data.side !== step.side) return false;
  if ('test' in data && !plan.tests.includes(data.test)) return false;
  if (data.type === 'blocks' && [data.wall, data.emptyCpu, data.emptyWall].some((of) => of.length !== data.cpu.length))
    return false;
  return STEPS_OF[data.type]?.includes(step.kind) ?? true;
}

/** What started the interpreters, where it was no shell alone: `qemu-ppc64 -cpu power7`. */
export function runnersOf({ steps }: BundleResults): readonly string[] {
  const begun = [...steps.values()].flat().filter((line) => line.type === 'begin');
  return [...new Set(begun.map(({ runner }) => runner.trim()))];
}

/** The processor that all processes were pinned to, as far as `taskset` was told one. */
function pinnedCpu(results: BundleResults): number | undefined {
  const [first = '', ...others] = runnersOf(results);
  const cpu = /^taskset -c (\d+)$/.exec(first)?.[1];
  return cpu === undefined || others.length > 0 ? undefined : Number(cpu);
}

/** Steps of the plan that were not done, for people: `pair 3 (2 of 4)`. */
export function missingSteps({ plan, steps }: BundleResults): readonly string[] {
  const undone = plan.steps.filter(({ step }) => !steps.has(step));
  const memory = undone.filter(({ kind }) => kind === 'memory');
  const pairs = Map.groupBy(
    undone.filter((step) => step.kind === 'pair'),
    ({ pair }) => pair,
  );
  const whole = [...pairs].filter(([pair, own]) => own.length === orderOf(plan, pair).length).map(([pair]) => pair);
  return [
    ...(memory.length === 0 ? [] : [`memory (${memory.length} steps)`]),
    ...undone
      .filter(({ kind }) => kind !== 'pair' && kind !== 'memory')
      .map(({ kind, side, step }) => `${kind} of ${side} (step ${step})`),
    ...[...pairs]
      .filter(([pair]) => !whole.includes(pair))
      .map(([pair, own]) => `pair ${pair} (${own.length} of ${orderOf(plan, pair).length} processes)`),
    ...ranges(whole).map((range) => `pair${range.includes('–') ? 's' : ''} ${range}`),
  ];
}

const orderOf = (plan: BundlePlan, pair: number) => plan.pairs.find((one) => one.pair === pair)?.order ?? '';

function ranges(numbers: readonly number[]): string[] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from} – ${to}`));
}

/**
 * The lines of a samples file, as if the pairs had been measured here.
 * @returns `undefined` when nothing can be compared: the interpreters did not say what they are, or no test was tried out.
 */
export function samplesOf(results: BundleResults): readonly SampleLine[] | undefined {
  const { plan, steps, smoke } = results;
  const baseline = smoke.A?.facts;
  const trials = plan.steps.filter(({ kind }) => kind === 'calibrate' || kind === 'try');
  if (baseline === undefined || smoke.B === undefined || !trials.every(({ step }) => steps.has(step))) return undefined;
  const problems = tried(results, trials);
  const failing = new Set(problems.map(({ test }) => test));
  const calibrated = [...steps.values()].flat().filter((line) => line.type === 'calibrated');
  const usable = calibrated.filter(({ test }) => !failing.has(test));
  if (usable.length === 0) return undefined;
  const header = headerOf(results, baseline, usable);
  const lines: SampleLine[] = [header, ...problems];
  for (const { pair, hashSeed, order, tests } of plan.pairs) {
    const own = plan.steps.filter((step) => step.kind === 'pair' && step.pair === pair);
    if (!own.every(({ step }) => steps.has(step))) continue;
    for (const [index, at] of tests.entries()) {
      const test = plan.tests[at] ?? '';
      if (test in header.loops)
        lines.push(...pairLines(results, own, { pair, test, position: index + 1, order }, header));
    }
    lines.push({ type: 'pair-done', pair, hashSeed });
  }
  return lines;
}

const variantOf = (plan: BundlePlan, side: Side): Variant => {
  const found = plan.sides[side]?.variant;
  if (found === undefined) throw new Error(`the plan has no side ${side}`);
  return found;
};

/** What runs nowhere is not there on this version; what fails on one side only is a finding. */
function tried({ plan, steps }: BundleResults, trials: readonly BundleStep[]): SampleProblem[] {
  const found = trials.flatMap(({ step, side }) =>
    (steps.get(step) ?? [])
      .filter((line) => line.type === 'problem')
      .map((line) => problemOf(line, 0, variantOf(plan, side))),
  );
  const times = Map.groupBy(found, ({ test }) => test);
  return found.map((problem) =>
    times.get(problem.test)?.length === trials.length ? { ...problem, kind: 'missing' } : problem,
  );
}

const problemOf = ({ test, kind, message }: Of<'problem'>, pair: number, variant: Variant): SampleProblem => ({
  ...{ type: 'problem', pair, variant, test, kind, message },
});

function headerOf(results: BundleResults, baseline: WorkerFacts, usable: readonly Of<'calibrated'>[]): SampleHeader {
  const { plan, steps, smoke } = results;
  const { suite, pybench, files, pins, settings, tests } = plan;
  const began = [...steps.values()].flat().find((line) => line.type === 'begin');
  const perTest = <T>(value: (line: Of<'calibrated'>) => T) =>
    Object.fromEntries(usable.map((line) => [line.test, value(line)]));
  const perSide = <T>(value: (side: Side) => T | undefined) =>
    Object.fromEntries(
      (Object.keys(plan.sides) as Side[]).flatMap((side) => {
        const found = value(side);
        return found === undefined ? [] : [[variantOf(plan, side), found]];
      }),
    );
  return {
    type: 'header',
    schemaVersion: 1,
    ...{ suite, pybench, files, pins, settings, tests },
    loops: perTest(({ loops }) => loops),
    repeats: perTest(({ repeats }) => repeats),
    variants: perSide((side) => {
      const { buildKey = '', pythonVersion = '' } = plan.sides[side] ?? {};
      return { buildKey, pythonVersion };
    }),
    clock: chooseClock(baseline, settings.blockMs),
    defaultRounds: perTest(({ rounds }) => rounds),
    operations: perTest(({ operations }) => operations),
    uncalibrated: usable.filter(({ vanishes }) => vanishes).map(({ test }) => test),
    workers: perSide((side) => smoke[side]?.facts),
    pinnedCpu: pinnedCpu(results),
    startedAt: new Date(Math.min(Math.max(began?.at ?? 0, 0), 8e12 / 1000) * 1000).toISOString(),
  };
}

function pairLines(
  { plan, steps }: BundleResults,
  own: readonly BundleStep[],
  turn: Pick<Sample, 'pair' | 'test' | 'position' | 'order'>,
  header: SampleHeader,
): readonly (Sample | SampleProblem)[] {
  const taken = new Map<Variant, Spent[]>();
  for (const { step, side } of own) {
    const variant = variantOf(plan, side);
    for (const line of steps.get(step) ?? []) {
      if (!('test' in line) || line.test !== turn.test) continue;
      if (line.type === 'problem') return [problemOf(line, turn.pair, variant)];
      if (line.type !== 'blocks') continue;
      const blocks = line.cpu.map((cpu, at) => ({
        ...{ cpu, wall: line.wall[at] ?? 0 },
        ...{ emptyCpu: line.emptyCpu[at] ?? 0, emptyWall: line.emptyWall[at] ?? 0 },
      }));
      taken.set(variant, [...(taken.get(variant) ?? []), ...blocks]);
    }
  }
  // A test that was given up between the processes of the pair has no blocks of some.
  if (taken.size < Object.keys(plan.sides).length) return [];
  const operations = header.operations[turn.test] ?? 1;
  const uncalibrated = header.uncalibrated.includes(turn.test);
  return [...taken].map(([variant, blocks]) => {
    return { type: 'sample', ...turn, variant, ...effective(blocks, uncalibrated), operations };
  });
}
