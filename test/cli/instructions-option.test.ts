import { Command } from 'commander';
import { expect, test } from 'vitest';
import { type AllOptions, requestFrom, withBench } from '../../src/cli/run-request.ts';
import { withBuild, withRecipes } from '../../src/cli/shared-run-options.ts';

/** What a command line means for the counting of instructions. */
async function instructions(...args: readonly string[]) {
  const command = withBench(
    withBuild(withRecipes(new Command().exitOverride().configureOutput({ writeErr: () => {} }))),
  );
  command.parse(['--launcher', 'none', ...args], { from: 'user' });
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/', jobs: 1, env: {} };
  const request = await requestFrom(['small'], command.opts<AllOptions>(), ['build', 'instructions'], ctx);
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
