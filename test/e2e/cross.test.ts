/** Real CPython for machines that are not here: built by Debian's cross compiler, run by qemu. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { runProcess } from '../../src/system/process.ts';
import { ARTIFACTS, forkwright, forkwrightJson, sourceTree } from './forkwright.ts';

const MIB = 1024 * 1024;

describe.each([
  { version: '2.7', target: 'ps3-linux-static', linked: 'statically' },
  { version: '3.9', target: 'ps3-linux', linked: 'dynamically' },
])('remove-zombieframe on $version for $target', ({ version, target, linked }) => {
  const dir = path.join(ARTIFACTS, `run-${target}-${version}`);
  const result = async () => {
    const record = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
    const [only] = record.targets;
    if (only === undefined) throw new Error('no target in the record');
    return only;
  };

  test('is built, tested and compared', async () => {
    await rm(dir, { recursive: true, force: true });
    const tree = await sourceTree(version);
    const options = [
      '--modules',
      'core',
      '--instructions',
      'off',
      '--cpython-tests',
      'test_gc,test_marshal,test_generators',
      '--out',
      dir,
    ];
    const ran = await forkwright(['run', 'remove-zombieframe', '-C', tree, '--target', target, ...options]);
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toMatch(/functional\s+only/i);
  });

  test('baseline and patched differ in the patch alone, and share a build python', async () => {
    const { builds, conditionsDiffer, limits } = await result();
    expect(conditionsDiffer).toEqual([]);
    const [baseline, patched] = builds.map(({ build }) => build);
    expect(baseline?.key).not.toBe(patched?.key);
    expect(baseline?.inputs.buildPython).toBe(patched?.inputs.buildPython);
    expect(baseline?.commands.configure).toContain('--host=powerpc64-linux-gnu');
    expect(limits.join()).toContain('emulation');
  });

  test('CPython’s own tests run there; nothing differs that was not declared', async () => {
    const { tests } = await result();
    expect(tests?.unexpected).toBe(0);
    for (const name of ['test_marshal', 'test_generators']) {
      const row = tests?.rows.find(({ test: file }) => file === name);
      expect(row).toMatchObject({ baseline: 'passed', patched: 'passed' });
    }
  });

  test('the frames that no code object keeps show as growth', async () => {
    const { growth } = (await result()).growth ?? {};
    const [baseline = 0, patched = 0] = [growth?.baseline?.grownBytes, growth?.patched?.grownBytes];
    expect(baseline - patched).toBeGreaterThan(5 * MIB);
  });

  test('the interpreter is the other machine’s, and starts itself', async () => {
    const build = (await result()).builds[0]?.build;
    const code =
      'import struct, subprocess, sys\n' +
      'child = subprocess.check_output([sys.executable, "-c", "import sys; print(sys.byteorder)"])\n' +
      'sys.stdout.write("%s %d %s" % (sys.byteorder, struct.calcsize("P"), child.decode()))\n';
    const ran = await runProcess(build?.wrapper ?? '', ['-c', code], { cwd: '/', env: {}, timeoutMs: 120_000 });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toBe('big 8 big\n');
    const dump = await runProcess('/usr/bin/powerpc64-linux-gnu-readelf', ['-d', build?.python ?? ''], {
      cwd: '/',
      env: {},
      timeoutMs: 60_000,
    });
    expect(/no dynamic section/.test(dump.stdout) ? 'statically' : 'dynamically').toBe(linked);
  });

  test('a second build is found in the store', async () => {
    const tree = await sourceTree(version);
    const again = path.join(ARTIFACTS, `build-again-${target}`);
    await rm(again, { recursive: true, force: true });
    const options = ['--modules', 'core', '--out', again];
    const { record } = await forkwrightJson<{ record: RunRecord }>([
      ...['build', 'remove-zombieframe', '-C', tree, '--target', target, ...options],
    ]);
    expect(record.targets[0]?.builds.map(({ hit }) => hit)).toEqual([true, true]);
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
