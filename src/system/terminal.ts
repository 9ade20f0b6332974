/** The only module that writes to the console. */

export interface Terminal {
  /** Results: what a pipe gets. */
  out(text: string | Uint8Array): void;
  /** Progress and complaints. */
  err(text: string): void;
  /** Columns of stdout, 80 when it is not a terminal. */
  readonly width: number;
  readonly colorOut: boolean;
  readonly colorErr: boolean;
  /** Whether stderr is a terminal on which rows can be redrawn. */
  readonly redraws: boolean;
}

/** Colour only on a terminal, never with NO_COLOR (no-color.org); FORCE_COLOR (other than 0) overrides. */
function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The process' own terminal. A closed pipe (`| head`) ends the output, not in an error. */
export function openTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    width: process.stdout.columns ?? 80,
    colorOut: wantsColor(process.stdout, env),
    colorErr: wantsColor(process.stderr, env),
    redraws: process.stderr.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined,
  };
}
