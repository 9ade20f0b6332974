import { lstatSync } from 'node:fs';
import path from 'node:path';
import { folderTree, gitTree, openCheckout } from '../checkout/index.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import { gitMoves, type PortResult, portPatches } from '../patch/port/index.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFolder, readAtOnce } from '../system/files.ts';

/**
 * Carries patch files to a checkout, in their order. Nothing is written.
 * @param options.from the tree that the first was made for: a folder, or a ref of the checkout's repository.
 * @param options.strip how many leading folders of the patches' paths are left out.
 * @throws UserError
 */
export async function portFiles(
  files: readonly string[],
  { checkout: dir, from: name, strip }: { readonly checkout: string; readonly from: string; readonly strip?: number },
  ctx: Context,
): Promise<{ readonly checkout: Checkout; readonly from: SourceTree; readonly result: PortResult }> {
  const patches: { name: string; text: string }[] = [];
  for (const file of files) patches.push({ name: file, text: await readPatch(file) });
  const checkout = await openCheckout(dir, ctx);
  const isRef = !(await isFolder(path.resolve(name)));
  const from = isRef ? await refTree(name, dir, ctx) : folderTree(await openCheckout(name, ctx), ctx);
  const moves = isRef ? gitMoves(checkout.root, name, ctx) : undefined;
  const result = await portPatches({ patches, from, to: folderTree(checkout, ctx), moves, strip }, ctx);
  return { checkout, from, result };
}

async function readPatch(name: string): Promise<string> {
  const not = (message: string, hint: string) =>
    new UserError({ code: 'cli/no-patch', message, place: { file: name }, hint });
  if (lstatSync(name, { throwIfNoEntry: false }) === undefined) throw not(`there is no file ${name}`, 'check the path');
  const bytes = await readAtOnce(path.resolve(name), `read the patch ${name}`, (info) => {
    if (info.isDirectory()) return not(`${name} is a folder, not a patch`, 'name the patches in it, in their order');
    return info.isFile() ? undefined : not(`${name} is not a regular file`, 'write the patch to a file first');
  });
  return bytes.toString('latin1');
}

/** @throws UserError when the name is of neither a folder nor a ref. */
async function refTree(from: string, checkout: string, ctx: Context): Promise<SourceTree> {
  try {
    return await gitTree(path.resolve(checkout), from, ctx);
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
