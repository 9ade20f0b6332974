/** 2.7.18 for the PlayStation's homebrew system: the stand-in toolchain is built, and what it makes is run under qemu. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Variant } from '../../src/builds/types.ts';
import type { RunRecord } from '../../src/run/types.ts';
import { runProcess } from '../../src/system/process.ts';
import { ARTIFACTS, forkwright, ROOT, sourceTree } from './forkwright.ts';

const STANDIN = path.join(ROOT, 'scripts/psl1ght-standin/build');
const dir = path.join(ARTIFACTS, 'run-ps3-psl1ght-2.7');

/** Measured beforehand by hand, in bytes: what the interpreter needs less at start-up without the frames. */
const PUBLISHED = { pass: -40_584, imports: -48_158 };

let ps3dev = '';
const buildStandin = async (...args: string[]) =>
  runProcess(STANDIN, ['--yes', ...args], { cwd: ROOT, env: process.env, timeoutMs: 30 * 60_000 });

async function target() {
  const record = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
  const [only] = record.targets;
  if (only === undefined) throw new Error('no target in the record');
  return only;
}

beforeAll(async () => {
  const built = await buildStandin();
  expect(built.exitCode, built.stderr).toBe(0);
  ps3dev = built.stdout.trim();
});

test('the stand-in is called like ps3dev’s toolchain, and is not built twice', async () => {
  const again = await buildStandin();
  expect(again.stderr).toBe('');
  expect(again.stdout.trim()).toBe(ps3dev);
  expect(again.durationMs).toBeLessThan(20_000);
  const ask = async (tool: string, ...args: string[]) =>
    (
      await runProcess(path.join(ps3dev, 'ppu/bin', `powerpc64-ps3-elf-${tool}`), args, {
        cwd: '/',
        env: {},
        timeoutMs: 60_000,
      })
    ).stdout.trim();
  expect(await ask('gcc', '-dumpmachine')).toBe('powerpc64-ps3-elf');
  expect(await ask('gcc', '--version')).toMatch(/^powerpc64-ps3-elf-gcc \(stand-in for PSL1GHT/);
  const macros = await ask('gcc', '-dM', '-E', '-include', 'stdio.h', '-x', 'c', '/dev/null');
  expect(macros).toMatch(/#define __lv2ppu__ /);
  expect(macros).toMatch(/#define _NEWLIB_VERSION /);
  expect(macros).not.toMatch(/#define (__linux__|__unix__|__GLIBC__|linux|unix) /);
});

test('it links as the real one does, and never with the other C library', async () => {
  const gcc = path.join(ps3dev, 'ppu/bin/powerpc64-ps3-elf-gcc');
  const link = (...libraries: string[]) =>
    runProcess(gcc, ['-o', path.join(ARTIFACTS, 'linked-for-ps3'), '-x', 'c', '-', ...libraries], {
      cwd: '/',
      env: { PATH: process.env.PATH },
      input: 'int main(void) { return 3; }',
      timeoutMs: 60_000,
    });
  const same = await link('-T', 'lv2.ld', '-lsysbase', '-lc', '-lrt', '-llv2');
  expect(same.exitCode, same.stderr).toBe(0);
  for (const library of ['-lpthread', '-ldl']) expect((await link(library)).stderr).toMatch(/cannot find -l/);
});

test('remove-zombieframe on 2.7 is built, run and measured', async () => {
  await rm(dir, { recursive: true, force: true });
  const tree = await sourceTree('2.7');
  const ran = await forkwright(['run', 'remove-zombieframe', '-C', tree, '--target', 'ps3-psl1ght', '--out', dir], {
    env: { PS3DEV: ps3dev },
  });
  expect(ran.err).not.toMatch(/^error:/m);
  expect(ran.exitCode).toBe(0);
  expect(ran.out).toMatch(/functional\s+only/i);
});

test('both variants have the port', async () => {
  const { builds, conditionsDiffer } = await target();
  expect(conditionsDiffer).toEqual([]);
  const changed = builds.map(({ build }) => JSON.stringify(build.inputs.changes));
  for (const files of changed) expect(files).toContain('Modules/posixmodule.c');
  expect(changed.map((files) => files.includes('Objects/frameobject.c'))).toEqual([false, true]);
  const port = await readFile(path.join(dir, 'patches/ps3-psl1ght/port-ps3-newlib.patch'), 'latin1');
  expect(port).toContain('+\t*-ps3-elf*)');
});

test('the interpreter is the console’s: a platform of its own, no threads, no processes, no users', async () => {
  const code =
    'import struct, sys, time, os\n' +
    'def there(name):\n' +
    '  try:\n' +
    '    __import__(name)\n' +
    '  except ImportError:\n' +
    '    return 0\n' +
    '  return 1\n' +
    'sys.stdout.write("%s %s %d " % (sys.platform, sys.byteorder, struct.calcsize("P")))\n' +
    'sys.stdout.write("%d " % len([n for n in ("fork", "getppid", "pipe", "symlink") if hasattr(os, n)]))\n' +
    'sys.stdout.write("%d " % len([n for n in ("thread", "signal", "pwd", "select") if there(n)]))\n' +
    'sys.stdout.write("%d %s" % (len(os.listdir("/")) > 3, time.timezone))\n';
  for (const { build } of (await target()).builds) {
    // No HOME: a console has none.
    const ran = await runProcess(build.wrapper ?? '', ['-c', code], { cwd: '/', env: {}, timeoutMs: 120_000 });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toBe('ps3 big 8 0 0 1 0');
  }
});

test('it needs less memory at start-up, by what is published', async () => {
  const { memory } = await target();
  for (const [name, published] of Object.entries(PUBLISHED)) {
    const { variants } = memory?.points.find((point) => point.name === name) ?? {};
    const bytes = (variant: Variant) => variants?.[variant]?.exact?.bytes ?? Number.NaN;
    const change = bytes('patched') - bytes('baseline');
    expect(Math.abs(change / published - 1), `${name}: ${change}`).toBeLessThan(0.03);
  }
});

test('the tests of pybench run on both, and calls cost more instructions', async () => {
  const { instructions, instructionsSkipped } = await target();
  expect(instructionsSkipped).toBeUndefined();
  expect(instructions).toMatchObject({ counter: 'qemu', deterministic: true, counts: { failed: 0, missing: 0 } });
  expect(instructions?.tests.length).toBeGreaterThan(50);
  const change = (name: string) => instructions?.tests.find(({ test: row }) => row === name)?.change?.ratio ?? 0;
  expect(change('PythonFunctionCalls')).toBeGreaterThan(1.03);
  expect(change('PythonFunctionCalls')).toBeLessThan(1.1);
  expect(instructions?.total?.ratio).toBeGreaterThan(1);
  expect(instructions?.total?.ratio).toBeLessThan(1.03);
});
