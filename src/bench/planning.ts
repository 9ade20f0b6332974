import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { attempt, type Team } from './team.ts';
import type { BenchSettings, Measured, SampleHeader, SampleProblem, WorkerFacts } from './types.ts';
import { type Spent, TestFailed, type Worker } from './worker.ts';

/** A test whose empty loop takes this share of its time has nothing left to compare once it is subtracted. */
const VANISHES_AT = 0.5;
const TRIES = 3;

/**
 * What a session is going to measure, found out once, before the first pair, of all tests that were asked for: tries every
 * test on every variant, and chooses the loops of each on the baseline alone.
 * @param progress called with the number of tests done and all.
 * @throws UserError when no test matches or none runs.
 */
export async function planSession(
  team: Team,
  settings: BenchSettings,
  progress: (done: number, total: number) => void,
) {
  const lists = await Promise.all(
    team.variants.map(async (variant) => {
      const { broken, ...list } = await team.of(variant).list();
      return { variant, ...list, broken: new Map(Object.entries(broken)) };
    }),
  );
  const baseline = lists[0];
  if (baseline === undefined) throw new Error('a session without interpreters');
  const names = new Set(lists.flatMap((list) => [...list.tests, ...list.broken.keys()]));
  const tests = [...names].filter(testMatcher(settings.tests)).sort(byCodeUnit);
  const clock = chooseClock(team.of(baseline.variant).facts, settings.blockMs);
  const problems: SampleProblem[] = [];
  // A test may be called like a member of every object: `constructor`, `__proto__`.
  const loops: Record<string, number> = Object.create(null);
  const repeats: Record<string, number> = Object.create(null);
  const uncalibrated: string[] = [];
  for (const [index, test] of tests.entries()) {
    progress(index, tests.length);
    const trials = Math.ceil((ownOf(baseline.rounds, test) ?? 1) / 500);
    const found: SampleProblem[] = [];
    for (const { variant, broken } of lists) {
      const message = broken.get(test);
      const warm = () => attempt(team, () => team.of(variant).run('warm', test, trials));
      const tried = message === undefined ? await warm() : { kind: 'failed' as const, message };
      if ('kind' in tried) found.push({ type: 'problem', pair: 0, variant, test, ...tried });
    }
    // What runs nowhere is not there on this version; what fails on one side only is a finding.
    const everywhere = found.length === lists.length && found.every(({ kind }) => kind === 'failed');
    problems.push(...found.map((row) => (everywhere ? { ...row, kind: 'missing' as const } : row)));
    const gone = found.map(({ variant }) => variant);
    const left = team.variants.filter((variant) => !gone.includes(variant));
    const [first] = left;
    if (first === undefined || !canCompare(new Set(left)) || gone.includes('control')) continue;
    // What a test does only with many loops (raise, crash, hang) is its own trouble, not the suite's.
    const tried = await attempt(team, () => chooseLoops(team.of(first), test, trials, settings.blockMs / 1000, clock));
    if ('kind' in tried) {
      problems.push({ type: 'problem', pair: 0, variant: first, test, ...tried });
      continue;
    }
    const { done: chosen } = tried;
    loops[test] = chosen.loops;
    // A test that cannot be made as short as asked is given the time of the others, not their number of blocks.
    const fitting = Math.round((settings.repeats * settings.blockMs) / 1000 / chosen.seconds);
    repeats[test] = Math.min(Math.max(fitting, 1), settings.repeats);
    if (chosen.vanishes) uncalibrated.push(test);
  }
  if (Object.keys(loops).length === 0) throw nothingToMeasure(settings.tests, problems);
  const [defaultRounds, operations] = [pick(baseline.rounds, loops), pick(baseline.operations, loops)];
  return { tests, loops, repeats, defaultRounds, operations, uncalibrated, problems, clock };
}

/** Two variants are left, beside a control. */
export const canCompare = (variants: ReadonlySet<Measured>): boolean =>
  variants.size - (variants.has('control') ? 1 : 0) > 1;

/**
 * pybench's own reading of `-t`: anywhere in the name, whatever the case.
 * @throws UserError when it is not a regular expression.
 */
export function testMatcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  try {
    const regex = new RegExp(pattern, 'i');
    return (name) => regex.test(name);
  } catch (error) {
    throw new UserError({
      code: 'bench/bad-pattern',
      message: `the tests' pattern is not a regular expression: ${(error as Error).message}`,
      hint: "for example --tests 'Function|Method'",
    });
  }
}

/** CPU time decides: it leaves out what others do on the machine. Windows counts it in ticks of 16 ms, so wall time there. */
export function chooseClock(facts: WorkerFacts, blockMs: number): Clock {
  if (facts.platform.startsWith('win')) return 'wall';
  const step = facts.clocks.cpu.resolution;
  return step !== null && step > blockMs / 1000 / 100 ? 'wall' : 'cpu';
}

type Clock = SampleHeader['clock'];

/** Loops are lists of that length in Python 2's `range`, and more of them than this only make a test that ignores them slow to ask. */
const MOST_LOOPS = 10_000_000;

/** @returns `seconds`: a block of so many loops takes this long. */
async function chooseLoops(worker: Worker, test: string, first: number, target: number, clock: Clock) {
  let loops = first;
  let spent = 0;
  for (let tries = 0; tries < 30; tries++) {
    spent = (await worker.run('block', test, loops))[clock];
    if (spent >= target / 4 || loops >= MOST_LOOPS) break;
    loops = Math.min(MOST_LOOPS, loops * 10, spent > 0 ? Math.ceil((loops * target) / spent) : Infinity);
  }
  if (spent <= 0) throw unseen(clock);
  loops = Math.min(MOST_LOOPS, Math.max(1, Math.round((loops * target) / spent)));
  const tries: Spent[] = [];
  while (tries.length < TRIES) tries.push(await worker.run('block', test, loops));
  const full = Math.min(...tries.map((block) => block[clock]));
  // A clock that stood still in one of them would give infinitely many repeats.
  if (full <= 0) throw unseen(clock);
  const empty = Math.min(...tries.map((block) => (clock === 'cpu' ? block.emptyCpu : block.emptyWall)));
  return { loops, seconds: full, vanishes: empty > VANISHES_AT * full };
}

const unseen = (clock: Clock) =>
  new TestFailed(`it takes no time that the ${clock} clock could see, even with ${MOST_LOOPS} loops`);

type Numbers = Readonly<Record<string, number>>;
const ownOf = (values: Numbers, key: string) => (Object.hasOwn(values, key) ? values[key] : undefined);
const pick = (values: Numbers, keys: Numbers): Numbers =>
  Object.fromEntries(Object.keys(keys).map((key) => [key, ownOf(values, key) ?? 1]));

function nothingToMeasure(pattern: string | undefined, problems: readonly SampleProblem[]): UserError {
  const detail = problems.slice(0, 5).map(({ variant, test, message }) => `${variant} ${test}: ${message}`);
  if (problems.length === 0) return noTests(pattern);
  const message = 'no test of the suite runs on all interpreters';
  return new UserError({ code: 'bench/no-tests', message, detail, hint: 'see the reasons above' });
}

/** The suite has none that is asked for. */
export function noTests(pattern: string | undefined): UserError {
  const [message, hint] =
    pattern === undefined
      ? ['there is no test in the suite', 'a script’s tests are its functions def bench_NAME(loops)']
      : [`no test matches ${pattern}`, "the pattern is searched in the tests' names, for example --tests Calls"];
  return new UserError({ code: 'bench/no-tests', message, hint });
}
