import type { Event } from '../../system/events.ts';

export interface ProgressRenderer {
  handle(event: Event): void;
  /** The work is over: draws the last state and gives the terminal back. */
  close(): Promise<void>;
}
