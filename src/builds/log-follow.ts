import { open } from 'node:fs/promises';

/** What a growing log says now: the last line that is not a remark on code. */
export interface LogState {
  readonly lastLine: string;
  /** Compile commands begun so far. */
  readonly compiled: number;
}

const COMPILE = /\s-c\s.*?([^\s/]+\/)?([^\s/]+\.(?:c|cc|cpp|S))(?=\s|$)/;

/** A compiler's remarks on code say nothing about how far the build is. */
const REMARK = /^\s|^In file included from|: (?:warning|note): |: In function /;

/** A log line for a progress row: a compile command as its file, anything else as it is. */
export function shortLine(line: string): string {
  const match = COMPILE.exec(line);
  return match === null ? line.trim() : `compiling ${match[1] ?? ''}${match[2]}`;
}

/**
 * Looks at a log every `everyMs` milliseconds and tells when it has grown. A log that cannot be read is not followed: the
 * step does not depend on it.
 * @returns a function that looks a last time and stops.
 */
export function followLog(file: string, onChange: (state: LogState) => void, everyMs = 250): () => Promise<void> {
  let offset = 0;
  let partial = '';
  let compiled = 0;
  let busy: Promise<void> = Promise.resolve();
  const look = async () => {
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) return;
    try {
      const { size } = await handle.stat();
      if (size <= offset) return;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      const lines = (partial + buffer.toString('latin1', 0, bytesRead)).split('\n');
      partial = lines.pop() ?? '';
      compiled += lines.filter((line) => COMPILE.test(line)).length;
      const lastLine = lines.findLast((line) => line !== '' && !REMARK.test(line));
      if (lastLine !== undefined) onChange({ lastLine: shortLine(lastLine), compiled });
    } finally {
      await handle.close();
    }
  };
  const timer = setInterval(() => {
    busy = busy.then(look, look);
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await busy.then(look, look).catch(() => {});
  };
}
