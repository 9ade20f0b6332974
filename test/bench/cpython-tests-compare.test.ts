import { describe, expect, test } from 'vitest';
import { compareTest, declares, sidesToRepeat } from '../../src/bench/cpython-tests-compare.ts';
import type { TestFileResult } from '../../src/bench/cpython-tests-run.ts';
import type { CpythonTestOutcome } from '../../src/bench/types.ts';

const ran = (
  outcome: CpythonTestOutcome,
  failed: string[] = [],
  more: Partial<TestFileResult> = {},
): TestFileResult => ({
  outcome,
  failed,
  skipped: [],
  started: ['test_gc.T.test_a', 'test_gc.T.test_b', 'test_gc.T.test_c'],
  durationMs: 1,
  ...more,
});
const passed = ran('passed');
const a = 'test_gc.T.test_a';
const b = 'test_gc.T.test_b';
const compare = (baseline: TestFileResult, patched: TestFileResult, declared: string[] = [], repeat?: TestFileResult) =>
  compareTest(
    'test_gc',
    { baseline: { first: baseline }, patched: { first: patched, repeat } },
    declared.map((name) => ({ test: name, why: `why ${name}` })),
  );

describe('declares', () => {
  test.each([
    ['test_gc', true],
    ['test.test_gc', true],
    ['test_gc.test_a', true],
    ['test_gc.T', true],
    ['test_gc.T.test_a', true],
    ['test_gc.U.test_a', false],
    ['test_gc.test_b', false],
    ['test_g', false],
    ['test_a', false],
  ])('%s', (name, expected) => {
    expect(declares(name, 'test_gc.T.test_a')).toBe(expected);
  });
});

