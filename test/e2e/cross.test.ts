/** Real CPython for machines that are not here, beside this one: built by cross compilers, run by qemu, in one report. */
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MemoryPoint } from '../../src/bench/memory/types.ts';
import type { RunRecord, TargetResult } from '../../src/run/types.ts';
import { runProcess } from '../../src/system/process.ts';
import { ARTIFACTS, forkwright, forkwrightJson, ROOT, sourceTree } from './forkwright.ts';

const MIB = 1024 * 1024;

/** What a target's interpreters are, and what was measured by hand of remove-zombieframe there: bytes after `pass` and the imports. */
interface Expected {
  readonly target: string;
  readonly host?: string;
  readonly is?: string;
  readonly links?: 'statically' | 'dynamically';
  readonly memory: readonly [number, number];
  /** How far from it this may be; which frames lie in the free list of 3.9 depends on paths (docs/measuring.md). */
  readonly within: number;
}

const PPC64 = { host: 'powerpc64-linux-gnu', is: 'linux big 8' } as const;

describe.each<{ version: string; targets: readonly [Expected, ...Expected[]] }>([
  {
    version: '2.7',
    targets: [
      { target: 'host', memory: [-42_080, -49_821], within: 0.03 },
      // As natively: nobody had measured it by hand.
      { target: 'ps3-linux', ...PPC64, links: 'dynamically', memory: [-42_080, -49_821], within: 0.03 },
      { target: 'ps3-linux-static', ...PPC64, links: 'statically', memory: [-41_464, -49_205], within: 0.03 },
      {
        ...{ target: 'ps3-psl1ght', host: 'powerpc64-ps3-elf', is: 'ps3 big 8', links: 'statically' },
        ...{ memory: [-40_584, -48_158], within: 0.03 },
      },
      {
        ...{ target: 'linux-ppc32', host: 'powerpc-linux-gnu', is: 'linux big 4', links: 'statically' },
        ...{ memory: [-30_816, -36_565], within: 0.03 },
      },
    ],
  },
  {
    version: '3.9',
    targets: [
      { target: 'host', memory: [-60_203, -98_343], within: 0.05 },
      { target: 'ps3-linux', ...PPC64, links: 'dynamically', memory: [-58_031, -96_171], within: 0.05 },
      // linux-arm64 has a run of its own: arm64.test.ts.
    ],
  },
])('remove-zombieframe on $version here and on other machines', ({ version, targets }) => {
  const names = targets.map(({ target }) => target);
  const emulated = targets.filter(({ target }) => target !== 'host');
  const dir = path.join(ARTIFACTS, `run-targets-${version}`);
  const TREE = ['--modules', 'core', ...names.flatMap((name) => ['--target', name])];
  const record = async () => JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
  const result = async (name: string): Promise<TargetResult> => {
    const found = (await record()).targets.find(({ target }) => target === name);
    if (found === undefined) throw new Error(`no target ${name} in the record`);
    return found;
  };
  const env: Record<string, string> = {};
  beforeAll(async () => {
    if (!names.includes('ps3-psl1ght')) return;
    const script = path.join(ROOT, 'scripts/psl1ght-standin/build');
    const built = await runProcess(script, ['--yes'], { cwd: ROOT, env: process.env, timeoutMs: 30 * 60_000 });
    expect(built.exitCode, built.stderr).toBe(0);
    env.PS3DEV = built.stdout.trim();
  });

  test('is built, tested, measured and compared in one run', async () => {
    await rm(dir, { recursive: true, force: true });
    const what = ['--pairs', '2', '--layouts', 'one', '--tests', '^(PythonFunctionCalls|TryFinally|CompareIntegers)$'];
    const some = ['--cpython-tests', 'test_marshal,test_generators', '--out', dir];
    const checkout = ['-C', await sourceTree(version)];
    const ran = await forkwright(['run', 'remove-zombieframe', ...checkout, ...TREE, ...what, ...some], { env });
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toMatch(/functional\s+only/i);
    expect((await record()).targets.map(({ target }) => target)).toEqual(names);
    await access(path.join(dir, 'report.html'));
  });

  test.each(emulated)(
    '$target: baseline and patched differ in the patch alone, and share a build python',
    async ({ target, host }) => {
      const { builds, conditionsDiffer, limits } = await result(target);
      expect(conditionsDiffer).toEqual([]);
      const [baseline, patched] = builds.map(({ build }) => build);
      expect(baseline?.key).not.toBe(patched?.key);
      expect(baseline?.inputs.buildPython).toBe(patched?.inputs.buildPython);
      // The host's own baseline is the interpreter that all others are built with.
      expect(baseline?.inputs.buildPython).toBe((await result('host')).builds[0]?.build.key);
      expect(baseline?.commands.configure).toContain(`--host=${host}`);
      expect(limits.join()).toContain('emulation');
    },
  );

  test.each(targets)(
    '$target: CPython’s own tests run there; nothing differs that was not declared',
    async ({ target }) => {
      const { tests, limits } = await result(target);
      if (target === 'ps3-psl1ght') {
        // A console has neither signals nor processes, and regrtest needs both: the report says so.
        expect(tests).toBeUndefined();
        return expect(limits.join()).toMatch(/CPython’s tests were not run: .*signals/);
      }
      expect(tests?.unexpected).toBe(0);
      for (const name of ['test_marshal', 'test_generators']) {
        const row = tests?.rows.find(({ test: file }) => file === name);
        expect(row, name).toMatchObject({ baseline: 'passed', patched: 'passed' });
      }
    },
  );

  test.each(targets)('$target: the frames that no code object keeps show as growth', async ({ target }) => {
    const { growth } = (await result(target)).growth ?? {};
    const [baseline = 0, patched = 0] = [growth?.baseline?.grownBytes, growth?.patched?.grownBytes];
    expect(baseline - patched).toBeGreaterThan(5 * MIB);
  });

  test.each(targets)(
    '$target: the start-up needs less memory, by what was measured by hand',
    async ({ target, memory: expected, within }) => {
      const { memory } = await result(target);
      const change = ({ variants: { baseline, patched } }: MemoryPoint) =>
        (patched?.exact?.bytes ?? Number.NaN) - (baseline?.exact?.bytes ?? Number.NaN);
      const changes = memory?.points.map(change) ?? [];
      expect(changes).toHaveLength(expected.length);
      for (const [index, bytes] of changes.entries())
        expect(Math.abs(bytes / (expected[index] ?? 0) - 1), `${changes}`).toBeLessThan(within);
    },
  );

  test.each(targets)('$target: calls cost more instructions, the same ones each time', async ({ target }) => {
    const { instructions, instructionsSkipped, speed, speedSkipped } = await result(target);
    expect(instructionsSkipped).toBeUndefined();
    const counter = target === 'host' ? 'callgrind' : 'qemu';
    expect(instructions).toMatchObject({ counter, deterministic: true, counts: { failed: 0, missing: 0 } });
    const change = (name: string) => instructions?.tests.find(({ test: row }) => row === name)?.change?.ratio ?? 0;
    for (const name of ['PythonFunctionCalls', 'TryFinally']) {
      expect(change(name), name).toBeGreaterThan(1.02);
      expect(change(name), name).toBeLessThan(1.1);
    }
    expect(Math.abs(change('CompareIntegers') - 1)).toBeLessThan(0.001);
    if (target === 'host') expect(speed).toBeDefined();
    else expect(speedSkipped).toMatch(/functional only/);
  });

  test.each(emulated)(
    '$target: the interpreter is the other machine’s, and starts itself',
    async ({ target, host, is, links }) => {
      const build = (await result(target)).builds[0]?.build;
      const ask =
        'import struct, sys; print("%s %s %d" % (sys.platform.rstrip("2"), sys.byteorder, struct.calcsize("P")))';
      // A console has no processes.
      const alone = target === 'ps3-psl1ght';
      const code = alone
        ? ask
        : `import subprocess, sys\nsys.stdout.write(subprocess.check_output([sys.executable, "-c", ${JSON.stringify(ask)}]).decode())`;
      const here = { cwd: '/', env: {}, timeoutMs: 120_000 };
      const ran = await runProcess(build?.wrapper ?? '', ['-c', code], here);
      expect(ran.stderr).toBe('');
      expect(ran.stdout).toBe(`${is}\n`);
      const readelf = alone ? path.join(env.PS3DEV ?? '', 'ppu/bin', `${host}-readelf`) : `/usr/bin/${host}-readelf`;
      const dump = await runProcess(readelf, ['-d', build?.python ?? ''], here);
      expect(/no dynamic section/.test(dump.stdout) ? 'statically' : 'dynamically').toBe(links);
    },
  );

  test('a second build is found in the store', async () => {
    const tree = await sourceTree(version);
    const again = path.join(ARTIFACTS, `build-again-${version}`);
    await rm(again, { recursive: true, force: true });
    const { record: second } = await forkwrightJson<{ record: RunRecord }>(
      ['build', 'remove-zombieframe', '-C', tree, ...TREE, '--out', again],
      { env },
    );
    expect(second.targets.map(({ target }) => target)).toEqual(names);
    for (const { builds } of second.targets) expect(builds.map(({ hit }) => hit)).toEqual([true, true]);
  });
});

