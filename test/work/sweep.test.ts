import { describe, expect, test } from 'vitest';
import { parseParam } from '../../src/work/run-options.ts';
import { sweepOf } from '../../src/work/sweep.ts';

const sweep = (...params: string[]) =>
  sweepOf(params.map(parseParam)).members.map(({ params: own }) =>
    own.map(({ name, value }) => `${name}=${value}`).join(' '),
  );

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

  test('names what differs, and knows which members are one step apart', () => {
    const { members, neighbours } = sweepOf(['a=1..3', 'b=x,y', 'c=z'].map(parseParam));
    expect(members.map(({ name }) => name)).toEqual(['a=1 b=x', 'a=1 b=y', 'a=2 b=x', 'a=2 b=y', 'a=3 b=x', 'a=3 b=y']);
    const steps = neighbours.map(([i, j]) => `${members[i]?.name} → ${members[j]?.name}`);
    expect(steps).toEqual([
      'a=1 b=x → a=1 b=y',
      'a=1 b=x → a=2 b=x',
      'a=1 b=y → a=2 b=y',
      'a=2 b=x → a=2 b=y',
      'a=2 b=x → a=3 b=x',
      'a=2 b=y → a=3 b=y',
      'a=3 b=x → a=3 b=y',
    ]);
  });

  test('one at a time: each value by itself, the others as the recipe has them', () => {
    const { members, neighbours } = sweepOf(['a=1,2', 'c=z', 'r.b=3..5'].map(parseParam), true);
    const told = ({ name, value }: { name: string; value: string }) => `${name}=${value}`;
    expect(members.map(({ name, params }) => [name, params.map(told).join(' ')])).toEqual([
      ['a=1', 'a=1 c=z'],
      ['a=2', 'a=2 c=z'],
      ['r.b=3', 'c=z b=3'],
      ['r.b=4', 'c=z b=4'],
      ['r.b=5', 'c=z b=5'],
    ]);
    expect(neighbours).toEqual([
      [0, 1],
      [2, 3],
      [3, 4],
    ]);
    expect(sweepOf([parseParam('a=1')], true).members).toHaveLength(1);
    // Each combination would be 81.
    expect(sweepOf(['a=1..9', 'b=1..9'].map(parseParam), true).members).toHaveLength(18);
  });

  test.each([
    [['a=4..1'], /empty/],
    [['a=2..2'], /empty/],
    [['a=1,,2'], /empty/],
    [['a=1,1'], /twice/],
    [['a=1..65'], /too many/],
    [['a=1..9', 'b=1..9'], /81 combinations/],
  ])('%j is refused', (params, why) => expect(() => sweep(...params)).toThrow(why));
});
