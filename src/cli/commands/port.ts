import path from 'node:path';
import { writeFileAtomic } from '../../system/files.ts';
import { holding } from '../../system/held.ts';
import { type OptionTable, option, usage, type ValuesOf } from '../../work/options.ts';
import { RECIPE_OPTIONS, STRIP_OPTION } from '../../work/run-options.ts';
import { type CommandContext, command, type Outcome } from '../frame.ts';
import type { SharedOptions } from '../options.ts';

const OPTIONS = {
  from: option(
    '--from <dir|ref>',
    'the tree that the first patch was made for: a folder, or a ref of the checkout’s repository',
    { required: true },
  ),
  checkout: { ...RECIPE_OPTIONS.checkout, text: 'the CPython source tree that the patches are carried to' },
  strip: { ...STRIP_OPTION, flags: '-p, --strip <n>' },
  output: option('-o, --output <file>', 'write the ported patch to a file'),
  partial: option('--partial', 'write what was placed all the same, and the rest to FILE.rej; the exit code stays 1'),
} as const satisfies OptionTable;

export const register = command({
  name: 'port',
  summary: 'carry a hand-written patch to another version',
  description:
    'Carry patches from the version that they were made for to another. A hunk is placed only where it can be proven to belong; what is not placed is shown with the reasons, and no patch is written then. Nothing is written to the checkout.',
  args: { '<patch...>': 'patch files, in the order in which they apply' },
  options: OPTIONS,
  help: `
Exit codes: 0 all is placed, or there already; 1 a person is needed; 2 the request is not right (the patch does not apply to --from, …).

Examples:
  $ forkwright port my.patch --from ../Python-3.9.2 --checkout ../cpython-3.11 -o my-3.11.patch
  $ forkwright port 0001-*.patch 0002-*.patch --from v3.9.2 -C ../cpython | git -C ../cpython am`,
  run: port,
});

export async function port(
  files: readonly string[],
  options: SharedOptions & ValuesOf<typeof OPTIONS>,
  ctx: CommandContext,
): Promise<Outcome> {
  const { output, partial = false, quiet } = options;
  const toFile = output === '-' ? undefined : output;
  if (partial && toFile === undefined) {
    const hint = 'name it with -o FILE; the rest goes to FILE.rej';
    throw usage('--partial needs a file: the rest is written beside it', hint);
  }
  const { portFiles } = await import('../../work/port.ts');
  const { portReport } = await import('../port-report.ts');
  const { checkout, from, result } = await portFiles(files, options, ctx);
  const { complete, patches } = result;
  const report = (color: boolean) => portReport(result, color, ctx.terminal.tableWidth);
  const bytes = Buffer.from(patches.map((patch) => patch.text).join(''), 'latin1');
  // Before anything is written: it computes for long where the patch is long.
  const said = toFile === undefined || (quiet && complete) ? '' : report(ctx.terminal.colorOut);
  // Stopped in time nothing is written; after this, all that is to be.
  ctx.signal.throwIfAborted();
  const written: string[] = [];
  const put = async (file: string, content: Uint8Array) => {
    await writeFileAtomic(path.resolve(file), content);
    written.push(file);
  };
  await holding(async () => {
    if (toFile !== undefined && bytes.length > 0 && (complete || partial)) await put(toFile, bytes);
    if (toFile !== undefined && partial && !complete) {
      await put(`${toFile}.rej`, Buffer.from(patches.map((patch) => patch.rejected).join(''), 'latin1'));
    }
  });
  const exitCode = complete ? 0 : 1;
  const data = { checkout: checkout.root, from: from.label, complete, written, patches };
  const end = ending(complete, bytes.length, toFile, partial);
  if (toFile !== undefined) {
    return { exitCode, written: written.length > 0, data, text: said === '' ? '' : `${said}\n\n${end}` };
  }
  // The patch goes to stdout, where a pipe waits for it; what became of it is for the person.
  if (!ctx.json && !(ctx.quiet && complete))
    ctx.terminal.err(`${report(ctx.terminal.colorErr)}\n${end === '' ? '' : `\n${end}\n`}`);
  return { exitCode, data, text: complete ? bytes : '' };
}

function ending(complete: boolean, size: number, file: string | undefined, partial: boolean): string {
  if (complete) {
    if (size === 0) return 'everything is there already: there is nothing to write';
    return file === undefined ? '' : `wrote ${file}`;
  }
  if (!partial || file === undefined) return 'nothing was written: a person is needed for the hunks above';
  const what =
    size === 0 ? `nothing could be placed: ${file} was not written` : `wrote ${file}, which is NOT THE WHOLE PATCH`;
  return `PARTIAL: ${what}; the hunks that need a person are in ${file}.rej`;
}
