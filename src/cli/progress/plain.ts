import { printableText } from '../../document/printable.ts';
import { duration } from '../../document/step-time.ts';
import { renderDiagnostic } from '../../document/terminal/diagnostic.ts';
import { unreachable } from '../../system/diagnostic.ts';
import type { Event } from '../../system/events.ts';
import type { Terminal } from '../../system/terminal.ts';
import type { ProgressRenderer } from './types.ts';

/** Once in this many milliseconds a step that still works says so: a log must show that nothing hangs. */
const HEARTBEAT_MS = 30_000;

/** A linker's command is thousands of characters long; the log file has it whole. */
const LONGEST = 120;

export interface PlainOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** A line for each start and end, for logs and pipes. With `quiet` only what is wrong. */
export function plainProgress(terminal: Terminal, options: PlainOptions): ProgressRenderer {
  const begun = performance.now();
  const steps = new Map<string, { title: string; depth: number; said: number }>();
  const line = (text: string) => {
    if (!options.quiet) terminal.err(`[${duration(performance.now() - begun).padStart(7)}] ${printableText(text)}\n`);
  };
  return {
    handle(event: Event) {
      switch (event.type) {
        case 'plan':
          return;
        case 'step-started': {
          const depth = event.parent === undefined ? 0 : (steps.get(event.parent)?.depth ?? 0) + 1;
          steps.set(event.id, { title: event.title, depth, said: performance.now() });
          line(`${'  '.repeat(depth)}${event.title} …`);
          return;
        }
        case 'step-progress': {
          const step = steps.get(event.id);
          if (step === undefined) return;
          if (!options.verbose && performance.now() - step.said < HEARTBEAT_MS) return;
          step.said = performance.now();
          line(`${'  '.repeat(step.depth)}${step.title}: ${event.text.slice(0, LONGEST)}`);
          return;
        }
        case 'step-finished': {
          const step = steps.get(event.id);
          if (step === undefined) return;
          const how = { done: 'done', hit: 'reused', failed: 'FAILED', skipped: 'skipped', cancelled: 'stopped' }[
            event.outcome
          ];
          const note = event.note === undefined ? '' : ` (${event.note})`;
          line(`${'  '.repeat(step.depth)}${step.title}: ${how}${note} in ${duration(event.durationMs)}`);
          return;
        }
        case 'message':
          if (event.level === 'verbose' && !options.verbose) return;
          if (event.level === 'warning') terminal.err(`warning: ${printableText(event.text)}\n`);
          else line(event.text);
          return;
        case 'diagnostic':
          if (options.quiet && event.severity === 'note') return;
          terminal.err(`${renderDiagnostic(event.diagnostic, event.severity, terminal.colorErr)}\n`);
          return;
        default:
          unreachable(event);
      }
    },
    close: async () => {},
  };
}
