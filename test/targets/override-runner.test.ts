import { expect, test } from 'vitest';
import { HOST } from '../../src/targets/descriptors.ts';
import { overrideRunner } from '../../src/targets/override-runner.ts';

test('the interpreters run there, all else stays', () => {
  const there = overrideRunner(HOST, 'ssh://pi@board/fw');
  expect(there).toEqual({ ...HOST, run: { runner: 'ssh', url: 'ssh://pi@board/fw' } });
});

test('another machine of the same kind is reached with the same options', () => {
  const board = { ...HOST, run: { runner: 'ssh', url: 'ssh://a/fw', options: ['-i', 'key'] } } as const;
  expect(overrideRunner(board, 'ssh://b/fw').run).toEqual({ runner: 'ssh', url: 'ssh://b/fw', options: ['-i', 'key'] });
});

test.each(['pi@board:/fw', 'ssh://-x/fw', 'wine', ''])('refused: %j', (url) => {
  expect(() => overrideRunner(HOST, url)).toThrow(expect.objectContaining({ name: 'UserError' }));
});
