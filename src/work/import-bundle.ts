import path from 'node:path';
import type { CommandContext, Outcome } from '../cli/frame.ts';
import { UserError } from '../system/diagnostic.ts';
import { runExitCode } from './run.ts';

interface Options {
  readonly baseline?: string;
  readonly patched?: string;
  readonly out?: string;
  readonly replace?: boolean;
}

/** Reads a bundle's results into their run, and renders its report anew. */
export async function importIntoRun(
  files: readonly string[],
  run: string,
  options: Options,
  ctx: CommandContext,
): Promise<Outcome> {
  const [file, ...more] = files;
  const stray = (['baseline', 'patched', 'out'] as const).find((name) => options[name] !== undefined);
  if (file === undefined || more.length > 0 || stray !== undefined) {
    throw new UserError({
      code: 'cli/import-run',
      message:
        stray === undefined ? 'with --run, one results.jsonl is read at a time' : `--${stray} does not go with --run`,
      hint: 'for example: forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe',
    });
  }
  const { importBundle } = await import('../run/bundle/import.ts');
  const { runFolder } = await import('../run/folder.ts');
  const { writeReports } = await import('../report/write.ts');
  const { renderTerminal } = await import('../report/terminal/render.ts');
  const folder = runFolder(run);
  const { record, target, remarks } = await importBundle({ file, folder, replace: options.replace ?? false });
  for (const diagnostic of remarks) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
  await writeReports(folder.dir, record);
  const { width, colorOut: color } = ctx.terminal;
  const text = renderTerminal(record, { width, color, verbose: ctx.verbose });
  return {
    exitCode: runExitCode(record),
    data: { folder: folder.dir, target, remarks, record },
    text: `${text.trimEnd()}\n\nReport: ${path.join(run, 'report.html')}\n`,
  };
}
