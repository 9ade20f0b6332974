import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assetPath } from '../system/assets.ts';
import { UserError } from '../system/diagnostic.ts';
import type { Frozen } from '../system/frozen.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import type { CpythonTestOutcome, Interpreter } from './types.ts';

export interface TestFileResult extends Pick<RegrtestOutput, 'failed' | 'skipped' | 'started'> {
  readonly outcome: CpythonTestOutcome;
  readonly underWay?: string | undefined;
  /** What there is to say beyond the outcome: which case it crashed in, why it was skipped. */
  readonly detail?: string | undefined;
  readonly durationMs: number;
}

interface TestFileRequest {
  readonly interpreter: Interpreter;
  /** Without the leading `test.`. */
  readonly test: string;
  /** Made for this run and removed after it. Both variants' have equally long paths. */
  readonly folder: string;
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A test file that this variant's sources do not have. */
export const MISSING: TestFileResult = { outcome: 'missing', failed: [], skipped: [], started: [], durationMs: 0 };

/**
 * Runs one test file in a process of its own by the interpreter's own regrtest, verbose, all resources off.
 * Its output goes to `logFile`, which is replaced.
 * @throws UserError when the interpreter cannot be started.
 */
export async function runTestFile(request: TestFileRequest): Promise<TestFileResult> {
  await rm(request.logFile, { force: true });
  const args = [...(hasRandomSeed(request.interpreter.pythonVersion) ? ['--randseed=0'] : []), '-v', request.test];
  const result = await startRegrtest(args, request);
  const output = parseRegrtestOutput(await readFile(request.logFile, 'latin1'), request.test);
  return judge(result, output);
}

/**
 * The test files that regrtest would run by itself.
 * @returns `undefined` when it cannot say (2.5, 2.6 and the first of 3.x).
 */
export async function listTests(request: Omit<TestFileRequest, 'test'>): Promise<readonly string[] | undefined> {
  await rm(request.logFile, { force: true });
  const result = await startRegrtest(['--list-tests'], request);
  if (result.exitCode !== 0) return undefined;
  const lines = (await readFile(request.logFile, 'latin1')).split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => /^(?:test\.)?test_[\w.]+$/.test(line));
  return names.length === 0 ? undefined : names.map((name) => name.replace(/^test\./, ''));
}