test('a version that a target cannot have is refused with the reason, before anything is made', async () => {
  const tree = await sourceTree('3.9');
  const ran = await forkwright(['build', 'remove-zombieframe', '-C', tree, '--target', 'ps3-psl1ght']);
  expect(ran.exitCode).toBe(2);
  expect(ran.err).toMatch(/3\.9\.\d+ cannot be built for the target ps3-psl1ght: .*threads/);
});

test('what is missing is named with the command that installs it', async () => {
  const empty = path.join(ARTIFACTS, 'no-tools');
  await mkdir(empty, { recursive: true });
  const ran = await forkwright(['doctor', '--target', 'ps3-linux'], { env: { FORKWRIGHT_PATH: empty } });
  expect(ran.exitCode).toBe(1);
  for (const name of ['gcc-powerpc64-linux-gnu', 'libc6-dev-ppc64-cross', 'qemu-user', 'make']) {
    expect(ran.out).toContain(name);
  }
});

test('a target of the user’s own needs no more than forkwright.yml', async () => {
  const folder = path.join(ARTIFACTS, 'own-target');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'forkwright.yml');
  await writeFile(file, 'targets:\n  - {name: my-console, extends: ps3-linux-static, cflags: -O1}\n');
  const { target } = await forkwrightJson<{ target: { host: string; cflags: string } }>(
    ['targets', 'show', 'my-console'],
    { cwd: folder },
  );
  expect(target).toMatchObject({ host: 'powerpc64-linux-gnu', cflags: '-O1' });
  await writeFile(file, 'targets:\n  - {name: my-console, extends: ps3-linux-static, run: {cpu: 970}}\n');
  const ran = await forkwright(['targets'], { cwd: folder });
  expect(ran.exitCode).toBe(2);
  expect(ran.err).toMatch(/forkwright\.yml:2:\d+/);
});
