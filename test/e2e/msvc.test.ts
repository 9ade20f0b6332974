/** CPython's own Windows build, made on Linux by clang-cl and mingw-w64's headers, and run under Wine. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import type { Context } from '../../src/system/context.ts';
import { runProcess } from '../../src/system/process.ts';
import { resolveTarget } from '../../src/target/descriptors.ts';
import { runnerFor } from '../../src/target/runner.ts';
import { endWine } from '../../src/target/runners/wine.ts';
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

describe.each([
  { version: '3.9', compiler: /\[MSC v\.1928 64 bit \(AMD64\)\]/, dll: 'python39.dll' },
  { version: '2.7', compiler: /\[MSC v\.1500 64 bit \(AMD64\)\]/, dll: 'python27.dll' },
])('remove-zombieframe on $version for msvc-x64', ({ version, compiler, dll }) => {
  const dir = path.join(ARTIFACTS, `msvc-${version}`);
  const result = async () => {
    const [only] = (JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord).targets;
    if (only === undefined) throw new Error('no target in the record');
    return only;
  };

  test('baseline and patched are built, both with the port', async () => {
    await rm(dir, { recursive: true, force: true });
    const what = ['--target', 'msvc-x64', '--modules', 'core', '--out', dir];
    const ran = await forkwright(['build', 'remove-zombieframe', '-C', await sourceTree(version), ...what]);
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    const { builds, ports, conditionsDiffer, size } = await result();
    expect(builds.map(({ variant }) => variant)).toEqual(['baseline', 'patched']);
    expect(ports?.map(({ recipe: { id } }) => id)).toEqual(['port-clang-cl']);
    expect(conditionsDiffer).toEqual([]);
    expect(size?.files.map(({ name }) => name)).toEqual(['python.exe', dll]);
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
});
