import { readdir } from 'node:fs/promises';
import type { Context } from '../../system/context.ts';
import { isFile } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';

/** What looking for Visual Studio asks of Windows: tests give a stand-in. */
export interface WindowsSystem {
  readonly env: Context['env'];
  /** What a program printed; `undefined` when it is not there or failed. */
  run(file: string, args: readonly string[]): Promise<string | undefined>;
  /** The names in a folder; none when it is not there. */
  list(folder: string): Promise<readonly string[]>;
  isFile(file: string): Promise<boolean>;
}

/** The machine that this runs on. */
export function thisSystem(ctx: Context): WindowsSystem {
  return {
    env: ctx.env,
    run: async (file, args) => {
      const result = await runProcess(file, args, {
        cwd: process.cwd(),
        env: ctx.env,
        timeoutMs: 60_000,
        signal: ctx.signal,
      });
      return result.exitCode === 0 ? result.stdout : undefined;
    },
    list: (folder) => readdir(folder).catch(() => []),
    isFile,
  };
}
