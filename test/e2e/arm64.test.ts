/** A target that is not a PlayStation, to prove that nothing is made for that one alone: 3.9.2 for 64-bit ARM beside the host, in one run. */
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord, TargetResult } from '../../src/run/types.ts';
import { ARTIFACTS, forkwrightJson, sourceTree } from './forkwright.ts';

describe('remove-zombieframe on 3.9.2 for host and linux-arm64', () => {
  let targets: readonly TargetResult[];
  const of = (name: string): TargetResult => {
    const found = targets.find(({ target }) => target === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  beforeAll(async () => {
    const tree = await sourceTree('3.9');
    const what = ['--target', 'host', '--target', 'linux-arm64', '--modules', 'core'];
    const measured = ['--quick', '--pairs', '2', '--tests', 'FunctionCalls', '--instructions', 'auto'];
    const tests = ['--cpython-tests', 'test_gc,test_frame,test_generators', '--out', path.join(ARTIFACTS, 'arm64')];
    const args = ['run', 'remove-zombieframe', '-C', tree, ...what, ...measured, ...tests];
    ({ targets } = (await forkwrightJson<{ record: RunRecord }>(args)).record);
  });

  test('both are in one run folder, built under identical conditions', () => {
    expect(targets.map(({ target }) => target)).toEqual(['host', 'linux-arm64']);
    for (const { builds, conditionsDiffer } of targets) {
      expect(builds.map(({ variant }) => variant).sort()).toEqual(['baseline', 'patched']);
      expect(conditionsDiffer).toEqual([]);
    }
    const [build] = of('linux-arm64').builds;
    expect(build?.build.commands.configure).toContain('--host=aarch64-linux-gnu');
  });

  test('CPython’s tests give the same on both variants', () => {
    const { tests } = of('linux-arm64');
    expect(tests?.unexpected).toBe(0);
    expect(tests?.rows.filter(({ patched }) => patched === 'passed').length).toBeGreaterThanOrEqual(2);
  });

  test('instructions are counted exactly, and calls execute more of them', () => {
    const { instructions } = of('linux-arm64');
    expect(instructions).toMatchObject({ counter: 'qemu', deterministic: true });
    const calls = instructions?.tests.find(({ test: name }) => name === 'PythonFunctionCalls');
    expect(calls?.change?.ratio).toBeGreaterThan(1.02);
    expect(calls?.change?.ratio).toBeLessThan(1.08);
  });

  test('start-up memory is that of any machine with pointers of eight bytes', () => {
    for (const name of ['host', 'linux-arm64']) {
      const [point] = of(name).memory?.points ?? [];
      const { baseline, patched } = point?.variants ?? {};
      const change = (patched?.exact?.bytes ?? Number.NaN) - (baseline?.exact?.bytes ?? Number.NaN);
      // 58,031 bytes less were measured on 64-bit PowerPC.
      expect(Math.abs(change / -58_031 - 1), `${name}: ${change}`).toBeLessThan(0.05);
    }
  });

  test('time is measured at home and refused under the emulator', () => {
    expect(of('host').speed?.pairs).toBe(2);
    expect(of('linux-arm64').speed).toBeUndefined();
    expect(of('linux-arm64').speedSkipped).toMatch(/functional only/);
  });
});
