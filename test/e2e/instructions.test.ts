/** Instructions and sizes of real interpreters: a handful of tests, of which some call Python functions and some do not. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TargetResult } from '../../src/run/types.ts';
import { ARTIFACTS, forkwright, sourceTree } from './forkwright.ts';

const CALLS = ['PythonFunctionCalls', 'PythonMethodCalls', 'TryFinally'];
const OTHERS = ['CompareIntegers', 'DictWithStringKeys', 'ForLoops', 'SimpleFloatArithmetic'];

describe.each(['2.7', '3.9'])('remove-zombieframe on %s', (version) => {
  const dir = path.join(ARTIFACTS, `instructions-${version}`);
  const result = async (): Promise<TargetResult> =>
    JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')).targets[0];

  test('bench --instructions callgrind', async () => {
    await rm(dir, { recursive: true, force: true });
    const tests = `^(${[...CALLS, ...OTHERS].join('|')})$`;
    const what = ['--instructions', 'callgrind', '--tests', tests, '--pairs', '2', '--quick'];
    const tree = await sourceTree(version);
    const ran = await forkwright(['bench', 'remove-zombieframe', '-C', tree, ...what, '--out', dir]);
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toMatch(/Instructions +[\d.]+% more/);
    for (const line of ran.out.split('\n')) expect(line.length).toBeLessThanOrEqual(200);
  });

  test('counted twice, the instructions are the same to the last one', async () => {
    const { instructions } = await result();
    expect(instructions).toMatchObject({ counter: 'callgrind', deterministic: true, layouts: 5 });
    // Both variants, each test.
    expect(instructions?.repeated).toBe(2 * (CALLS.length + OTHERS.length));
  });

  test('calls take more instructions without the zombie, the rest takes as many as before', async () => {
    const { instructions } = await result();
    const rows = new Map(instructions?.tests.map((row) => [row.test, row]));
    expect([...rows.keys()].sort()).toEqual([...CALLS, ...OTHERS].sort());
    for (const name of CALLS) {
      const { verdict, change } = rows.get(name) ?? {};
      expect(verdict, name).toBe('more');
      expect(change?.ratio, name).toBeGreaterThan(1.02);
      expect(change?.ratio, name).toBeLessThan(1.09);
    }
    for (const name of OTHERS) expect(rows.get(name)?.verdict, name).toBe('same');
  });

  test('size: the functions that the patch edits are smaller, and nothing else has changed', async () => {
    const { size } = await result();
    const code = size?.files.find(({ name }) => name === 'python');
    expect(code?.patched.text).toBeLessThan(code?.baseline.text ?? 0);
    expect(size?.symbols?.map(({ name }) => name)).toEqual(expect.arrayContaining(['frame_dealloc', 'code_dealloc']));
    expect(size?.symbols?.length).toBeLessThan(12);
    const saved = size?.symbols?.reduce((sum, symbol) => sum + symbol.baseline - symbol.patched, 0);
    expect(saved).toBeGreaterThan(0);
    expect(saved).toBeLessThan(1000);
    // The structure that lost a member is laid out in every module that knows it; their code stays as large as it was.
    expect(size?.modules?.count.baseline).toBeGreaterThan(40);
    expect(size?.modules?.changed).toEqual([]);
    expect(size?.problems).toEqual([]);
  });
});
