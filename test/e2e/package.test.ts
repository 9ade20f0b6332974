/** The npm package works when it is installed elsewhere, and the launcher costs little. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceTree } from './forkwright.ts';

test('npm pack, install into an empty folder, run', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-package-'));
  try {
    const options = { cwd: ROOT, encoding: 'utf8' as const, stdio: 'pipe' as const };
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], options);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await writeFile(path.join(folder, 'package.json'), '{"private": true}');
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `./${tarball}`], {
      ...options,
      cwd: folder,
    });
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [path.join(folder, 'node_modules/forkwright/build/forkwright.js'), ...args], {
        ...options,
        cwd: folder,
      });
    expect(run('recipes')).toContain('remove-zombieframe');
    const patch = run('generate', 'remove-zombieframe', '--quiet', '-C', await sourceTree('2.7'));
    expect(patch).toContain('-    void *co_zombieframe;');
    // Everything is in the package: the parsers' WebAssembly, the worker, the style sheet; no dependency is installed with it.
    expect((await readdir(path.join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
      'forkwright',
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the launcher adds less than 0.15 s to the command itself', () => {
  const time = (file: string, args: string[]) => {
    const start = process.hrtime.bigint();
    execFileSync(file, args, { stdio: 'pipe' });
    return Number(process.hrtime.bigint() - start) / 1e9;
  };
  const rounds = Array.from({ length: 7 }, () => ({
    launcher: time(path.join(ROOT, 'scripts/forkwright'), ['--version']),
    direct: time(process.execPath, [path.join(ROOT, 'build/forkwright.js'), '--version']),
  }));
  // The least of several: what else the machine does only ever adds.
  const least = (pick: (round: (typeof rounds)[number]) => number) => Math.min(...rounds.map(pick));
  expect(least((r) => r.launcher) - least((r) => r.direct)).toBeLessThan(0.15);
});
