import { describe, expect, test } from 'vitest';
import { parseParam } from '../../src/work/run-options.ts';
import { sweepOf } from '../../src/work/sweep.ts';

const sweep = (...params: string[]) =>
  sweepOf(params.map(parseParam)).map((own) => own.map(({ name, value }) => `${name}=${value}`).join(' '));

describe('a sweep', () => {
  test.each([
    [[], ['']],
    [['a=1'], ['a=1']],
    [['a=1..4'], ['a=1', 'a=2', 'a=3', 'a=4']],
    [['a=-1..1'], ['a=-1', 'a=0', 'a=1']],
    [['d=8,32, 128'], ['d=8', 'd=32', 'd=128']],
    [
      ['a=1..2', 'b=x,y', 'c=z'],
      ['a=1 b=x c=z', 'a=1 b=y c=z', 'a=2 b=x c=z', 'a=2 b=y c=z'],
    ],
    [['abi=keep-field'], ['abi=keep-field']],
    [['t=1..x'], ['t=1..x']],
  ])('%j', (params, all) => expect(sweep(...params)).toEqual(all));

  test.each([
    [['a=4..1'], /empty/],
    [['a=2..2'], /empty/],
    [['a=1,,2'], /empty/],
    [['a=1,1'], /twice/],
    [['a=1..65'], /too many/],
    [['a=1..9', 'b=1..9'], /81 combinations/],
  ])('%j is refused', (params, why) => expect(() => sweep(...params)).toThrow(why));
});
