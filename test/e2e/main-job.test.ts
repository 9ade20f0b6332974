/** The main job on real CPython: the measure of everything. Its reports are kept under artifacts/. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { ARTIFACTS, forkwright, sourceTree } from './forkwright.ts';

const MIB = 1024 * 1024;

describe.each([
  { version: '2.7', tests: 58, missing: 0, pairs: [] },
  // Its pybench is 2.0 converted by lib2to3: two tests call dict.has_key, which Python 3 has not.
  // Half the pairs of --quick: its geometric mean is asked for to 5%, and 2.7 is measured with all.
  { version: '3.9', tests: 58, missing: 2, pairs: ['--pairs', '12'] },
])('remove-zombieframe on $version', ({ version, tests, missing, pairs }) => {
  const dir = path.join(ARTIFACTS, `run-${version}`);
  const readRecord = async () => JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;

  test('run: from the checkout to the report', async () => {
    await rm(dir, { recursive: true, force: true });
    const tree = await sourceTree(version);
    const ran = await forkwright([
      'run',
      'remove-zombieframe',
      '-C',
      tree,
      '--target',
      'host',
      '--quick',
      ...pairs,
      '--out',
      dir,
    ]);
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('report.html');
    for (const line of ran.out.split('\n')) expect(line.length).toBeLessThanOrEqual(200);
  });

  test('the two builds differ in the patch and in nothing else', async () => {
    const [target] = (await readRecord()).targets;
    expect(target?.conditionsDiffer).toEqual([]);
    const [baseline, patched] = target?.builds ?? [];
    expect(baseline?.variant).toBe('baseline');
    expect(patched?.variant).toBe('patched');
    expect(patched?.build.pyconfigSha256).toBe(baseline?.build.pyconfigSha256);
    expect(patched?.build.commands.configure).toEqual(baseline?.build.commands.configure);
    // A build that was made alone had all cores: how many jobs make ran reaches no product.
    const make = (words: readonly string[] = []) => words.filter((word) => !/^-j\d*$/.test(word));
    expect(make(patched?.build.commands.make)).toEqual(make(baseline?.build.commands.make));
    expect(patched?.build.root.length).toBe(baseline?.build.root.length);
    expect(patched?.build.key).not.toBe(baseline?.build.key);
  });

  test('CPython’s own tests: nothing differs that was not declared', async () => {
    const compared = (await readRecord()).targets[0]?.tests;
    expect(compared?.unexpected).toBe(0);
    expect(compared?.rows.map((row) => row.test)).toEqual(expect.arrayContaining(['test_code', 'test_gc', 'test_sys']));
    const passed = compared?.rows.filter((row) => row.baseline === 'passed');
    expect(passed?.length).toBeGreaterThanOrEqual(5);
  });

  test('the cache without a bound is gone: what 20,000 one-shot functions leave behind', async () => {
    const growth = (await readRecord()).targets[0]?.growth?.growth;
    expect(growth?.baseline?.grownBytes).toBeGreaterThan(8 * MIB);
    expect(growth?.baseline?.grownBytes).toBeLessThan(12 * MIB);
    expect(Math.abs(growth?.patched?.grownBytes ?? Number.NaN)).toBeLessThan(0.5 * MIB);
  });

  test('pybench: every test is a row, none is dropped', async () => {
    const speed = (await readRecord()).targets[0]?.speed;
    expect(speed?.tests).toHaveLength(tests);
    expect(speed?.counts.missing).toBe(missing);
    expect(speed?.counts.failed).toBe(0);
    expect(speed?.pairs).toBe(speed?.pairsPlanned);
    // The published total is +0.3%, instruction counts say +0.4%: a whole that moved by 5% would be a broken measurement.
    expect(speed?.geometricMean?.ratio).toBeGreaterThan(0.95);
    expect(speed?.geometricMean?.ratio).toBeLessThan(1.05);
  });

  test('pybench’s own table is made of the same samples', async () => {
    const { out, exitCode } = await forkwright(['report', dir, '--format', 'pybench']);
    expect(exitCode).toBe(0);
    const row =
      /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+([+-]\s*\d+\.\d%|n\/a|)\s+(\d+)ms\s+(\d+)ms\s+([+-]\s*\d+\.\d%|n\/a|)\s*$/;
    const names = out.split('\n').flatMap((line) => row.exec(line)?.[1] ?? []);
    expect(names).toContain('PythonFunctionCalls');
    expect(names.at(-1)).toBe('Totals');
    expect(out).toMatch(/^\(this=.*, other=.*\)$/m);
  });

  test('a finished run resumes in a moment, and changes nothing', async () => {
    const before = (await readRecord()).targets[0];
    const ran = await forkwright(['run', '--resume', dir]);
    expect(ran.exitCode).toBe(0);
    const after = (await readRecord()).targets[0];
    expect(after?.speed).toEqual(before?.speed);
    expect(after?.growth).toEqual(before?.growth);
    expect(after?.builds.every(({ hit }) => hit)).toBe(true);
  });
});