describe('compareTest', () => {
  test('what fails equally on both sides is the same', () => {
    expect(compare(ran('failed', [a]), ran('failed', [a]))).toMatchObject({ verdict: 'same', onlyPatched: [] });
  });

  test('a case that fails on the patched side only is unexpected, even when the file fails on both', () => {
    expect(compare(ran('failed', [a]), ran('failed', [a, b]))).toMatchObject({
      verdict: 'unexpected',
      onlyPatched: [b],
    });
  });

  test('declared: the case, any class, the whole file', () => {
    for (const name of [a, 'test_gc.test_a', 'test_gc'])
      expect(compare(passed, ran('failed', [a]), [name])).toMatchObject({ verdict: 'expected', why: `why ${name}` });
  });

  test('a failure beside the declared one is unexpected', () => {
    const row = compare(passed, ran('failed', [a, b]), ['test_gc.test_a']);
    expect(row.verdict).toBe('unexpected');
    expect(row.why).toBe(`not declared: ${b}`);
  });

  test('another failure than the declared one is unexpected, and says that the declared one passed', () => {
    expect(compare(passed, ran('failed', [b]), ['test_gc.test_a'])).toMatchObject({
      verdict: 'unexpected',
      why: 'test_gc.test_a was declared to fail, but passed',
    });
  });

  test('a declared failure that did not happen is a note, not a failure', () => {
    expect(compare(passed, passed, ['test_gc.test_a'])).toMatchObject({
      verdict: 'same',
      why: 'test_gc.test_a was declared to fail, but passed',
    });
    expect(compare(passed, passed, ['test_gc.test_gone']).why).toBe(
      'test_gc.test_gone was declared to fail, but did not run',
    );
  });

  test('what is declared for other files says nothing here', () => {
    expect(compare(passed, passed, ['test_sys', 'test_sys.test_a']).why).toBeUndefined();
  });

  test('a test that names no cases is covered by a declared case of the file', () => {
    expect(compare(passed, ran('failed', []), ['test_gc.test_a']).verdict).toBe('expected');
    expect(compare(passed, ran('failed', [])).verdict).toBe('unexpected');
  });

  test('a crash and a time limit are never expected', () => {
    for (const outcome of ['crashed', 'timeout'] as const)
      expect(compare(passed, ran(outcome, [a]), ['test_gc']).verdict).toBe('unexpected');
  });

  test('a test that is skipped or gone on the patched side only is a loss', () => {
    expect(compare(passed, ran('skipped', [], { detail: 'skipped: no _foo' }))).toMatchObject({
      verdict: 'unexpected',
      why: 'patched: skipped: no _foo',
    });
    expect(compare(passed, ran('missing'))).toMatchObject({ verdict: 'unexpected' });
  });

  test('a new test of the patched sources is no loss unless it fails', () => {
    expect(compare(ran('missing'), passed).verdict).toBe('same');
    expect(compare(ran('missing'), ran('failed', [a])).verdict).toBe('unexpected');
  });

  test('what fails on the baseline only is fixed', () => {
    expect(compare(ran('failed', [a]), passed)).toMatchObject({ verdict: 'fixed', onlyBaseline: [a] });
  });

  test('a side that ended early says nothing about the cases that it did not finish', () => {
    const died = ran('crashed', [], { started: [a, b], underWay: b });
    expect(compare(died, ran('failed', [b, 'test_gc.T.test_c'])).verdict).toBe('fixed');
    expect(compare(died, ran('failed', [a])).onlyPatched).toEqual([a]);
  });

  test('where both ran out of time, how far each came is no difference', () => {
    const early = ran('timeout', [], { started: [a], underWay: a, detail: 'ended' });
    const late = ran('timeout', [b], { started: [a, b], underWay: 'test_gc.T.test_c', detail: 'ended' });
    expect(compare(early, late)).toMatchObject({
      verdict: 'same',
      onlyPatched: [],
      why: 'baseline: ended; patched: ended',
    });
    expect(sidesToRepeat(early, late, [])).toEqual([]);
  });

  test('where both crash, a crash in a case that the baseline survives is a loss', () => {
    const late = ran('crashed', [], { started: [a, b], underWay: b });
    const early = ran('crashed', [], { started: [a], underWay: a });
    expect(compare(late, early)).toMatchObject({ verdict: 'unexpected', onlyPatched: [a] });
    expect(compare(late, late).verdict).toBe('same');
  });

  test('cases skipped on one side are told', () => {
    expect(compare(passed, ran('passed', [], { skipped: [a] }))).toMatchObject({
      verdict: 'same',
      why: `skipped on patched only: ${a}`,
    });
  });

  test('failed, then passed: counts as passed and says so', () => {
    expect(compare(passed, ran('failed', [a]), [], passed)).toMatchObject({
      verdict: 'same',
      patched: 'passed',
      onlyPatched: [],
      why: `patched: failed, then passed on a repeat (${a})`,
    });
  });

  test('only what fails twice counts; what never fails the same way twice counts too', () => {
    expect(compare(passed, ran('failed', [a, b]), [], ran('failed', [a])).onlyPatched).toEqual([a]);
    expect(compare(passed, ran('failed', [a]), [], ran('failed', [b]))).toMatchObject({
      verdict: 'unexpected',
      onlyPatched: [a, b],
    });
  });

  test('a flaky case beside one that fails on both sides', () => {
    const both = ran('failed', [a]);
    expect(compare(both, ran('failed', [a, b]), [], both)).toMatchObject({ verdict: 'same', patched: 'failed' });
  });
});

describe('sidesToRepeat', () => {
  test.each([
    ['same', passed, passed, []],
    ['fails equally', ran('failed', [a]), ran('failed', [a]), []],
    ['patched fails', passed, ran('failed', [a]), ['patched']],
    ['baseline fails', ran('timeout', [a]), passed, ['baseline']],
    ['each its own', ran('failed', [a]), ran('failed', [b]), ['baseline', 'patched']],
    ['a crash is no luck', passed, ran('crashed', [a]), []],
    ['missing', passed, ran('missing'), []],
  ])('%s', (_, baseline, patched, expected) => {
    expect(sidesToRepeat(baseline, patched, [])).toEqual(expected);
  });

  test('what was declared needs no second look', () => {
    expect(sidesToRepeat(passed, ran('failed', [a]), [{ test: 'test_gc.test_a', why: '' }])).toEqual([]);
    expect(sidesToRepeat(passed, ran('failed', [a, b]), [{ test: 'test_gc.test_a', why: '' }])).toEqual(['patched']);
  });
});
