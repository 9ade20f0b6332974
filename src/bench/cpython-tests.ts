import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { inParallel } from '../checkout/in-parallel.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { byCodeUnit } from '../system/hash.ts';
import { compareTest, type DeclaredTest, type Side, type SideResults, sidesToRepeat } from './cpython-tests-compare.ts';
import { listTests, MISSING, runTestFile, type TestFileResult } from './cpython-tests-run.ts';
import { eachTime, type Once } from './once.ts';
import { type CpythonTestComparison, type Interpreter, timeLimit } from './types.ts';

export interface CpythonTestsRequest {
  readonly set: CpythonTestSet;
  /** Must hold the baseline and the patched one; others are not looked at. */
  readonly interpreters: readonly Interpreter[];
  /** Each variant's own standard library (with `test`): a patch may edit tests. */
  readonly libraries: Readonly<Record<Side, string>>;
  readonly declared: readonly DeclaredTest[];
  /** For the tests' temporary files. Short, or tests of sockets fail: their paths have at most 107 bytes. */
  readonly workDir: string;
  /** Gets `<test>.<variant>.log`, and `<test>.<variant>.repeat.log` where a test was asked again. */
  readonly logDir: string;
  /** For one test file on one side, if its interpreter runs here: see `timeLimit`. */
  readonly timeoutMs: number;
  /** For interpreters that other runs have, too. */
  readonly once?: Once | undefined;
  readonly ctx: Context;
  readonly parent?: string | undefined;
}

const SIDES: readonly Side[] = ['baseline', 'patched'];

/**
 * Runs CPython's own tests on both interpreters and compares: only what differs counts, and what the recipe declared is
 * expected. Each file runs in a process of its own, `ctx.jobs` at once. A file that fails on one side only is asked again
 * when all others are done and the machine is quiet; if it passes then, it counts as passed, and the row says so.
 * @throws UserError for a test that does not exist, an interpreter that cannot be started.
 * @throws Cancelled
 */
export async function runCpythonTests(request: CpythonTestsRequest): Promise<CpythonTestComparison> {
  const { ctx, parent } = request;
  const set = typeof request.set === 'string' ? request.set : request.set.join(' ');
  if (set === 'none') return { set, rows: [], unexpected: 0 };
  const id = parent === undefined ? 'cpython-tests' : `${parent}/cpython-tests`;
  return runStep(ctx.emit, { id, title: `CPython's own tests (${set})`, parent }, async (step) => {
    const runner = runnerOf(request);
    const tests = await chooseTests(request, runner);
    const jobs = tests.flatMap((test) => SIDES.map((side) => ({ test, side })));
    const total = jobs.length;
    let done = 0;
    const results = new Map<string, SideResults>();
    await inParallel(jobs, ctx.jobs, async ({ test, side }) => {
      step.progress(`${test} on ${side}`, done, total);
      results.set(`${side} ${test}`, { first: await runner.run(test, side) });
      done++;
    });
    refuseSilence([...results.values()], request);
    const of = (test: string, side: Side): SideResults => results.get(`${side} ${test}`) ?? { first: MISSING };
    for (const test of tests) {
      for (const side of sidesToRepeat(of(test, 'baseline').first, of(test, 'patched').first, request.declared)) {
        const { first } = of(test, side);
        step.progress(`${test} on ${side} again, as it ${first.outcome} there only`, total, total);
        results.set(`${side} ${test}`, { first, repeat: await runner.run(test, side, '.repeat') });
      }
    }
    const bothOf = (test: string) => ({ baseline: of(test, 'baseline'), patched: of(test, 'patched') });
    const rows = tests.map((test) => compareTest(test, bothOf(test), request.declared));
    const unexpected = rows.filter((row) => row.verdict === 'unexpected').length;
    const differences = `unexpected difference${unexpected === 1 ? '' : 's'}`;
    step.note(`${rows.length} files, ${unexpected === 0 ? 'no' : unexpected} ${differences}`);
    return { set, rows, unexpected };
  });
}

/** Where no file comes as far as its first case, both interpreters do the same for a reason that is not theirs. */
function refuseSilence(results: readonly SideResults[], { logDir }: CpythonTestsRequest): void {
  const silent = ({ first: { outcome, started, failed } }: SideResults) =>
    outcome === 'crashed' && started.length === 0 && failed.length === 0;
  const [one] = results;
  if (one === undefined || !results.every(silent)) return;
  throw new UserError({
    code: 'bench/tests-silent',
    message: `none of CPython's tests came to a result: ${one.first.detail ?? one.first.outcome}`,
    place: { file: logDir },
    hint: 'the logs there may say why; `--cpython-tests none` does without these tests',
  });
}

