import type { Terminal } from '../../system/terminal.ts';
import type { ProgressRenderer } from './types.ts';

/** Every event as a line of JSON on stdout, and nothing else there. */
export function jsonProgress(terminal: Terminal): ProgressRenderer {
  return {
    handle: (event) => terminal.out(`${JSON.stringify(event)}\n`),
    close: async () => {},
  };
}
