import { describe, expect, test } from 'vitest';
import { type Counted, compareInstructions } from '../../../src/bench/instructions/compare.ts';
import type { Tally } from '../../../src/bench/instructions/types.ts';
import { createRandom } from '../../../src/bench/random.ts';

const ROUNDS = 100;

/** Counts of one test, one a layout, the empty loop already in them. */
function tally(counts: Readonly<Record<string, number>>, empty = 1000): Tally {
  const entries = Object.entries(counts).map(([test, full]) => [test, { rounds: ROUNDS, empty, full }] as const);
  return { counts: new Map(entries), failed: new Map() };
}

function side(layouts: readonly Tally[], more: Partial<Counted> = {}): Counted {
  return { layouts, again: layouts[0], failed: new Map(), ...more };
}

const compare = (baseline: Counted, patched: Counted, tests: readonly string[], rounds: Record<string, number> = {}) =>
  compareInstructions({
    suite: 'pybench',
    counter: 'callgrind',
    method: 'made up',
    baseline,
    patched,
    tests,
    rounds,
    operations: {},
    declared: { Calls: 'slower' },
  });

/** One test in five layouts. */
function verdict(baseline: readonly number[], patched: readonly number[]) {
  const of = (counts: readonly number[]) => side(counts.map((count) => tally({ Test: count }, 0)));
  return compare(of(baseline), of(patched), ['Test']).tests[0];
}

describe('verdicts', () => {
  test.each([
    ['more', [1e6, 1e6, 1e6, 1e6, 1e6], [1.05e6, 1.05e6, 1.05e6, 1.05e6, 1.05e6]],
    ['fewer', [1e6, 1e6, 1e6, 1e6, 1e6], [0.95e6, 0.95e6, 0.95e6, 0.95e6, 0.95e6]],
    ['same', [1e6, 1e6, 1e6, 1e6, 1e6], [1e6, 1e6 + 900, 1e6 - 900, 1e6, 1e6]],
    // The layout changes both alike: the pairs agree to the instruction.
    ['same', [1e6, 1.1e6, 1.2e6, 1.05e6, 1e6], [1e6, 1.1e6, 1.2e6, 1.05e6, 1e6]],
    ['more', [1e6, 1.1e6, 1.2e6, 1.05e6, 1e6], [1.02e6, 1.123e6, 1.224e6, 1.071e6, 1.02e6]],
    // 1% more on average, and from −2% to +4%: that is the layout.
    ['layout', [1e6, 1e6, 1e6, 1e6, 1e6], [0.98e6, 1.04e6, 1.01e6, 1e6, 1.02e6]],
  ] as const)('%s', (expected, baseline, patched) => {
    expect(verdict(baseline, patched)?.verdict).toBe(expected);
  });

  test('without a change, what the layout does is called a change in 1% of cases', () => {
    const random = createRandom(1);
    // Sum of twelve: near enough to normal.
    const noise = () => Array.from({ length: 12 }, () => random.float()).reduce((sum, x) => sum + x, -6);
    let called = 0;
    for (let i = 0; i < 4000; i += 1) {
      const patched = Array.from({ length: 5 }, () => Math.round(1e9 * (1 + 0.01 * noise())));
      if (['more', 'fewer'].includes(verdict([1e9, 1e9, 1e9, 1e9, 1e9], patched)?.verdict ?? '')) called += 1;
    }
    // Its standard error is 0.16%.
    expect(called / 4000).toBeLessThan(0.015);
    expect(called / 4000).toBeGreaterThan(0.005);
  });
});

describe('the whole', () => {
  const before = side([tally({ Calls: 11_000, Loops: 101_000 }), tally({ Calls: 11_000, Loops: 101_000 })]);
  const after = side([tally({ Calls: 12_000, Loops: 101_000 }), tally({ Calls: 13_000, Loops: 101_000 })]);

  test('the empty loop is subtracted, and the total weighs each test by its own rounds', () => {
    // Ten times, and a hundred times, the rounds that were counted.
    const result = compare(before, after, ['Calls', 'Loops'], { Calls: 1000, Loops: 10_000 });
    const [one, two] = [10 * 10_000 + 100 * 100_000, 10 * 11_000 + 100 * 100_000];
    expect(result.total?.baseline).toBe(one);
    expect(result.total?.low).toBeCloseTo(two / one, 12);
    expect(result.tests.find(({ test }) => test === 'Calls')).toMatchObject({
      baseline: [10_000, 10_000],
      patched: [11_000, 12_000],
      declared: 'slower',
    });
    expect(result.geometricMean).toBeCloseTo(Math.sqrt(Math.sqrt(1.1 * 1.2)), 12);
  });

  test('the largest increase comes first', () => {
    expect(compare(before, after, ['Loops', 'Calls']).tests.map(({ test }) => test)).toEqual(['Calls', 'Loops']);
  });

  test('a loop as large as the test is not subtracted, on either side', () => {
    const odd = side([tally({ Loops: 900 })]);
    const row = compare(side([tally({ Loops: 1500 })]), odd, ['Loops']).tests[0];
    expect(row).toMatchObject({ uncalibrated: true, baseline: [1500], patched: [900] });
  });
});

describe('repetition', () => {
  const one = tally({ Calls: 11_000 });

  test('identical counts are deterministic', () => {
    expect(compare(side([one]), side([one]), ['Calls'])).toMatchObject({ deterministic: true, repeated: 2 });
  });

  test('one instruction more in the empty loop is enough to say that they are not', () => {
    const result = compare(side([one]), side([one], { again: tally({ Calls: 11_000 }, 1001) }), ['Calls']);
    expect(result.deterministic).toBe(false);
    expect(result.spread).toBeCloseTo(1 / 11_000, 12);
  });

  test('a change smaller than the spread does not count', () => {
    const again = tally({ Calls: 11_500 });
    const result = compare(side([one], { again }), side([tally({ Calls: 11_200 })]), ['Calls']);
    expect(result.threshold).toBeCloseTo(500 / 11_000, 12);
    expect(result.counts.same).toBe(1);
  });

  test('nothing repeated is nothing proven', () => {
    expect(compare(side([one], { again: undefined }), side([one], { again: undefined }), ['Calls'])).toMatchObject({
      deterministic: false,
      repeated: 0,
    });
  });
});

describe('tests without counts are rows', () => {
  const good = side([tally({ Calls: 11_000 })]);
  const bad = (why: string) => side([tally({})], { failed: new Map([['Calls', why]]) });

  test('failed on one side', () => {
    const result = compare(good, bad('ended by SIGSEGV'), ['Calls']);
    expect(result.tests).toEqual([
      { test: 'Calls', verdict: 'failed', note: 'patched: ended by SIGSEGV', declared: 'slower' },
    ]);
    expect(result.total).toBeUndefined();
  });

  test('failed on both: it is not there for this Python', () => {
    expect(compare(bad('no has_key'), bad('no has_key'), ['Calls']).tests[0]).toMatchObject({
      verdict: 'missing',
      note: 'no has_key',
    });
  });
});
