/** CPython's own Windows build, made on Linux by clang-cl and mingw-w64's headers, and run under Wine. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runTestFile } from '../../src/bench/cpython-tests-run.ts';
import type { RunRecord } from '../../src/run/types.ts';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import type { Context } from '../../src/system/context.ts';
import { runProcess } from '../../src/system/process.ts';
import { resolveTarget } from '../../src/targets/descriptors.ts';
import { runnerFor } from '../../src/targets/runner.ts';
import { endWine } from '../../src/targets/runners/wine.ts';
import { ARTIFACTS, forkwright, sourceTree } from './forkwright.ts';

const stop = new AbortController();
afterAll(async () => {
  await endWine();
  stop.abort();
});
const ctx: Context = {
  emit: () => {},
  signal: stop.signal,
  cacheDir: cacheFolder(process.env),
  jobs: 2,
  env: process.env,
};

const TESTS = ['test_marshal', 'test_generators', 'test_code'];

describe.each([
  {
    version: '3.9',
    compiler: /\[MSC v\.1928 64 bit \(AMD64\)\]/,
    dll: 'python39.dll',
    // Bytes after `pass` and the imports, as measured by hand.
    memory: [-57_968, -96_560],
    changed: '_PyFrame_New_NoTrack',
  },
  {
    version: '2.7',
    compiler: /\[MSC v\.1500 64 bit \(AMD64\)\]/,
    dll: 'python27.dll',
    memory: [-46_568, -49_168],
    changed: 'PyFrame_New',
  },
])('remove-zombieframe on $version for this machine, a PlayStation and Windows', (expected) => {
  const { version, compiler, dll } = expected;
  const dir = path.join(ARTIFACTS, `msvc-${version}`);
  const record = async () => JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
  const result = async (name = 'msvc-x64') =>
    (await record()).targets.find(({ target }) => target === name) ?? expect.fail(`no target ${name} in the record`);

  test('one run: built, tested and measured on all three', async () => {
    await rm(dir, { recursive: true, force: true });
    const targets = ['host', 'ps3-linux', 'msvc-x64'].flatMap((name) => ['--target', name]);
    const what = ['--modules', 'core', '--cpython-tests', TESTS.join(), '--instructions', 'off', '--out', dir];
    const bench = ['--pairs', '3', '--tests', '^(PythonFunctionCalls|TryFinally|CompareIntegers)$'];
    const checkout = ['-C', await sourceTree(version)];
    const ran = await forkwright(['run', 'remove-zombieframe', ...checkout, ...targets, ...what, ...bench]);
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    expect((await record()).targets.map(({ target }) => target)).toEqual(['host', 'ps3-linux', 'msvc-x64']);
  });

  test('the report has them side by side, and names Wine and clang', async () => {
    const page = await readFile(path.join(dir, 'report.html'), 'utf8');
    const markdown = await readFile(path.join(dir, 'report.md'), 'utf8');
    for (const text of [page, markdown]) {
      for (const name of ['host', 'ps3-linux', 'msvc-x64']) expect(text).toContain(name);
      expect(text).toMatch(/Wine \(wine-\d/);
      expect(text).toMatch(/clang/);
    }
    const json = JSON.parse(await readFile(path.join(dir, 'comparison.json'), 'utf8'));
    expect(json.targets[2]).toMatchObject({
      target: 'msvc-x64',
      title: expect.stringMatching(/clang.*Wine/),
      build: { compiler: expect.stringContaining('clang') },
    });
    const rows = [...page.matchAll(/<th scope="row">([\w-]+)<\/th><td>/g)].map(([, name]) => name);
    expect(rows.slice(0, 3)).toEqual(['host', 'ps3-linux', 'msvc-x64']);
    expect(page).toMatch(/<dt>msvc-x64<\/dt><dd>[^<]*built by clang[^<]*under Wine/);
  });

  test('baseline and patched are built alike, both with the port', async () => {
    const { builds, ports, conditionsDiffer, size } = await result();
    expect(builds.map(({ variant }) => variant)).toEqual(['baseline', 'patched']);
    expect(ports?.map(({ recipe: { id } }) => id)).toEqual(['port-clang-cl']);
    expect(conditionsDiffer).toEqual([]);
    expect(size?.files.map(({ name }) => name)).toEqual(['python.exe', dll]);
  });

  test('functions and variables are compared, too', async () => {
    const { size } = await result();
    const row = size?.symbols?.find(({ name }) => name === expected.changed);
    expect(row).toMatchObject({ kind: 'code', change: 'resized' });
    expect(row?.patched).toBeLessThan(row?.baseline ?? 0);
  });

  test('the start-up needs less memory, to the byte the same each time, by what was measured by hand', async () => {
    const { memory } = await result();
    expect(memory?.points.map(({ name }) => name)).toEqual(['pass', 'imports']);
    for (const [index, { variants }] of (memory?.points ?? []).entries()) {
      const { baseline, patched } = variants;
      for (const variant of [baseline, patched]) expect(variant?.exact?.spreadBytes).toBeUndefined();
      const change = (patched?.exact?.bytes ?? Number.NaN) - (baseline?.exact?.bytes ?? Number.NaN);
      expect(Math.abs(change / (expected.memory[index] ?? 0) - 1), `${change}`).toBeLessThan(0.05);
    }
    expect(memory?.problems.map(({ figure }) => figure)).toEqual(['resident']);
  });

  test('the frames that no code object keeps show as growth', async () => {
    const { growth } = (await result()).growth ?? {};
    const [baseline = 0, patched = 0] = [growth?.baseline?.grownBytes, growth?.patched?.grownBytes];
    expect(baseline - patched).toBeGreaterThan(5 * 1024 * 1024);
    expect(Math.abs(patched)).toBeLessThan(64 * 1024);
  });

  test('CPython’s own tests run under Wine; nothing differs that was not declared', async () => {
    const { tests } = await result();
    expect(tests?.unexpected).toBe(0);
    const row = (name: string) => tests?.rows.find(({ test: file }) => file === name) ?? expect.fail(name);
    for (const name of ['test_marshal', 'test_generators'])
      expect(row(name), name).toMatchObject({ baseline: 'passed', patched: 'passed' });
    // What Wine does otherwise than Windows fails on both alike: test_code does.
    for (const name of TESTS) expect(row(name).patched, name).toBe(row(name).baseline);
  });

  test('pybench is compared in pairs under Wine', async () => {
    const { speed, speedSkipped, bench } = await result();
    expect(speedSkipped).toBeUndefined();
    expect(speed?.tests.map(({ test: name }) => name).sort()).toEqual([
      'CompareIntegers',
      'PythonFunctionCalls',
      'TryFinally',
    ]);
    // Each pair was linked in an order of its own, here as on this machine.
    expect(bench?.header.settings).toMatchObject({ pairs: 3, layouts: 'each-pair' });
    // An emulator's times mean nothing; the ones of native instructions do.
    expect((await result('ps3-linux')).speedSkipped).toMatch(/functional only/);
  });

  test('they are interpreters for Windows, which can start themselves', async () => {
    const { builds } = await result();
    const runner = runnerFor(await resolveTarget('msvc-x64', ARTIFACTS));
    for (const { build } of builds) {
      await runner.prepare?.(build, ctx);
      const program = [
        'import sys, subprocess, select, unicodedata, pyexpat, _socket',
        'print(sys.version.replace("\\n", " "))',
        'print(sys.platform)',
        'print(subprocess.check_output([sys.executable, "-c", "print(6 * 7)"]).decode().strip())',
      ].join('\n');
      const { file, args, env } = runner.command(build, ['-c', program]);
      const ran = await runProcess(file, args, { cwd: ARTIFACTS, env, timeoutMs: 120_000, signal: ctx.signal });
      expect(ran.stderr).toBe('');
      const [about, platform, child] = ran.stdout.split(/\r?\n/);
      expect(about).toMatch(compiler);
      expect(platform).toBe('win32');
      expect(child).toBe('42');
    }
  });

  test('a test that does not end is ended at its time limit, with the interpreters that it has started', async () => {
    const { build } = (await result()).builds[0] ?? expect.fail();
    const runner = runnerFor(await resolveTarget('msvc-x64', ARTIFACTS));
    await runner.prepare?.(build, ctx);
    const { file, args, env } = runner.command(build, []);
    const folder = await mkdtemp(path.join(tmpdir(), 'fw-hang-'));
    try {
      // It starts dozens of interpreters, and takes more than a minute.
      const ended = await runTestFile({
        interpreter: {
          variant: 'baseline',
          command: [file, ...args],
          env,
          pythonVersion: version,
          buildKey: '',
          pipes: true,
        },
        test: 'test_subprocess',
        folder,
        logFile: path.join(dir, 'logs', 'hang.log'),
        timeoutMs: 12_000,
        signal: ctx.signal,
      });
      expect(ended.outcome).toBe('timeout');
      expect(ended.durationMs).toBeLessThan(30_000);
      expect(ended.started.length).toBeGreaterThan(0);
      await expect.poll(() => processesOf(build.root), { timeout: 5000 }).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Command lines of what runs from a folder. */
async function processesOf(folder: string): Promise<string[]> {
  const lines = await Promise.all(
    (await readdir('/proc')).map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return lines.filter((line) => line.startsWith(folder) || line.includes(folder.replaceAll('/', '\\')));
}
