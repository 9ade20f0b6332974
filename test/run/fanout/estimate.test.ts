import { describe, expect, test } from 'vitest';
import { estimateCell, type Observation } from '../../../src/run/fanout/observations.ts';

const cell = { target: 'host', checkout: { dir: '.', pythonVersion: '3.9.2' } };
const seen = (baseline: number, more: Partial<Observation> = {}): Observation => ({
  target: 'host',
  python: '3.9',
  baseline: baseline * 1000,
  patched: baseline * 2000,
  stages: { tests: 10_000, speed: 60_000 },
  ...more,
});

describe('estimateCell', () => {
  test('medians of the same CPython for the same target, in seconds', () => {
    const known = [seen(100), seen(120), seen(900), seen(5, { python: '2.7' }), seen(7, { target: 'other' })];
    expect(estimateCell(cell, known, ['tests', 'speed'])).toEqual({
      baseline: 120,
      patched: 240,
      rest: 70,
      from: '3 runs of CPython 3.9 for host',
    });
  });

  test('3.1 is not 3.11', () => {
    const known = [seen(100, { python: '3.1' }), seen(200, { python: '3.11' })];
    const of = (pythonVersion: string) => estimateCell({ ...cell, checkout: { dir: '.', pythonVersion } }, known, []);
    expect(of('3.1.5')).toMatchObject({ baseline: 100, from: '1 run of CPython 3.1 for host' });
    expect(of('3.11.0rc1')).toMatchObject({ baseline: 200 });
  });

  test('else of other CPythons, and says so; never of another target', () => {
    expect(estimateCell(cell, [seen(50, { python: '2.7' })], [])?.from).toBe('1 run of other CPythons for host');
    expect(estimateCell(cell, [seen(50, { target: 'other' })], [])).toBeUndefined();
    expect(estimateCell(cell, [], [])).toBeUndefined();
  });

  test('only stages that the cell has, each of the runs that had it', () => {
    const known = [
      seen(1, { stages: { speed: 30_000, instructions: 99_000 } }),
      seen(1, { stages: { speed: 50_000 } }),
    ];
    expect(estimateCell(cell, known, ['speed'])?.rest).toBe(40);
    expect(estimateCell(cell, known, ['speed', 'instructions', 'memory'])?.rest).toBe(139);
    expect(estimateCell(cell, known, [])?.rest).toBe(0);
  });

  test('a run whose builds came from elsewhere says nothing of a baseline; a patched one that was never built is as long', () => {
    const { baseline: _, ...unbuilt } = seen(1);
    expect(estimateCell(cell, [unbuilt], [])).toBeUndefined();
    const { patched: __, ...failed } = seen(80);
    expect(estimateCell(cell, [failed], [])).toMatchObject({ baseline: 80, patched: 80 });
  });
});
