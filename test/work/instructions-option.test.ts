import { expect, test } from 'vitest';
import { requestFrom } from '../../src/work/request.ts';
import { runOptions } from './rig.ts';

/** What a command line means for the counting of instructions. */
async function instructions(...args: readonly string[]) {
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/', jobs: 1, env: {} };
  const request = await requestFrom(
    [{ recipe: 'small', params: {} }],
    runOptions(...args),
    ['build', 'instructions'],
    ctx,
  );
  return request.bench.instructions;
}

test('counted in a full run, not in a quick one, unless asked', async () => {
  expect(await instructions()).toBe('auto');
  expect(await instructions('--quick')).toBe('off');
  expect(await instructions('--quick', '--instructions', 'callgrind')).toBe('callgrind');
  expect(await instructions('--instructions', 'off')).toBe('off');
});

test('another way to count is refused', async () => {
  await expect(instructions('--instructions', 'guess')).rejects.toThrow(
    /Allowed choices are off, auto, callgrind, perf/,
  );
});
