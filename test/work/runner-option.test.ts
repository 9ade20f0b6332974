import { describe, expect, test } from 'vitest';
import { runnersOf } from '../../src/work/request.ts';

describe('--runner', () => {
  test('alone it means the only target', () => {
    expect(runnersOf(['ssh://a/b'], ['host'])).toEqual({ host: 'ssh://a/b' });
  });

  test('among several it names the target', () => {
    expect(runnersOf(['arm=ssh://a/b', 'host=ssh://c/d'], ['host', 'arm'])).toEqual({
      arm: 'ssh://a/b',
      host: 'ssh://c/d',
    });
  });

  test.each([
    [['ssh://a/b'], ['host', 'arm'], /there are 2 targets/],
    [['arm=ssh://a/b'], ['host'], /arm is not asked for/],
    [['ssh://a/b', 'host=ssh://c/d'], ['host'], /has a runner already/],
  ])('%j for %j is refused', (given, targets, why) => {
    expect(() => runnersOf(given, targets)).toThrow(why);
  });

  test('an “=” in the address is no name', () => {
    expect(runnersOf(['ssh://a/b=c'], ['host'])).toEqual({ host: 'ssh://a/b=c' });
  });
});
