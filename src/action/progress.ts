import { endGroup, startGroup } from '@actions/core';
import { diagnosticText } from '../document/diagnostic.ts';
import { placeText } from '../document/printable.ts';
import { duration } from '../document/step-time.ts';
import type { Event, EventSink } from '../system/events.ts';
import type { Annotations } from './annotate.ts';
import { neutralLine, neutralText } from './neutral.ts';

/** Once in this many milliseconds a step that still works says so. */
const HEARTBEAT_MS = 60_000;

/** A step's whole output is in its log file. */
const LONGEST = 200;

const WORDS = { done: 'done', hit: 'reused', failed: 'FAILED', skipped: 'skipped', cancelled: 'stopped' } as const;

/** The events as a job's log: a group a step, with how it ended below it, and annotations. */
export function logProgress(say: (text: string) => void, annotations: Annotations, verbose: boolean): EventSink {
  const steps = new Map<string, { title: string; depth: number; said: number }>();
  // Groups do not nest on GitHub.
  let open: string | undefined;
  const line = (text: string) => say(neutralText(text));
  return (event: Event) => {
    switch (event.type) {
      case 'plan':
        return;
      case 'step-started': {
        const depth = event.parent === undefined ? 0 : (steps.get(event.parent)?.depth ?? 0) + 1;
        steps.set(event.id, { title: event.title, depth, said: performance.now() });
        if (open === undefined) {
          open = event.id;
          startGroup(neutralLine(event.title));
        } else line(`${'  '.repeat(depth)}${event.title} …`);
        return;
      }
      case 'step-progress': {
        const step = steps.get(event.id);
        if (step === undefined || (!verbose && performance.now() - step.said < HEARTBEAT_MS)) return;
        step.said = performance.now();
        line(`${'  '.repeat(step.depth)}${step.title}: ${neutralLine(event.text).slice(0, LONGEST)}`);
        return;
      }
      case 'step-finished': {
        const step = steps.get(event.id);
        if (open === event.id) {
          open = undefined;
          endGroup();
        }
        const note = event.note === undefined ? '' : ` (${event.note})`;
        const indent = '  '.repeat(step?.depth ?? 0);
        line(`${indent}${step?.title ?? event.id}: ${WORDS[event.outcome]}${note} in ${duration(event.durationMs)}`);
        return;
      }
      case 'message':
        if (event.level === 'verbose' && !verbose) return;
        line(event.level === 'warning' ? `warning: ${event.text}` : event.text);
        return;
      case 'diagnostic': {
        const { severity, diagnostic } = event;
        const { code, place } = diagnostic;
        const [first, ...rest] = diagnosticText(diagnostic, place === undefined ? '' : placeText(place));
        // Compilers' errors stand in the log as compilers write them, for the problem matchers.
        if (place !== undefined && code.startsWith('build/'))
          line(`${annotations.logged(place)}: ${severity}: ${diagnostic.message}`);
        else {
          line(`${severity}: ${first}`);
          annotations.add(severity, diagnostic);
        }
        for (const text of rest) line(`  ${text}`);
        return;
      }
    }
  };
}
