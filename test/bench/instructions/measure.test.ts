import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { measureInstructions } from '../../../src/bench/instructions/measure.ts';
import type { CountJob, InstructionCounter, Tally } from '../../../src/bench/instructions/types.ts';
import { writeMiniPybench } from '../mini-pybench.ts';
import { context, scratch, systemPython } from '../rig.ts';

/** Answers with made-up counts, and remembers what it was asked. */
function counter(full: (job: CountJob, nth: number) => number): InstructionCounter & { readonly jobs: CountJob[] } {
  const jobs: CountJob[] = [];
  return {
    name: 'callgrind',
    method: 'made up',
    jobs,
    async count(job): Promise<Tally> {
      jobs.push(job);
      const count = { rounds: 200, empty: 1000, full: full(job, jobs.length) };
      return { counts: new Map(job.tests.map((name) => [name, count])), failed: new Map() };
    },
  };
}

async function measure(made: InstructionCounter, more: { tests?: string; layouts?: number } = {}) {
  const folder = await writeMiniPybench(await scratch(), '2.1');
  await writeFile(
    path.join(folder, 'Bad.py'),
    'from pybench import Test\nclass Raises(Test):\n    rounds = 1000\n    def test(self):\n        raise ValueError("no")\n',
  );
  return measureInstructions({
    baseline: systemPython('baseline'),
    patched: systemPython('patched'),
    pybench: { folder, version: '2.1', origin: 'written for the test', sha256: '0', converted: false },
    counter: made,
    declared: { Additions: 'slower' },
    ctx: context(),
    ...more,
  });
}

test('each layout once on both sides, the first twice; what fails is not counted, and is a row', async () => {
  const made = counter(({ interpreter }) => (interpreter.variant === 'patched' ? 12_000 : 11_000));
  const result = await measure(made, { layouts: 3 });
  for (const variant of ['baseline', 'patched']) {
    const layouts = made.jobs.filter((job) => job.interpreter.variant === variant).map((job) => job.layout);
    expect(layouts).toEqual([0, 1, 2, 0]);
  }
  expect(made.jobs.every(({ tests }) => tests.join() === 'Additions,Nothing')).toBe(true);
  expect(result).toMatchObject({ layouts: 3, deterministic: true, repeated: 4, counts: { more: 2, missing: 1 } });
  expect(result.total?.ratio).toBeCloseTo(1.1, 12);
  expect(result.pybench).not.toHaveProperty('folder');
  expect(result.tests.map(({ test: name, note, declared }) => [name, declared, note])).toEqual([
    ['Additions', 'slower', undefined],
    ['Nothing', undefined, undefined],
    ['Raises', undefined, 'ValueError: no'],
  ]);
  // The tests' own numbers, by their own account.
  expect(result.tests[0]).toMatchObject({ operations: 2, defaultRounds: 20_000, rounds: 200 });
});

test('counts that do not repeat are said not to be exact', async () => {
  const result = await measure(
    counter((_, nth) => 11_000 + nth),
    { layouts: 1 },
  );
  expect(result.deterministic).toBe(false);
  expect(result.spread).toBeGreaterThan(0);
});

test('only the tests that were asked for', async () => {
  const made = counter(() => 11_000);
  const result = await measure(made, { tests: '^Noth', layouts: 1 });
  expect(result.tests.map((row) => row.test)).toEqual(['Nothing']);
});

test('an interpreter that does not run is named', async () => {
  const broken = { ...systemPython('patched'), command: ['false'] };
  const folder = await writeMiniPybench(await scratch(), '2.1');
  const pybench = { folder, version: '2.1', origin: 'written for the test', sha256: '0', converted: false };
  await expect(
    measureInstructions({
      baseline: systemPython('baseline'),
      patched: broken,
      pybench,
      counter: counter(() => 1),
      ctx: context(),
    }),
  ).rejects.toThrow(/the patched interpreter does not run the benchmark worker/);
});
