import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CpythonTestsRequest, runCpythonTests } from '../../src/bench/cpython-tests.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import type { Event } from '../../src/system/events.ts';

/**
 * The interpreter is a shell script: what lies in Lib/test/test_x.py are shell commands that do what the test does. So the
 * test decides when an "interpreter" fails, crashes or hangs.
 */
const FAKE = `#!/bin/sh
src=$1; shift
for last in "$@"; do :; done
if [ "$last" = --list-tests ]; then cat "$src/list" 2>/dev/null; exit; fi
. "$src/Lib/test/$last.py"
`;
const OK = 'printf "test_a (test.T) ... ok\\n\\n1 test OK.\\n"';
const FAIL = `printf 'test_a (test.T) ... FAIL\\n\\n${'='.repeat(70)}\\nFAIL: test_a (test.T)\\n${'-'.repeat(70)}\\n\\n1 test failed:\\n    x\\n'; exit 2`;

let folder: string;
let events: Event[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-cpt-'));
  events = [];
  await writeFile(path.join(folder, 'python'), FAKE, { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function sources(side: string, tests: Readonly<Record<string, string>>): Promise<string> {
  const lib = path.join(folder, side, 'Lib', 'test');
  await mkdir(lib, { recursive: true });
  for (const [name, script] of Object.entries(tests)) await writeFile(path.join(lib, `${name}.py`), script);
  return path.join(folder, side);
}

async function run(
  baseline: Readonly<Record<string, string>>,
  patched: Readonly<Record<string, string>>,
  more: Partial<CpythonTestsRequest> & {
    readonly signal?: AbortSignal;
    readonly slowdown?: number;
    readonly pipes?: boolean;
  } = {},
) {
  const sourceDirs = { baseline: await sources('baseline', baseline), patched: await sources('patched', patched) };
  const { signal = new AbortController().signal, slowdown, pipes, ...rest } = more;
  return runCpythonTests({
    set: 'all',
    interpreters: (['patched', 'baseline'] as const).map((variant) => ({
      variant,
      command: [path.join(folder, 'python'), sourceDirs[variant]],
      env: { LC_ALL: 'C', FW_SIDE: variant },
      pythonVersion: '2.7.18',
      buildKey: variant,
      slowdown,
      pipes,
    })),
    libraries: { baseline: path.join(sourceDirs.baseline, 'Lib'), patched: path.join(sourceDirs.patched, 'Lib') },
    declared: [],
    workDir: path.join(folder, 'work'),
    logDir: path.join(folder, 'logs'),
    timeoutMs: 10_000,
    ctx: { emit: (event) => events.push(event), signal, cacheDir: folder, jobs: 2, env: {} },
    ...rest,
  });
}

const log = (name: string) => readFile(path.join(folder, 'logs', name), 'utf8');

describe('runCpythonTests', () => {
  test('where no file comes as far as a case on either side, that is no result', async () => {
    const silent = { test_a: 'echo "SyntaxError: invalid syntax"; exit 1', test_b: 'exit 1' };
    const failure = await run(silent, silent).catch((error: unknown) => error);
    expect(failure).toMatchObject({ diagnostics: [{ code: 'bench/tests-silent' }] });
    expect(String(failure)).toContain('last line: SyntaxError: invalid syntax');
    const { rows } = await run({ ...silent, test_c: OK }, { ...silent, test_c: OK });
    expect(rows.map(({ verdict }) => verdict)).toEqual(['same', 'same', 'same']);
  });

  test('compares every outcome, one row a file', async () => {
    const result = await run(
      {
        test_same: FAIL,
        test_ok: OK,
        test_fails: OK,
        test_dies: OK,
        test_leaves: OK,
        test_gone: OK,
        test_mended: FAIL,
      },
      {
        test_same: FAIL,
        test_ok: OK,
        test_fails: FAIL,
        test_dies: 'printf "test_b (test.T) ... "; kill -ABRT $$',
        test_leaves: 'exit 3',
        test_mended: OK,
      },
    );
    const rows = Object.fromEntries(result.rows.map((row) => [row.test, row]));
    expect(rows.test_same).toMatchObject({ baseline: 'failed', patched: 'failed', verdict: 'same', onlyPatched: [] });
    expect(rows.test_ok).toMatchObject({ baseline: 'passed', patched: 'passed', verdict: 'same', why: undefined });
    expect(rows.test_fails).toMatchObject({
      patched: 'failed',
      verdict: 'unexpected',
      onlyPatched: ['test_fails.T.test_a'],
    });
    expect(rows.test_dies).toMatchObject({
      patched: 'crashed',
      verdict: 'unexpected',
      onlyPatched: ['test_dies.T.test_b'],
    });
    expect(rows.test_dies?.why).toContain('SIGABRT');
    expect(rows.test_leaves).toMatchObject({ patched: 'crashed', verdict: 'unexpected' });
    expect(rows.test_gone).toMatchObject({ patched: 'missing', verdict: 'unexpected' });
    expect(rows.test_mended).toMatchObject({ baseline: 'failed', verdict: 'fixed' });
    expect(result).toMatchObject({ set: 'all', unexpected: 4 });
    expect(await log('test_fails.patched.log')).toContain('FAIL: test_a');
  });

  test('a declared failure is expected, and is not asked again', async () => {
    const result = await run(
      { test_gc: OK },
      { test_gc: FAIL },
      { declared: [{ test: 'test_gc.test_a', why: 'smaller' }] },
    );
    expect(result).toMatchObject({ unexpected: 0, rows: [{ verdict: 'expected', why: 'smaller' }] });
    expect(existsSync(path.join(folder, 'logs', 'test_gc.patched.repeat.log'))).toBe(false);
  });

  test('what fails once and then passes is told, not counted; both outcomes are logged', async () => {
    const once = `if [ -e '${folder}/seen' ]; then ${OK}; else : > '${folder}/seen'; ${FAIL}; fi`;
    const result = await run({ test_x: OK }, { test_x: once });
    expect(result).toMatchObject({ unexpected: 0, rows: [{ patched: 'passed', verdict: 'same' }] });
    expect(result.rows[0]?.why).toBe('patched: failed, then passed on a repeat (test_x.T.test_a)');
    expect(await log('test_x.patched.log')).toContain('1 test failed');
    expect(await log('test_x.patched.repeat.log')).toContain('1 test OK');
  });

  test('an interpreter that is slower by nature has as much more time', async () => {
    const slow = `sleep 1; ${OK}`;
    const limits = { timeoutMs: 250 };
    const result = await run({ test_x: slow }, { test_x: slow }, { ...limits, slowdown: 40 });
    expect(result.rows[0]).toMatchObject({ baseline: 'passed', patched: 'passed' });
    expect((await run({ test_x: slow }, { test_x: slow }, limits)).rows[0]).toMatchObject({ baseline: 'timeout' });
  });

  test('an interpreter that starts only with pipes gets them, and its output is in the log all the same', async () => {
    const asks = `test ! -f /dev/stdout || { echo a file >&2; exit 3; }; test -z "$TMPDIR" || exit 4; echo before >&2; ${OK}`;
    const withPipes = await run({ test_x: asks }, { test_x: asks }, { pipes: true });
    expect(withPipes.rows[0]).toMatchObject({ baseline: 'passed', patched: 'passed' });
    expect(await log('test_x.baseline.log')).toMatch(/before[\s\S]*1 test OK/);
    await expect(run({ test_x: asks }, { test_x: asks })).rejects.toThrow('exit code 3');
  });

  test('a test that hangs ends at its time limit, with all that it started', async () => {
    const hang = `printf "test_b (test.T) ... "; sleep 61 & echo $! > '${folder}/pid'; wait`;
    const result = await run({ test_x: OK }, { test_x: hang }, { timeoutMs: 400 });
    expect(result.rows[0]).toMatchObject({
      patched: 'timeout',
      verdict: 'unexpected',
      onlyPatched: ['test_x.T.test_b'],
    });
    const pid = Number(await readFile(path.join(folder, 'pid'), 'utf8'));
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone) Z');
    expect(state.slice(state.lastIndexOf(')') + 2, state.lastIndexOf(')') + 3)).toBe('Z');
  });

  test('both sides get a private folder of equal path length, removed afterwards, and the same environment', async () => {
    const look = `env | sort; pwd; touch "$HOME/left"; ${OK}`;
    await run({ test_x: look }, { test_x: look });
    const [baseline, patched] = [await log('test_x.baseline.log'), await log('test_x.patched.log')];
    const plain = (text: string) => text.replace(/work\/\d{4}/g, 'work/N').replace(/FW_SIDE=\w+/, '');
    expect(plain(baseline)).toBe(plain(patched));
    expect(baseline).not.toContain('LC_ALL');
    expect(/^TMPDIR=(.*)$/m.exec(baseline)?.[1]?.length).toBe(/^TMPDIR=(.*)$/m.exec(patched)?.[1]?.length);
    expect(await readdir(path.join(folder, 'work'))).toEqual([]);
  });

  test('quick takes what the versions have; all takes what regrtest lists, else what is there', async () => {
    const both = { test_gc: OK, test_sys: OK, test_zlib: OK, test_support: OK, helper: OK };
    expect((await run(both, both, { set: 'quick' })).rows.map((row) => row.test)).toEqual(['test_sys', 'test_gc']);
    expect((await run(both, both)).rows.map((row) => row.test)).toEqual(['test_gc', 'test_sys', 'test_zlib']);
    for (const side of ['baseline', 'patched'])
      await writeFile(path.join(folder, side, 'list'), 'test.test_zlib\nnoise!\n');
    expect((await run(both, both)).rows.map((row) => row.test)).toEqual(['test_zlib']);
  });

  test('none runs nothing', async () => {
    expect(await run({}, {}, { set: 'none', interpreters: [] })).toEqual({ set: 'none', rows: [], unexpected: 0 });
    expect(events).toEqual([]);
  });

  test('a name that no tree has is refused with the names that are near', async () => {
    const failure = await run({ test_gc: OK }, { test_gc: OK }, { set: ['test_gc.py', 'gc', 'test_gc.GCTests'] }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).diagnostics.map((d) => d.hint)).toEqual([
      'did you mean test_gc?',
      'tests are chosen by file: use test_gc',
    ]);
  });

  test('an interpreter that is not there is a problem of the user', async () => {
    await rm(path.join(folder, 'python'));
    await expect(run({ test_gc: OK }, { test_gc: OK }, { set: 'quick' })).rejects.toMatchObject({
      diagnostics: [{ code: 'bench/interpreter-missing' }],
    });
  });

  test('stops at once when the work is cancelled, and starts nothing more', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    // Longer than a test may take.
    const slow = { test_a: 'sleep 600', test_b: 'sleep 600', test_c: `touch '${folder}/began'` };
    await expect(run(slow, slow, { signal: stop.signal, set: ['test_a', 'test_b', 'test_c'] })).rejects.toThrow(
      'stopped',
    );
    expect(existsSync(path.join(folder, 'began'))).toBe(false);
  });
});
