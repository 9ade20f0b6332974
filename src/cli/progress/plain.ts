import { printableText } from '../../document/printable.ts';
import { duration } from '../../document/step-time.ts';
import type { Event } from '../../system/events.ts';
import type { Terminal } from '../../system/terminal.ts';
import { stepLog } from '../../work/step-log.ts';

export interface ProgressRenderer {
  handle(event: Event): void;
  /** The work is over: draws the last state and gives the terminal back. */
  close(): Promise<void>;
}

const HEARTBEAT_MS = 30_000;

/** A linker's command is thousands of characters long; the log file has it whole. */
const LONGEST = 120;

/** A line for each start and end, for logs and pipes. With `quiet` only what is wrong. */
export function plainProgress(
  terminal: Terminal,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): ProgressRenderer {
  const begun = performance.now();
  const steps = stepLog(verbose ? 0 : HEARTBEAT_MS, LONGEST);
  // What lays out diagnostics is loaded for the first of them: it takes as long as a patch. What comes behind waits for it.
  let pending: Promise<void> | undefined;
  const say = (text: string | (() => Promise<string>)) => {
    if (typeof text === 'string' && pending === undefined) terminal.err(text);
    else
      pending = (pending ?? Promise.resolve()).then(async () =>
        terminal.err(typeof text === 'string' ? text : await text()),
      );
  };
  const line = (text: string | undefined) => {
    if (quiet || text === undefined) return;
    say(`[${duration(performance.now() - begun).padStart(7)}] ${printableText(text)}\n`);
  };
  return {
    handle(event: Event) {
      if (event.type === 'message') {
        if (event.level === 'warning') say(`warning: ${printableText(event.text)}\n`);
        else if (event.level === 'info' || verbose) line(event.text);
      } else if (event.type === 'diagnostic') {
        if (quiet && event.severity === 'note') return;
        say(async () => {
          const { renderDiagnostic } = await import('../../document/terminal/diagnostic.ts');
          return `${renderDiagnostic(event.diagnostic, event.severity, terminal.colorErr)}\n`;
        });
      } else line(steps(event));
    },
    close: async () => {
      await pending;
    },
  };
}
