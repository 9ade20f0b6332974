import { createInterface } from 'node:readline/promises';
import { allowClosedPipes } from './closed-pipes.ts';

/** The only module that writes to the console. */

export interface Terminal {
  /** Results: what a pipe gets. */
  out(text: string | Uint8Array): void;
  /** Progress and complaints. */
  err(text: string): void;
  /** Columns of stdout, 80 when it is not a terminal. */
  readonly width: number;
  /** For tables: not limited when stdout is not a terminal, so that a row is a line for `grep`. */
  readonly tableWidth: number;
  readonly colorOut: boolean;
  readonly colorErr: boolean;
  /** Whether stderr is a terminal on which rows can be redrawn. */
  readonly redraws: boolean;
  /** Puts a question on stderr. @returns the answer, or `undefined` when nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
}

/** Colour only on a terminal, never with NO_COLOR (no-color.org); FORCE_COLOR (other than 0) overrides. */
function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The process' own terminal. */
export function openTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  allowClosedPipes();
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    width: process.stdout.columns ?? 80,
    tableWidth: process.stdout.columns ?? Number.POSITIVE_INFINITY,
    colorOut: wantsColor(process.stdout, env),
    colorErr: wantsColor(process.stderr, env),
    ask: async (question) => {
      if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await lines.question(question)).trim();
      } finally {
        lines.close();
      }
    },
    redraws: process.stderr.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined,
  };
}
