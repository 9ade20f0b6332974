import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compared,
  recipesOfHeaders,
  subjectOf,
  USUAL_SIMULATION,
} from '../../../scripts/research/simulate-fanout/compare.ts';
import { measuredText, readMeasured } from '../../../scripts/research/simulate-fanout/measure.ts';
import { withNumbers } from '../../../scripts/research/simulate-fanout/page.ts';
import { releaseTags } from '../../../scripts/research/simulate-fanout/releases.ts';
import { type SimulatedJob, simulate } from '../../../scripts/research/simulate-fanout/simulate.ts';
import { factor, timesOf } from '../../../scripts/research/simulate-fanout/times.ts';
import { schedule, USUAL } from '../../../src/run/fanout/schedule.ts';

const job = (id: string, more: Partial<SimulatedJob> = {}): SimulatedJob => ({
  id,
  setup: 10,
  baselineSeconds: 100,
  fetchSeconds: 5,
  workSeconds: 50,
  megabytes: 40,
  ...more,
});
const roomy = { machines: 2, cacheMegabytes: 1e9, keeps: 'baselines' } as const;

describe('simulate', () => {
  test('the first of a baseline builds it, those after it fetch it', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => job(id, { baseline: 'one' }));
    const found = simulate([[a as SimulatedJob], [b as SimulatedJob, c as SimulatedJob]], roomy);
    expect(found).toMatchObject({ hits: 2, misses: 1, baselinesBuilt: 1, wallSeconds: 160 + 65 });
    expect(found.machineSeconds).toBe(160 + 2 * 65);
    expect(found.billedMinutes).toBe(3 + 2 + 2);
  });

  test('two that begin together both build it: nothing is in the cache yet', () => {
    const found = simulate([['a', 'b'].map((id) => job(id, { baseline: 'one' }))], roomy);
    expect(found).toMatchObject({ hits: 0, misses: 2, baselinesBuilt: 2, writtenMegabytes: 40 });
  });

  test('a cache that is full forgets what was longest not used', () => {
    const one = { ...roomy, machines: 1, cacheMegabytes: 80 };
    const named = (id: string, baseline: string) => job(id, { baseline });
    const inOrder = (...names: readonly string[]) => [names.map((name, i) => named(`${i}`, name))];
    expect(simulate(inOrder('x', 'y', 'x', 'z', 'x'), one)).toMatchObject({ hits: 2, evicted: 1, baselinesBuilt: 3 });
    expect(simulate(inOrder('x', 'y', 'z', 'x', 'y', 'z'), one)).toMatchObject({ hits: 0, evicted: 4 });
    // Patched builds, which nobody will ask for, push baselines out.
    expect(simulate(inOrder('x', 'y', 'x'), { ...one, keeps: 'all' })).toMatchObject({ hits: 0, baselinesBuilt: 3 });
  });

  test('who waits for a job begins when that one has ended, and holds up no other', () => {
    const jobs = [job('a', { workSeconds: 500 }), job('b', { after: 'a' }), job('c'), job('d', { after: 'c' })];
    expect(simulate([jobs], roomy).wallSeconds).toBe(610 + 160);
    const twoBatches = [
      jobs.filter(({ after }) => after === undefined),
      jobs.filter(({ after }) => after !== undefined),
    ];
    expect(simulate(twoBatches, roomy).wallSeconds).toBe(610 + 160);
    expect(simulate([[...jobs, job('e'), job('f', { workSeconds: 300 })]], roomy).wallSeconds).toBeLessThan(
      simulate([...twoBatches, [job('e'), job('f', { workSeconds: 300 })]], roomy).wallSeconds,
    );
  });

  test('with nothing that is left to chance it is what schedule() says, to the second', () => {
    const seconds = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(
        fc.array(fc.array(seconds, { maxLength: 30 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (waves, machines) => {
          const batches = waves.map((wave, w) =>
            wave.map((s, i) => job(`${w}-${i}`, { setup: 0, baselineSeconds: 0, workSeconds: s })),
          );
          const told = schedule(
            waves.map((wave) => wave.map((s, i) => ({ id: `${i}`, seconds: s }))),
            { ...USUAL, machines },
          );
          expect(simulate(batches, { ...roomy, machines })).toMatchObject(told);
        },
      ),
    );
  });

  test('no batch takes less than its work divided by the machines, nor more than Graham’s bound of list scheduling', () => {
    const seconds = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 9 }),
        (work, machines) => {
          const jobs = work.map((s, i) => job(`${i}`, { setup: 0, baselineSeconds: 0, workSeconds: s }));
          const { wallSeconds, use } = simulate([jobs], { ...roomy, machines });
          // Whatever the order, no schedule is shorter than this.
          const least = Math.max(...work, work.reduce((a, b) => a + b, 0) / machines);
          expect(wallSeconds).toBeGreaterThanOrEqual(least - 1e-6);
          // R. L. Graham, "Bounds for certain multiprocessing anomalies", 1966.
          expect(wallSeconds).toBeLessThanOrEqual((2 - 1 / machines) * least + 1e-6);
          expect(use).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });
});

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const measured = await readMeasured(path.join(DOCS, 'scale', 'measured.json'));
const subject = await subjectOf(500);
const page = readFileSync(path.join(DOCS, 'scale.md'), 'utf8');

