import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { SourceTree } from '../../checkout/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';

export interface PortOptions extends SharedOptions {
  readonly checkout: string;
  readonly from: string;
  readonly output?: string;
  readonly partial?: boolean;
  readonly strip?: number;
}

export function register(program: Command): void {
  withShared(
    program
      .command('port')
      .summary('carry a hand-written patch to another version')
      .description(
        'Carry patches from the version that they were made for to another. A hunk is placed only where it can be proven to belong; what is not placed is shown with the reasons, and no patch is written then. Nothing is written to the checkout.',
      )
      .argument('<patch...>', 'patch files, in the order in which they apply'),
  )
    .requiredOption(
      '--from <dir|ref>',
      'the tree that the first patch was made for: a folder, or a ref of the checkout’s repository',
    )
    .option('-C, --checkout <dir>', 'the CPython source tree that the patches are carried to', '.')
    .option('-p, --strip <n>', 'how many leading folders of the patch’s paths are left out, as with patch -p', levels)
    .option('-o, --output <file>', 'write the ported patch to a file')
    .option('--partial', 'write what was placed all the same, and the rest to FILE.rej; the exit code stays 1')
    .addHelpText(
      'after',
      `
Exit codes: 0 all is placed, or there already; 1 a person is needed; 2 the request is not right (the patch does not apply to --from, …).

Examples:
  $ forkwright port my.patch --from ../Python-3.9.2 --checkout ../cpython-3.11 -o my-3.11.patch
  $ forkwright port 0001-*.patch 0002-*.patch --from v3.9.2 -C ../cpython | git -C ../cpython am`,
    )
    .action((patches: string[], options: PortOptions) =>
      execute('port', options, (ctx) => port(patches, options, ctx)),
    );
}

/** Ports the patches, writes the result, and reports. */
export async function port(files: readonly string[], options: PortOptions, ctx: CommandContext): Promise<Outcome> {
  const toFile = options.output !== undefined && options.output !== '-' ? options.output : undefined;
  if (options.partial && toFile === undefined) {
    throw new UserError({
      code: 'cli/usage',
      message: '--partial needs a file: the rest is written beside it',
      hint: 'name it with -o FILE; the rest goes to FILE.rej',
    });
  }
  const { folderTree, openCheckout } = await import('../../checkout/index.ts');
  const { gitMoves, portPatches } = await import('../../patch/port/index.ts');
  const patches: { name: string; text: string }[] = [];
  for (const name of files) {
    patches.push({ name, text: await readPatch(name) });
  }
  const checkout = await openCheckout(options.checkout, ctx);
  const from = await oldTree(options.from, options.checkout, ctx);
  const moves = from.kind === 'ref' ? gitMoves(checkout.root, options.from, ctx) : undefined;
  const result = await portPatches(
    { patches, from: from.tree, to: folderTree(checkout, ctx), moves, strip: options.strip },
    ctx,
  );
  const { portReport } = await import('../port-report.ts');
  const report = (color: boolean) => portReport(result, color, ctx.terminal.width);
  const bytes = Buffer.from(result.patches.map((patch) => patch.text).join(''), 'latin1');
  const written: string[] = [];
  const put = async (file: string, content: Uint8Array) => {
    await writeFileAtomic(path.resolve(file), content);
    written.push(file);
  };
  if (toFile !== undefined && bytes.length > 0 && (result.complete || options.partial)) await put(toFile, bytes);
  if (toFile !== undefined && options.partial && !result.complete) {
    await put(`${toFile}.rej`, Buffer.from(result.patches.map((patch) => patch.rejected).join(''), 'latin1'));
  }
  const exitCode = result.complete ? 0 : 1;
  const data = {
    checkout: checkout.root,
    from: from.tree.label,
    complete: result.complete,
    written,
    patches: result.patches,
  };
  const end = ending(result.complete, bytes.length, toFile, options.partial === true);
  if (toFile !== undefined) {
    const text = options.quiet && result.complete ? '' : `${report(ctx.terminal.colorOut)}\n\n${end}`;
    return { exitCode, data, text };
  }
  // The patch goes to stdout, where a pipe waits for it; what became of it is for the person.
  if (!ctx.json && !(ctx.quiet && result.complete))
    ctx.terminal.err(`${report(ctx.terminal.colorErr)}\n${end === '' ? '' : `\n${end}\n`}`);
  return { exitCode, data, text: result.complete ? bytes : '' };
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

/** A patch's bytes. Opened without waiting: a pipe that nobody writes to would keep us for ever. */
async function readPatch(name: string): Promise<string> {
  const not = (message: string, hint: string) =>
    new UserError({ code: 'cli/no-patch', message, place: { file: name }, hint });
  return withFileProblems(`read the patch ${name}`, async () => {
    const handle = await open(path.resolve(name), constants.O_RDONLY | constants.O_NONBLOCK).catch((error) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw not(`there is no file ${name}`, 'check the path');
      throw error;
    });
    try {
      const info = await handle.stat();
      if (info.isDirectory()) throw not(`${name} is a folder, not a patch`, 'name the patches in it, in their order');
      if (!info.isFile()) throw not(`${name} is not a regular file`, 'write the patch to a file first');
      return await handle.readFile('latin1');
    } finally {
      await handle.close();
    }
  });
}

/** How many leading folders are left out. */
function levels(text: string): number {
  if (!/^\d$/.test(text)) throw new InvalidArgumentError('expected a number from 0 to 9');
  return Number(text);
}

/** @throws UserError when the name is of a folder and of a ref, or of neither. */
async function oldTree(
  from: string,
  checkout: string,
  ctx: CommandContext,
): Promise<{ readonly kind: 'folder' | 'ref'; readonly tree: SourceTree }> {
  const { folderTree, gitTree, openCheckout } = await import('../../checkout/index.ts');
  const isFolder = await stat(path.resolve(from)).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) return { kind: 'folder', tree: folderTree(await openCheckout(from, ctx), ctx) };
  try {
    return { kind: 'ref', tree: await gitTree(path.resolve(checkout), from, ctx) };
  } catch (error) {
    const code = error instanceof UserError ? error.diagnostics[0]?.code : undefined;
    if (code !== 'checkout/no-repository' && code !== 'checkout/no-ref') throw error;
    throw new UserError({
      code: 'cli/no-from',
      message: `--from ${from} is neither a folder nor a ref of the checkout's repository`,
      place: { file: path.resolve(checkout) },
      hint: 'name the tree that the patch was made for: `forkwright source 3.9 DIR` gets one',
    });
  }
}
