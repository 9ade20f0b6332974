import { expect, test } from 'vitest';
import { Cancelled } from '../../src/system/diagnostic.ts';
import { type Event, runStep } from '../../src/system/events.ts';

const recorder = () => {
  const events: Event[] = [];
  return { events, emit: (event: Event) => void events.push(event) };
};

test('a step tells its start, progress, note and end, and gives the result', async () => {
  const { events, emit } = recorder();
  const result = await runStep(emit, { id: 'a', title: 'A', parent: 'p' }, async (step) => {
    step.progress('half', 1, 2);
    step.note('3 MB');
    step.outcome('hit');
    return 7;
  });
  expect(result).toBe(7);
  expect(events).toMatchObject([
    { type: 'step-started', id: 'a', title: 'A', parent: 'p' },
    { type: 'step-progress', id: 'a', text: 'half', done: 1, total: 2 },
    { type: 'step-finished', id: 'a', outcome: 'hit', note: '3 MB' },
  ]);
});

test.each([
  [new Error('x'), 'failed'],
  [new Cancelled(), 'cancelled'],
])('what a step throws ends it as such and goes on', async (error, outcome) => {
  const { events, emit } = recorder();
  await expect(runStep(emit, { id: 'a', title: 'A' }, () => Promise.reject(error))).rejects.toBe(error);
  expect(events.at(-1)).toMatchObject({ type: 'step-finished', outcome });
});