describe('the matrix of CPython’s releases', () => {
  test('has releases and what came before them, no tag twice', () => {
    const tags = releaseTags().map(({ text }) => text);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.length).toBeGreaterThanOrEqual(500);
    expect(tags).toEqual(expect.arrayContaining(['2.5.0', '2.7.18', '3.9.0a1', '3.9.2rc1', '3.13.5', '3.14.0rc3']));
  });

  test('is what the recipes and targets allow', () => {
    const { cells } = subject;
    const state = (id: string) => cells.find((cell) => cell.id === id)?.state;
    expect(cells).toHaveLength(500 * 12 * 5);
    expect(state('remove-zombieframe-v3.9.2-host')).toBe('run');
    expect(state('remove-zombieframe-v3.11.2-host')).toBe('not-applicable');
    expect(state('remove-zombieframe-v3.9.2-linux-ppc32')).toBe('target-refuses');
  });

  test('recipes that change a header are known from their patches', async () => {
    const everywhere = await recipesOfHeaders();
    expect(everywhere.has('remove-zombieframe')).toBe(true);
    expect(everywhere.has('thread-stack-size')).toBe(false);
  });
});

describe('plan’s estimate beside the simulation', () => {
  const simulated = (spread: number, machines: number) => {
    const { analytic, outcomes } = compared(measured, { ...USUAL_SIMULATION, spread, machines }, subject);
    const asPlanned = outcomes.find(({ strategy }) => strategy === 'as planned');
    if (asPlanned === undefined) throw new Error('no such strategy');
    return { analytic, asPlanned, outcomes };
  };

  test.each([7, 20, 60])('is the same to the second on %i machines when each job takes its median', (machines) => {
    const { analytic, asPlanned } = simulated(0, machines);
    expect(asPlanned.wallSeconds).toBeCloseTo(analytic.wallSeconds, 6);
    expect(asPlanned.machineSeconds).toBeCloseTo(analytic.machineSeconds, 6);
    expect(asPlanned.billedMinutes).toBe(analytic.billedMinutes);
  });

  test('is within 5% when jobs differ by a factor of 1.2', () => {
    const { analytic, asPlanned } = simulated(0.2, 20);
    expect(Math.abs(asPlanned.wallSeconds / analytic.wallSeconds - 1)).toBeLessThan(0.05);
    expect(Math.abs(asPlanned.machineSeconds / analytic.machineSeconds - 1)).toBeLessThan(0.05);
  });

  test('every baseline is built once as planned, and in another order hardly any is found', () => {
    const { asPlanned, outcomes } = simulated(0.2, 20);
    expect(asPlanned.baselinesBuilt + asPlanned.hits).toBe(asPlanned.jobs);
    expect(asPlanned.misses).toBe(asPlanned.baselinesBuilt);
    const naive = outcomes.find(({ strategy }) => strategy === 'a recipe after the other');
    expect(naive?.hits).toBeLessThan(asPlanned.hits / 2);
    for (const { jobs } of outcomes) expect(jobs).toBe(asPlanned.jobs);
  });
});

describe('times', () => {
  test('are drawn the same for the same seed, around 1', () => {
    const drawn = Array.from({ length: 2000 }, (_, i) => factor(0.2, 1, i));
    expect(drawn).toEqual(Array.from({ length: 2000 }, (_, i) => factor(0.2, 1, i)));
    const logs = drawn.map(Math.log);
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length)).toBeCloseTo(0.2, 2);
    expect(factor(0, 1, 5)).toBe(1);
  });

  test('a build that ccache made short is no full build', () => {
    const builds = [100, 120, 3].map((make) => ({ target: 't', python: '3.9', launcher: 'ccache', prepare: 10, make }));
    const times = timesOf({ ...measured, builds });
    expect(times.of('t')).toMatchObject({ builds: 2, make: 110 });
    expect(times.warm).toBeCloseTo(3 / 110);
    expect(timesOf({ ...measured, builds }, 2).of('t').make).toBe(55);
    expect(() => times.of('unknown')).toThrow('nothing was measured for unknown');
  });
});

describe('docs/scale.md', () => {
  test('has the numbers that the script makes', async () => {
    expect(await withNumbers(page, measured, subject)).toBe(page);
  });

  test('other times are another page', async () => {
    const builds = measured.builds.map((build) => ({ ...build, make: build.make * 2 }));
    expect(await withNumbers(page, { ...measured, builds }, subject)).not.toBe(page);
  });

  test('a block that is gone is told', async () => {
    await expect(withNumbers(page.replace('numbers: machines', 'numbers'), measured, subject)).rejects.toThrow(
      'no block "machines"',
    );
  });

  test('what was measured is written as it is read, and names no folder of the machine', () => {
    const text = readFileSync(path.join(DOCS, 'scale', 'measured.json'), 'utf8');
    expect(measuredText(measured)).toBe(text);
    expect(text).not.toMatch(/"[^"]*\//);
  });
});