async function startRegrtest(
  args: readonly string[],
  { interpreter, ...request }: Omit<TestFileRequest, 'test'>,
): Promise<ProcessResult> {
  const [program = '', ...options] = interpreter.command;
  const temporary = path.join(request.folder, 'tmp');
  const home = path.join(request.folder, 'home');
  await mkdir(temporary, { recursive: true });
  await mkdir(home, { recursive: true });
  try {
    // Unbuffered: what was printed before a crash counts.
    const result = await runProcess(program, [...options, '-u', assetPath('bench/regrtest.py'), ...args], {
      cwd: temporary,
      env: testEnvironment(interpreter, temporary, home),
      timeoutMs: request.timeoutMs,
      signal: request.signal,
      ...(interpreter.pipes ? { encoding: 'latin1' } : { logFile: request.logFile }),
    });
    if (result.notFound) {
      throw new UserError({
        code: 'bench/interpreter-missing',
        message: `the ${interpreter.variant} interpreter cannot be started`,
        place: { file: program },
        hint: 'build it again: `forkwright build …`',
      });
    }
    // regrtest.py has sent both streams into the first; what is left in the second is from before.
    if (interpreter.pipes) {
      await mkdir(path.dirname(request.logFile), { recursive: true });
      await writeFile(request.logFile, result.stderr + result.stdout, 'latin1');
    }
    return result;
  } finally {
    // A test may leave what cannot be removed (a mount, a folder without permissions): the folder is the caller's.
    await rm(request.folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
  }
}

/**
 * The tests' environment, equal for both variants: UTF-8 as CPython's own buildbots have it (LC_ALL=C would put 3.7 and
 * later into UTF-8 mode and earlier ones into ASCII), hashing by a fixed seed so that both see the same order.
 */
function testEnvironment(
  { env, pipes }: Pick<Interpreter, 'env' | 'pipes'>,
  temporary: string,
  home: string,
): Readonly<Record<string, string>> {
  const { LC_ALL: _all, LC_CTYPE: _ctype, SOURCE_DATE_EPOCH: _epoch, ...rest } = env;
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ...rest,
    LANG: 'C.UTF-8',
    PYTHONHASHSEED: '0',
    HOME: home,
    // Windows' own name for it; Windows is where there is a SystemRoot.
    ...('SystemRoot' in env ? { USERPROFILE: home } : {}),
    // Wine finds its server in TMPDIR: with one of its own each test would start another server of the same prefix.
    [pipes === true ? 'FORKWRIGHT_TMPDIR' : 'TMPDIR']: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
}

/** `--randseed` fixes the seed that 3.11 and later always set, and `random`'s before; 2.5, 2.6, 3.0 and 3.1 lack it. */
function hasRandomSeed(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major === 2 ? minor >= 7 : minor >= 2 || major > 3;
}

function judge(result: ProcessResult, output: RegrtestOutput): TestFileResult {
  const { failed, skipped, started, underWay, reason, lastLine } = output;
  const base = { failed, skipped, started, durationMs: result.durationMs };
  const where = underWay === undefined ? '' : ` in ${underWay}`;
  if (result.timedOut) {
    const detail = `ended after ${Math.round(result.durationMs / 1000)} s${where}`;
    return { ...base, outcome: 'timeout', underWay, detail };
  }
  const crash = (how: string): TestFileResult => ({ ...base, outcome: 'crashed', underWay, detail: how + where });
  if (result.exitSignal !== undefined) return crash(`ended by ${result.exitSignal}`);
  switch (output.summary) {
    case 'passed':
      if (result.exitCode !== 0) return crash(`exit code ${result.exitCode} after regrtest's OK`);
      return { ...base, outcome: 'passed', failed: [] };
    case 'skipped':
      return { ...base, outcome: 'skipped', failed: [], detail: `skipped: ${reason ?? 'no reason given'}` };
    case 'failed':
      return { ...base, outcome: 'failed', detail: failed.length === 0 ? reason : undefined };
    case undefined:
      return crash(`exit code ${result.exitCode} without a result (last line: ${lastLine || 'none'})`);
  }
}

/** What regrtest and unittest print, read back: the same words since 2.5, with the test's name spelled in several ways. */

type RegrtestOutput = Frozen<ReturnType<typeof parseRegrtestOutput>>;

const HEADER = /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/;
const DOCTEST_TITLE = /^Doctest: (\S+)$/;
const DOCTEST_FAILURE = /^File ".*", line (?:\d+|\?), in (\S+)\nFailed example:$/gm;
const UNITTEST_NAME = /^(\S+) \(([\w.<>]*)\)/;
/** A case's start: at the beginning of a line, or right after the start of another one that printed no result. */
const CASE_START = /(?:^|\.\.\. ) *(\w+) \(([A-Za-z_]\w*(?:\.[\w<>]+)+)\)(?=$| \.\.\.| \[| \()/gm;
const CASE_RESULT = /(?:^|\.\.\. )(ok|FAIL|ERROR|skipped(?: .*)?|expected failure|unexpected success)$/gm;
const RULE = /^(?:={70}|-{70})$/m;

/** @param file the test file's name as regrtest knows it, without `test.`: `test_sys`, `test_asyncio.test_events`. */
export function parseRegrtestOutput(text: string, file: string) {
  const output = text.replace(/\r\n?/g, '\n');
  const summary = parseSummary(output);
  const failed = new Set<string>([...headers(output, file), ...doctests(output, file)]);
  const skipped = new Set<string>();
  const started = new Set<string>();
  let underWay: string | undefined;
  for (const { name, result } of cases(output, file)) {
    started.add(name);
    if (result?.startsWith('skipped')) skipped.add(name);
    // Without the closing headers, this is all there is to see of what failed before the crash.
    if (summary !== 'passed' && (result === 'FAIL' || result === 'ERROR')) failed.add(name);
    underWay = result === undefined ? name : undefined;
  }
  return {
    /** regrtest's own closing words; `undefined` when it did not get that far. */
    summary,
    /** Single test cases that failed, as `test_sys.SizeofTest.test_objecttypes`, sorted, each once. */
    failed: [...failed].sort(),
    skipped: [...skipped].sort(),
    /** Every case that was started, as far as their names were printed (2.5 and 2.6 print a docstring instead). */
    started: [...started],
    /** The case that was under way when the output ended, unless regrtest came to its summary. */
    underWay: summary === undefined ? underWay : undefined,
    /** Why the file was skipped, or failed as a whole: the exception's own words. */
    reason: parseReason(output),
    /** What there is to say of an end without a summary. */
    lastLine: output.trimEnd().split('\n').at(-1)?.trim() ?? '',
  };
}

/**
 * `test_x (test.test_sys.SizeofTest)`, since 3.11 `test_x (test.test_sys.SizeofTest.test_x)` → `test_sys.SizeofTest.test_x`.
 * A case that another module defines keeps that module's name behind the file's.
 */
export function caseName(method: string, owner: string, file: string): string {
  const parts = owner.split('.').filter((part) => part !== '');
  if (parts[0] === 'test' && parts.length > 1) parts.shift();
  if (parts.at(-1) !== method) parts.push(method);
  return withFile(parts.join('.'), file);
}

function withFile(name: string, file: string): string {
  return name === file || name.startsWith(`${file}.`) ? name : `${file}.${name}`;
}

function* headers(output: string, file: string): Generator<string> {
  const lines = output.split('\n');
  for (const [index, line] of lines.entries()) {
    const description = HEADER.exec(line)?.[1];
    if (description === undefined) continue;
    if (!/^={70}$/.test(lines[index - 1] ?? '') && !line.startsWith('UNEXPECTED')) continue;
    const doctest = DOCTEST_TITLE.exec(lines[index + 1] ?? '')?.[1];
    const unittest = UNITTEST_NAME.exec(description);
    if (doctest !== undefined) yield withFile(doctest.replace(/^test\./, ''), file);
    else if (unittest !== null) yield caseName(unittest[1] ?? '', unittest[2] ?? '', file);
    else yield `${file}: ${description}`; // 2.5, 2.6: the docstring instead of the name.
  }
}

function* doctests(output: string, file: string): Generator<string> {
  for (const match of output.matchAll(DOCTEST_FAILURE)) yield withFile((match[1] ?? '').replace(/^test\./, ''), file);
}

function* cases(output: string, file: string): Generator<{ name: string; result: string | undefined }> {
  const starts = [...output.matchAll(CASE_START)];
  for (const [index, start] of starts.entries()) {
    const from = start.index + start[0].length;
    const chunk = output.slice(from, starts[index + 1]?.index).split(RULE, 1)[0] ?? '';
    // The last one counts: a test that prints "ok" itself does so before its result.
    const result = [...chunk.matchAll(CASE_RESULT)].at(-1)?.[1];
    yield { name: caseName(start[1] ?? '', start[2] ?? '', file), result };
  }
}

function parseReason(output: string): string | undefined {
  const match = /^(?:\S+ skipped|test \S+ (?:failed|crashed)) -- (.*)$/m.exec(output);
  if (match?.[1] === undefined) return undefined;
  if (!match[1].startsWith('Traceback ')) return match[1];
  // The first line behind a traceback that is not indented is the exception.
  return /\n(\S.*)/.exec(output.slice(match.index + match[0].length))?.[1];
}

function parseSummary(output: string): 'passed' | 'failed' | 'skipped' | undefined {
  const closing = output.trimEnd().split('\n').slice(-40).join('\n');
  if (/^\d+ tests? failed(?: again)?:$/m.test(closing)) return 'failed';
  if (/^(?:All )?\d+ tests? OK\.$/m.test(closing)) return 'passed';
  if (/^\d+ tests? altered the execution environment.*:$/m.test(closing)) return 'passed';
  if (/^\d+ tests? (?:skipped(?: \(.*\))?|run no tests):$/m.test(closing)) return 'skipped';
  return undefined;
}
