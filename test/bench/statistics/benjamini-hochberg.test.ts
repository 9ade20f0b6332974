import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benjaminiHochberg } from '../../../src/bench/statistics/sign-flip.ts';

test("the example of Benjamini and Hochberg's paper: four of fifteen at 5%", () => {
  const ps = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  expect(benjaminiHochberg(ps).filter((q) => q <= 0.05)).toHaveLength(4);
});

test('the adjusted values of R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")', () => {
  expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.005]).map((q) => Number(q.toFixed(6)))).toEqual([
    0.02, 0.04, 0.04, 0.02,
  ]);
});

test('calls exactly what the step-up procedure calls, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (ps) => {
      const sorted = ps.toSorted((a, b) => a - b);
      const last = sorted.findLastIndex((p, i) => p * ps.length <= 0.05 * (i + 1));
      const qs = benjaminiHochberg(ps);
      expect(qs.filter((q) => q <= 0.05)).toHaveLength(last + 1);
      qs.forEach((q, i) => {
        expect(q).toBeGreaterThanOrEqual((ps[i] as number) * (1 - 1e-12));
        expect(q).toBeLessThanOrEqual(1);
      });
    }),
  );
});
