import { expect, test } from 'vitest';
import { benchSettings } from '../../src/bench/settings.ts';
import { pairsToFindOne } from '../../src/bench/statistics/sign-flip.ts';

test('even quick can find a single changed test of 58, with a pair or two that disagree', () => {
  expect(benchSettings('quick').pairs).toBeGreaterThan(pairsToFindOne(58, 0.05) + 2);
  expect(benchSettings('full').repeats).toBeGreaterThan(benchSettings('quick').repeats);
});

test('what the user says comes before the defaults', () => {
  expect(benchSettings('quick', { pairs: 3, tests: 'Calls' })).toMatchObject({ pairs: 3, tests: 'Calls', blockMs: 1 });
});
