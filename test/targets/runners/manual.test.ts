import { expect, test } from 'vitest';
import { notMeasurable, runnerFor } from '../../../src/targets/runner.ts';
import type { TargetDescriptor } from '../../../src/targets/types.ts';

const kiosk: TargetDescriptor = {
  name: 'kiosk',
  title: 'a machine in another hall',
  driver: 'configure-make',
  run: { runner: 'manual', how: 'Carry it there.' },
  limits: [],
};

test('what would start an interpreter is refused stage by stage, with the command that helps', () => {
  expect(notMeasurable(kiosk, 'size')).toBeUndefined();
  for (const what of ['speed', 'memory'] as const)
    expect(notMeasurable(kiosk, what)).toBe('needs a bundle: forkwright bundle RUN --target kiosk');
  // A bundle would not bring these.
  for (const what of ['tests', 'growth', 'instructions'] as const)
    expect(notMeasurable(kiosk, what)).toMatch(
      /by hand, elsewhere; a bundle .* measures speed and start-up memory alone/,
    );
});

test('the descriptor’s own reason comes first', () => {
  expect(notMeasurable({ ...kiosk, cannot: { tests: 'it has no signals' } }, 'tests')).toBe('it has no signals');
});

test('it is not here', () => {
  expect(runnerFor(kiosk)).toMatchObject({ byHand: true, remote: true, children: false });
});