async function chooseTests({ set, libraries }: CpythonTestsRequest, runner: Runner): Promise<readonly string[]> {
  const folders = SIDES.map((side) => libraries[side]);
  if (set === 'quick') return QUICK_TESTS.filter((test) => folders.some((folder) => hasTest(folder, test)));
  if (set === 'none') return [];
  if (set !== 'all') return namedTests(set, folders);
  const lists: (readonly string[])[] = [];
  for (const side of SIDES) lists.push((await runner.list(side)) ?? (await testsInFolder(libraries[side])));
  return [...new Set(lists.flat())];
}

type Runner = ReturnType<typeof runnerOf>;

/** Starts test files, each in a folder of its own whose path has the same length on both sides. */
function runnerOf(request: CpythonTestsRequest) {
  const { interpreters, libraries, workDir, logDir, timeoutMs, once = eachTime } = request;
  const { signal } = request.ctx;
  let started = 0;
  const common = (side: Side, log: string) => {
    const interpreter = interpreters.find(({ variant }) => variant === side);
    if (interpreter === undefined) throw new Error(`CPython's tests need a ${side} interpreter`);
    const folder = path.join(workDir, String(started++).padStart(4, '0'));
    const logFile = path.join(logDir, log);
    return { interpreter, folder, logFile, timeoutMs: timeLimit(timeoutMs, interpreter), signal };
  };
  return {
    run: async (test: string, side: Side, suffix = ''): Promise<TestFileResult> => {
      if (!hasTest(libraries[side], test)) return MISSING;
      const own = common(side, `${test}.${side}${suffix}.log`);
      const run = async () => ({ result: await runTestFile({ ...own, test }), log: own.logFile });
      // What is asked again is asked again.
      if (suffix !== '') return (await run()).result;
      const { result, log } = await once(own.interpreter, ['test', test], run);
      if (log !== own.logFile) {
        await mkdir(logDir, { recursive: true });
        await copyFile(log, own.logFile).catch(() => {});
      }
      return result;
    },
    list: (side: Side) => listTests(common(side, `list-tests.${side}.log`)),
  };
}

/** Which tests: a few that look at frames, code objects and memory; all of regrtest's; none; or by name. */
type CpythonTestSet = 'quick' | 'all' | 'none' | readonly string[];

/** The tests closest to what a recipe changes: seconds each. Those that a version does not have are left out. */
const QUICK_TESTS: readonly string[] = [
  'test_frame',
  'test_code',
  'test_sys',
  'test_gc',
  'test_generators',
  'test_marshal',
  'test_inspect',
  'test_traceback',
];

/** Modules that look like tests but belong to others: regrtest's own NOTTESTS. */
const NOT_TESTS = new Set(['test_support', 'test_future1', 'test_future2']);

function hasTest(library: string, test: string): boolean {
  const base = path.join(library, 'test', ...test.split('.'));
  return existsSync(`${base}.py`) || existsSync(path.join(base, '__init__.py'));
}

/** What looks like a test in `Lib/test`, for versions whose regrtest does not list its tests. */
async function testsInFolder(library: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const entry of await readdir(path.join(library, 'test'), { withFileTypes: true })) {
    const name = entry.name.replace(/\.py$/, '');
    if (/^test_\w+$/.test(name) && !NOT_TESTS.has(name) && hasTest(library, name)) names.add(name);
  }
  return [...names].sort(byCodeUnit);
}

/** The names that a user typed, as regrtest knows them. @throws UserError for a name that no tree has. */
async function namedTests(names: readonly string[], libraries: readonly string[]): Promise<readonly string[]> {
  const tests = [...new Set(names.map((name) => name.replace(/\.py$/, '').replace(/^test\./, '')))];
  const unknown = tests.filter((test) => !/^\w+(\.\w+)*$/.test(test) || !libraries.some((dir) => hasTest(dir, test)));
  if (unknown.length === 0) return tests;
  const known = [...new Set((await Promise.all(libraries.map(testsInFolder))).flat())];
  throw new UserError(
    unknown.map((test) => {
      const owner = test.split('.')[0] ?? test;
      const near = known.filter((name) => name.includes(owner.replace(/^test_/, ''))).slice(0, 5);
      return {
        code: 'bench/no-such-cpython-test',
        message: `this CPython has no test ${test}`,
        hint: known.includes(owner)
          ? `tests are chosen by file: use ${owner}`
          : near.length > 0
            ? `did you mean ${near.join(', ')}?`
            : 'name files of Lib/test, without .py: test_sys',
      };
    }),
  );
}
