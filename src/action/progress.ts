import { endGroup, startGroup } from '@actions/core';
import { diagnosticText, placeText } from '../document/printable.ts';
import type { EventSink } from '../system/events.ts';
import { stepLog } from '../work/step-log.ts';
import type { Annotations } from './annotate.ts';
import { neutralLine, neutralText } from './neutral.ts';

const HEARTBEAT_MS = 60_000;

/** A step's whole output is in its log file. */
const LONGEST = 200;

/** The events as a job's log: a group a step, with how it ended below it, and annotations. */
export function logProgress(say: (text: string) => void, annotations: Annotations, verbose: boolean): EventSink {
  const steps = stepLog(verbose ? 0 : HEARTBEAT_MS, LONGEST);
  // Groups do not nest on GitHub.
  let open: string | undefined;
  const line = (text: string | undefined) => {
    if (text !== undefined) say(neutralText(text));
  };
  return (event) => {
    switch (event.type) {
      case 'plan':
        return;
      case 'step-started': {
        const text = steps(event);
        if (open !== undefined) return line(text);
        open = event.id;
        return startGroup(neutralLine(event.title));
      }
      case 'step-progress':
        return line(steps({ ...event, text: neutralLine(event.text) }));
      case 'step-finished':
        if (open === event.id) {
          open = undefined;
          endGroup();
        }
        return line(steps(event));
      case 'message':
        if (event.level === 'verbose' && !verbose) return;
        return line(event.level === 'warning' ? `warning: ${event.text}` : event.text);
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
      }
    }
  };
}
