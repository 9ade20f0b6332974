import type { Context } from '../system/context.ts';

export interface WorkContext extends Context {
  /** How it was asked for, for whoever wants to do it again: it stands in the record. */
  readonly commandLine: readonly string[];
}
