import { runnerFor } from './runner.ts';
import { needsBundle } from './runners/manual.ts';
import type { Measurement, TargetDescriptor } from './types.ts';

/**
 * Why something cannot be measured on a target: the descriptor's own sentence, or what its runner cannot do.
 * @param target as `forVersion` gives it.
 * @returns `undefined` when it can.
 */
export function notMeasurable(target: TargetDescriptor, what: Measurement): string | undefined {
  const own = target.cannot?.[what];
  if (own !== undefined) return own;
  if (target.run.runner === 'manual') return needsBundle(target, what);
  if (what === 'speed' && runnerFor(target).emulated) {
    return 'functional only: the interpreters run under emulation, where time says nothing about the machine itself';
  }
  return undefined;
}
