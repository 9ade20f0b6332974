import { lstatSync } from 'node:fs';
import path from 'node:path';
import { folderTree, openCheckout } from '../checkout/index.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import { type Accept, gitMoves, type PortedPatch, type PortResult, portPatches } from '../patch/port/index.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { readAtOnce } from '../system/files.ts';
import { isDropped, resolutionsOf, restOf } from './port-todo.ts';
import { folderOrRef } from './trees.ts';

/** What is ported, and how. */
export interface PortOptions {
  readonly checkout: string;
  /** The tree that the first patch was made for: a folder, or a ref of the checkout's repository. */
  readonly from: string;
  /** How many leading folders of the patches' paths are left out. */
  readonly strip?: number | undefined;
  /** What goes into the result; default: what is proven. */
  readonly accept?: Accept | undefined;
  /** Several plain diffs become mails, so that `git am` makes a commit of each. */
  readonly asMails?: boolean | undefined;
  /** What a person said to conflicts of this port. */
  readonly said?: Readonly<Record<string, string>> | undefined;
}

/** Carries patch files to a checkout, in their order. Nothing is written. @throws UserError */
export async function portFiles(
  files: readonly string[],
  { checkout: dir, from: name, strip, accept, asMails, said = {} }: PortOptions,
  ctx: Context,
): Promise<{ readonly checkout: Checkout; readonly from: SourceTree; readonly result: PortResult }> {
  const patches: { name: string; text: string }[] = [];
  for (const file of files) patches.push({ name: file, text: await readPatch(file) });
  const checkout = await openCheckout(dir, ctx);
  const { tree: from, isRef } = await folderOrRef(name, dir, '--from', ctx);
  const moves = isRef ? gitMoves(checkout.root, name, ctx) : undefined;
  const resolution = resolutionsOf(said, ctx);
  const to = folderTree(checkout, ctx);
  const result = await portPatches({ patches, from, to, moves, strip, accept, asMails, resolution }, ctx);
  const settled = result.patches.map((patch) => withoutDropped(patch, said));
  return { checkout, from, result: { patches: settled, complete: settled.every(({ complete }) => complete) } };
}

/** A patch whose rest a person left out is done. */
function withoutDropped(patch: PortedPatch, said: Readonly<Record<string, string>>): PortedPatch {
  const rest = restOf(patch);
  if (rest === undefined || !isDropped(rest, said)) return patch;
  const changes = patch.changes.map((change) =>
    change.outcome !== 'needs-a-person' || patch.unfinished.some((f) => f.path === (change.newFile ?? change.oldFile))
      ? change
      : {
          ...change,
          grade: 'proven' as const,
          outcome: 'resolved' as const,
          notes: [...change.notes, 'left out by a person'],
        },
  );
  const complete = changes.every(({ outcome }) => outcome !== 'needs-a-person');
  return { ...patch, changes, complete, rejected: complete ? '' : patch.rejected };
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
