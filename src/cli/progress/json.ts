import type { Terminal } from '../../system/terminal.ts';
import type { ProgressRenderer } from './types.ts';

export function jsonProgress(terminal: Terminal): ProgressRenderer {
  return {
    handle: (event) => terminal.out(`${JSON.stringify(event)}\n`),
    close: async () => {},
  };
}
