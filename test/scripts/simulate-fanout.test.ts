import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SimulatedJob, simulate } from '../../scripts/simulate-fanout/simulate.ts';
import { schedule, USUAL } from '../../src/run/fanout/schedule.ts';

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
