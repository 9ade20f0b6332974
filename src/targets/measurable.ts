import { runnerFor } from './runner.ts';
import type { Measurement, TargetDescriptor } from './types.ts';

/**
 * Why something cannot be measured on a target: the descriptor's own sentence, or what its runner cannot do.
 * @param target as `forVersion` gives it.
 * @returns `undefined` when it can.
 */
export function notMeasurable(target: TargetDescriptor, what: string): string | undefined {
  return target.cannot?.[what as Measurement] ?? runnerFor(target).cannot?.(what, target.name);
}
