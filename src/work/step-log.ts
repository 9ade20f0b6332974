import { duration } from '../document/step-time.ts';
import type { Event } from '../system/events.ts';

/** A new event that is none of these must say how it is told. */
type StepEvent = Extract<Event, { type: 'plan' | `step-${string}` }>;

const WORDS = { done: 'done', hit: 'reused', failed: 'FAILED', skipped: 'skipped', cancelled: 'stopped' } as const;

/**
 * What a log says of steps: a line for each start and end, and, as it must show that nothing hangs, now and then one of a
 * step that still works.
 * @param heartbeatMs how often that is; 0: whenever the step says something.
 * @param longest how many characters of what a step says are shown: all of it is in its own log.
 */
export function stepLog(heartbeatMs: number, longest: number): (event: StepEvent) => string | undefined {
  const steps = new Map<string, { indent: string; title: string; said: number }>();
  return (event) => {
    if (event.type === 'step-started') {
      const above = event.parent === undefined ? undefined : steps.get(event.parent);
      const indent = event.parent === undefined ? '' : `${above?.indent ?? ''}  `;
      steps.set(event.id, { indent, title: event.title, said: performance.now() });
      return `${indent}${event.title} …`;
    }
    const step = 'id' in event ? steps.get(event.id) : undefined;
    if (step === undefined) return undefined;
    const { indent, title, said } = step;
    if (event.type === 'step-finished') {
      const note = event.note === undefined ? '' : ` (${event.note})`;
      return `${indent}${title}: ${WORDS[event.outcome]}${note} in ${duration(event.durationMs)}`;
    }
    if (event.type !== 'step-progress' || performance.now() - said < heartbeatMs) return undefined;
    step.said = performance.now();
    return `${indent}${title}: ${event.text.slice(0, longest)}`;
  };
}
