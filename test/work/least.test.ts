import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduce } from '../../src/work/least.ts';

describe('delta debugging', () => {
  test('leaves what is needed, and nothing that can be left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 24 }), fc.array(fc.nat(23), { maxLength: 4 }), async (count, some) => {
        const needed = [...new Set(some.map((one) => one % count))].sort((a, b) => a - b);
        const all = Array.from({ length: count }, (_, i) => i);
        const found = await reduce(all, async (which) => needed.every((one) => which.includes(one)));
        // Nothing at all is not asked: what does it without any change is no question.
        expect(found).toEqual(needed.length === 0 ? [found[0]] : needed);
      }),
    );
  });

  test('with sets that cannot be tried it is still least: no single one can be left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 14 }), fc.nat(), fc.nat(), async (count, seed, odd) => {
        const all = Array.from({ length: count }, (_, i) => i);
        const needed = [seed % count, odd % count];
        const asked = new Set<string>();
        const fails = async (which: readonly number[]) => {
          expect(asked.has(which.join())).toBe(false);
          asked.add(which.join());
          return does(which);
        };
        // The change after a needed one goes with it: without, it does not build.
        const does = (which: readonly number[]) =>
          needed.every((one) => which.includes(one) && (one + 1 >= count || which.includes(one + 1)));
        const found = await reduce(all, fails);
        expect(does(found)).toBe(true);
        for (const one of found) if (found.length > 1) expect(does(found.filter((other) => other !== one))).toBe(false);
      }),
    );
  });
});
