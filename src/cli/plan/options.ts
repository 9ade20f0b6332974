import type { RunOptions } from '../commands/run.ts';

export type PlanOptions = Omit<RunOptions, 'checkout' | 'ref'> & {
  readonly checkout: readonly string[];
  readonly ref: readonly string[];
  readonly format: 'terminal' | 'github' | 'gitlab' | 'json';
  readonly from?: string;
  readonly chunk?: number;
  readonly runs: string;
  readonly machines: number;
  readonly price?: number;
  /** Options of `run` as they were written. */
  readonly given: readonly GivenArg[];
};

/** An option of `run` as it was written: `--cflags` and its value, or a switch. */
export interface GivenArg {
  readonly name: string;
  readonly value: string | undefined;
}
