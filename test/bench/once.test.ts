import { expect, test } from 'vitest';
import { measureGrowth } from '../../src/bench/growth.ts';
import { remembered } from '../../src/bench/once.ts';
import { context, systemPython } from './rig.ts';

test('what runs have in common is done once; another start, or another question, is another', async () => {
  const once = remembered();
  let done = 0;
  const ask = (extra: Record<string, string>, what: string) =>
    once(systemPython('baseline', extra), [what], async () => ++done);
  expect(await ask({}, 'a')).toBe(1);
  expect(await ask({}, 'a')).toBe(1);
  expect(await ask({ PYTHONOPTIMIZE: '1' }, 'a')).toBe(2);
  expect(await ask({}, 'b')).toBe(3);
});

test('what has failed is tried again', async () => {
  const once = remembered();
  const fail = () => once(systemPython('baseline'), [], () => Promise.reject(new Error('no')));
  await expect(fail()).rejects.toThrow('no');
  expect(await once(systemPython('baseline'), [], async () => 'yes')).toBe('yes');
});

test('growth of a baseline that another run has measured is taken from there', { timeout: 120_000 }, async () => {
  const once = remembered();
  const baseline = systemPython('baseline');
  const asked = (patched: string) => ({
    interpreters: [baseline, { ...systemPython('patched'), buildKey: patched }],
    ...{ functions: 200, once, ctx: context() },
  });
  const first = await measureGrowth(asked('one'));
  const began = performance.now();
  const second = await measureGrowth(asked('one'));
  expect(second).toEqual(first);
  // No process was started.
  expect(performance.now() - began).toBeLessThan(1000);
});
