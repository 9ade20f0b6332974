import { expect, test } from 'vitest';
import { plainProgress } from '../../src/cli/progress/plain.ts';
import { duration } from '../../src/document/step-time.ts';
import type { Terminal } from '../../src/system/terminal.ts';

function recorded(options: { quiet: boolean; verbose: boolean }) {
  const said: string[] = [];
  const terminal: Terminal = {
    out: () => {},
    err: (text) => said.push(text),
    width: 80,
    tableWidth: 80,
    colorOut: false,
    colorErr: false,
    redraws: false,
    ask: async () => undefined,
  };
  return { said, progress: plainProgress(terminal, options) };
}

test('a step is a line at its start and one at its end, indented below its parent', () => {
  const { said, progress } = recorded({ quiet: false, verbose: false });
  progress.handle({ type: 'step-started', id: 'a', title: 'Build' });
  progress.handle({ type: 'step-started', id: 'b', title: 'Compile', parent: 'a' });
  progress.handle({ type: 'step-progress', id: 'b', text: 'x.c' });
  progress.handle({ type: 'step-finished', id: 'b', outcome: 'hit', durationMs: 1234, note: '3 files' });
  progress.handle({ type: 'step-finished', id: 'a', outcome: 'failed', durationMs: 65_000 });
  expect(said.map((line) => line.replace(/^\[[^\]]*\] /, ''))).toEqual([
    'Build …\n',
    '  Compile …\n',
    '  Compile: reused (3 files) in 1.2s\n',
    'Build: FAILED in 1m 05s\n',
  ]);
});

test('quiet says only what is wrong', async () => {
  const { said, progress } = recorded({ quiet: true, verbose: false });
  progress.handle({ type: 'step-started', id: 'a', title: 'Build' });
  progress.handle({ type: 'message', level: 'info', text: 'hello' });
  progress.handle({ type: 'message', level: 'warning', text: 'careful' });
  progress.handle({ type: 'diagnostic', severity: 'error', diagnostic: { code: 'x', message: 'broken' } });
  progress.handle({ type: 'message', level: 'warning', text: 'last' });
  await progress.close();
  expect(said).toEqual(['warning: careful\n', 'error: broken\n', 'warning: last\n']);
});

test('verbose shows every progress text', () => {
  const { said, progress } = recorded({ quiet: false, verbose: true });
  progress.handle({ type: 'step-started', id: 'a', title: 'Build' });
  progress.handle({ type: 'step-progress', id: 'a', text: 'gcc x.c' });
  expect(said.at(-1)).toContain('Build: gcc x.c');
});

test.each([
  [0, '0.0s'],
  [9949, '9.9s'],
  [9950, '10s'],
  [59_499, '59s'],
  [61_000, '1m 01s'],
  [3_720_000, '1h 02m'],
])('%i ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
