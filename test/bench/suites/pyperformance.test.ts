import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { compare } from '../../../src/bench/comparison/compare.ts';
import { measureSamples } from '../../../src/bench/measure.ts';
import { files } from '../../../src/bench/suites/files.ts';
import { isNamedChoice, suiteInputs, suiteOf } from '../../../src/bench/suites/list.ts';
import { pyperformance } from '../../../src/bench/suites/pyperformance.ts';
import type { PreparedSuite } from '../../../src/bench/suites/suite.ts';
import { miniPyperformance } from '../pyperformance/mini.ts';
import { context, scratch, settings, systemPython } from '../rig.ts';

const place = (cacheDir: string) => ({ checkout: undefined, baseline: undefined, ctx: { ...context(), cacheDir } });

async function measured(suite: PreparedSuite, folder: string, planted = {}) {
  const lines = await measureSamples({
    interpreters: [systemPython('baseline'), systemPython('patched')],
    ...{ suite, settings, planted, ctx: context() },
    samplesFile: path.join(folder, 'samples.jsonl'),
  });
  const samples = lines.flatMap((line) => (line.type === 'sample' ? [line] : []));
  const problems = lines.flatMap((line) => (line.type === 'problem' && line.variant === 'baseline' ? [line] : []));
  return { lines, samples, problems };
}

test('every kind of benchmark is measured, and what cannot be is a row', { timeout: 120_000 }, async () => {
  const folder = await scratch();
  const root = await miniPyperformance(folder);
  const suite = await pyperformance.prepare(
    suiteInputs({ suite: 'pyperformance', pyperformance: root }, place(folder)),
  );
  const { lines, samples, problems } = await measured(suite, folder);
  const names = ['double', 'longer', 'own_clock', 'rounds', 'start', 'statement', 'two words', 'wait'];
  expect([...new Set(samples.map(({ test }) => test))].sort()).toEqual(names);
  expect(samples).toHaveLength(names.length * settings.pairs * 2);
  expect(Object.fromEntries(problems.map(({ test, message }) => [test, message]))).toEqual({
    crashes: 'its process ended by SIGKILL',
    fails: expect.stringContaining('ValueError: not today'),
    future: 'needs Python >=3.99,<4',
    needs: 'missing: no_such_package',
  });
  const header = lines.find((line) => line.type === 'header');
  expect(header?.pins?.pyperformance).toMatch(/^unknown, [0-9a-f]{16}$/);
  expect(header?.operations).toMatchObject({ 'two words': 4, statement: 2, double: 1 });
  for (const { test, cpu, wall, peakRssBytes = 0, pssBytes = 0 } of samples) {
    expect(Math.min(...cpu, ...wall), test).toBeGreaterThan(0);
    expect(peakRssBytes, test).toBeGreaterThan(4e6);
    if (process.platform === 'linux') expect(pssBytes, test).toBeGreaterThan(1e6);
  }
  // An interpreter takes milliseconds to start: the time is that of the command, not of waiting for it.
  expect(samples.find(({ test }) => test === 'start')?.cpu[0]).toBeGreaterThan(0.002);
  const speed = compare(lines);
  expect(speed.tests.filter(({ verdict }) => verdict === 'missing').map(({ test }) => test)).toEqual([
    'crashes',
    'fails',
    'future',
    'needs',
  ]);
});

test('a part is selected, and is a part of what the samples are', async () => {
  const folder = await scratch();
  const root = await miniPyperformance(folder);
  const choice = 'pyperformance:quick';
  expect(isNamedChoice(choice)).toBe(true);
  expect(isNamedChoice('pyperformance:')).toBe(false);
  expect(isNamedChoice('pybench:quick')).toBe(false);
  expect(suiteOf(choice)).toBe(pyperformance);
  const suite = await pyperformance.prepare(suiteInputs({ suite: choice, pyperformance: root }, place(folder)));
  expect(suite.identity.pins).toMatchObject({ 'pyperformance selection': 'quick' });
  const { samples } = await measured(suite, folder);
  expect([...new Set(samples.map(({ test }) => test))].sort()).toEqual(['longer', 'rounds']);
});

test('a script on pyperf’s Runner is a suite, and a planted slowdown is in its samples', async () => {
  const folder = await scratch();
  const script = path.join(folder, 'bm_own.py');
  await writeFile(script, "from pyperf import Runner\nRunner().bench_func('own', lambda: sum(range(500)))\n");
  const suite = await files.prepare({ ...suiteInputs({ suite: [script] }, place(folder)) });
  const { samples } = await measured(suite, folder, { patched: 0.5 });
  const least = (variant: string) =>
    Math.min(...samples.filter((one) => one.variant === variant).flatMap(({ cpu }) => cpu));
  expect(least('patched') / least('baseline')).toBeGreaterThan(1.25);
});

test('scripts of two kinds are refused together', async () => {
  const folder = await scratch();
  const both = [path.join(folder, 'one.py'), path.join(folder, 'two.py')];
  await writeFile(both[0] ?? '', 'import pyperf\n');
  await writeFile(both[1] ?? '', 'def bench_a(loops):\n    pass\n');
  const prepared = files.prepare({ ...suiteInputs({ suite: both }, place(folder)) });
  await expect(prepared).rejects.toThrow('two.py has bench_ functions');
});
