import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { folderTree, gitTree, openCheckout } from '../checkout/index.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import { gitMoves, type PortResult, portPatches } from '../patch/port/index.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { withFileProblems } from '../system/files.ts';

export interface PortRequest {
  /** The tree that the patches are carried to. */
  readonly checkout: string;
  /** The tree that the first was made for: a folder, or a ref of the checkout's repository. */
  readonly from: string;
  /** How many leading folders of the patches' paths are left out. */
  readonly strip?: number;
}

/** Carries patch files to a checkout, in their order. Nothing is written. @throws UserError */
export async function portFiles(
  files: readonly string[],
  { checkout: dir, from: name, strip }: PortRequest,
  ctx: Context,
): Promise<{ readonly checkout: Checkout; readonly from: SourceTree; readonly result: PortResult }> {
  const patches: { name: string; text: string }[] = [];
  for (const file of files) patches.push({ name: file, text: await readPatch(file) });
  const checkout = await openCheckout(dir, ctx);
  const { kind, tree: from } = await oldTree(name, dir, ctx);
  const moves = kind === 'ref' ? gitMoves(checkout.root, name, ctx) : undefined;
  const result = await portPatches({ patches, from, to: folderTree(checkout, ctx), moves, strip }, ctx);
  return { checkout, from, result };
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

/** @throws UserError when the name is of a folder and of a ref, or of neither. */
async function oldTree(
  from: string,
  checkout: string,
  ctx: Context,
): Promise<{ readonly kind: 'folder' | 'ref'; readonly tree: SourceTree }> {
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
