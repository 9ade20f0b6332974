import { lstatSync } from 'node:fs';
import path from 'node:path';
import { folderTree, openCheckout } from '../checkout/index.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import { gitMoves, type PortResult, portPatches } from '../patch/port/index.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { readAtOnce } from '../system/files.ts';
import { folderOrRef } from './trees.ts';

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
  const { tree: from, isRef } = await folderOrRef(name, dir, '--from', ctx);
  const moves = isRef ? gitMoves(checkout.root, name, ctx) : undefined;
  const result = await portPatches({ patches, from, to: folderTree(checkout, ctx), moves, strip }, ctx);
  return { checkout, from, result };
}

/** A patch file as latin1. @throws UserError */
export async function readPatch(name: string): Promise<string> {
  const not = (message: string, hint: string) =>
    new UserError({ code: 'cli/no-patch', message, place: { file: name }, hint });
  if (lstatSync(name, { throwIfNoEntry: false }) === undefined) throw not(`there is no file ${name}`, 'check the path');
  const bytes = await readAtOnce(path.resolve(name), `read the patch ${name}`, (info) => {
    if (info.isDirectory()) return not(`${name} is a folder, not a patch`, 'name the patches in it, in their order');
    return info.isFile() ? undefined : not(`${name} is not a regular file`, 'write the patch to a file first');
  });
  return bytes.toString('latin1');
}
