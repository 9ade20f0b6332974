import { describe, expect, test } from 'vitest';
import { parseSize, parseSpan, size } from '../../src/cli/commands/cache.ts';
import { paramsOf, recipeId, refuseStrayParams } from '../../src/work/recipes.ts';
import { parseParam, parseTestSet } from '../../src/work/run-options.ts';

describe('parameters', () => {
  const all = ['x=', 'abi=keep-field', 'small.limit=3', 'text=a=b c'].map(parseParam);

  test('belong to every recipe, or to the one that is named', () => {
    expect(paramsOf('small', all)).toEqual({ x: '', abi: 'keep-field', limit: '3', text: 'a=b c' });
    expect(paramsOf('other', all)).toEqual({ x: '', abi: 'keep-field', text: 'a=b c' });
  });

  test('of a recipe that was not named are refused', () => {
    expect(() => refuseStrayParams(['other'], all)).toThrow('no recipe "small" was named');
    expect(() => refuseStrayParams(['small'], all)).not.toThrow();
  });

  test.each(['abi', '=x', 'a b=c', ''])('%j is not one', (text) => {
    expect(() => parseParam(text)).toThrow('expected NAME=VALUE');
  });
});

describe('sets of CPython’s tests', () => {
  test.each([
    ['quick', 'quick'],
    ['none', 'none'],
    ['test_gc', ['test_gc']],
    ['test_gc,test_sys test_code', ['test_gc', 'test_sys', 'test_code']],
  ])('%s', (text, set) => {
    expect(parseTestSet(text)).toEqual(set);
  });
  test.each(['', 'fast', 'test_gc,--help', 'test_gc;ls'])('%j is none', (text) => {
    expect(() => parseTestSet(text)).toThrow('expected quick, all, none');
  });
});

test.each([
  ['recipes/small-arenas.yaml', 'small-arenas'],
  ['/x/y.yml', 'y'],
  ['remove-zombieframe', 'remove-zombieframe'],
])('the id of %s', (name, id) => {
  expect(recipeId(name)).toBe(id);
});

describe('sizes and times', () => {
  test.each([
    ['0', 0],
    ['500', 500],
    ['2k', 2048],
    ['1.5M', 1_572_864],
    ['2GiB', 2_147_483_648],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
  test.each(['', 'many', '-1', '2X', '1e9'])('%j is no size', (text) => {
    expect(() => parseSize(text)).toThrow('expected a size');
  });
  test.each([
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
  ])('%s', (text, ms) => {
    expect(parseSpan(text)).toBe(ms);
  });
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [150 * 1024 ** 2, '150 MiB'],
    [1.4 * 1024 ** 3, '1.4 GiB'],
  ])('%i bytes', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });
});
