import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { fileProblem } from '../system/files.ts';
import { buildProduct } from './build-products.ts';
import { listFiles } from './file-list.ts';
import { detectFlavour } from './flavour.ts';
import { findGit, gitState } from './git-state.ts';
import { readLatin1 } from './latin1.ts';
import { detectLayout } from './layout.ts';
import { notCpython, versionAt } from './not-cpython.ts';
import { readSourceRecord } from './source-record.ts';
import { hashFiles, treeHash } from './tree-hash.ts';
import type { BaseId, Checkout } from './types.ts';

/** The files of a checkout, as they were listed when it was opened. */
const listed = new WeakMap<Checkout, readonly string[]>();

/**
 * Looks at a CPython tree: which version, which fork, which state. Reads only.
 * @param dir the tree's top folder; relative to the current directory.
 * @throws UserError `checkout/not-found`, `checkout/not-a-folder`, `checkout/not-cpython` (with where the user may have
 * meant), `checkout/dubious-ownership`, or a file problem.
 */
export async function openCheckout(dir: string, ctx: Context): Promise<Checkout> {
  const root = path.resolve(dir);
  await mustBeFolder(root);
  const version = await versionAt(root);
  if (version === undefined) throw await notCpython(root);
  const text = (file: string) => readLatin1(path.join(root, file));
  const has = async (file: string) =>
    access(path.join(root, file)).then(
      () => true,
      () => false,
    );
  const [flavour, layout, git] = await Promise.all([
    detectFlavour({ version, has, text }),
    detectLayout(root),
    findGit(root, ctx),
  ]);
  const [state, files] = await Promise.all([
    git === undefined ? undefined : gitState(root, git, ctx),
    listFiles(root, { git: git !== undefined, builtInPlace: layout.builtInPlace }, ctx),
  ]);
  const hash = treeHash(await hashFiles(root, files, ctx));
  const set = new Set(files);
  const product = (file: string) =>
    buildProduct(file, { builtInPlace: layout.builtInPlace, has: (path) => set.has(path) }) !== undefined;
  const localChanges = state?.changes.filter((file) => set.has(file) || !product(file)) ?? [];
  const base: BaseId =
    state === undefined
      ? await folderBase(root, hash, ctx)
      : {
          kind: 'git',
          commit: state.commit,
          describe: state.describe,
          dirty: localChanges.length > 0,
          treeHash: hash,
        };
  const checkout: Checkout = { root, version, flavour, layout, base, localChanges };
  listed.set(checkout, files);
  return checkout;
}

/**
 * The files of a checkout, sorted, relative to its root: as listed when it was opened, or listed now when the value did
 * not come from `openCheckout` (read back from JSON, copied).
 */
export async function checkoutFiles(checkout: Checkout, ctx: Context): Promise<readonly string[]> {
  const known = listed.get(checkout);
  if (known !== undefined) return known;
  const how = { git: checkout.base.kind === 'git', builtInPlace: checkout.layout.builtInPlace };
  const files = await listFiles(checkout.root, how, ctx);
  listed.set(checkout, files);
  return files;
}

async function mustBeFolder(root: string): Promise<void> {
  let stats: Awaited<ReturnType<typeof stat>>;
  try {
    stats = await stat(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileProblem(error, `open ${root}`) ?? error;
    throw new UserError({
      code: 'checkout/not-found',
      message: `there is no folder ${root}`,
      place: { file: root },
      hint: 'check the path, or get a tree with `forkwright source 2.7 DIR`',
    });
  }
  if (stats.isDirectory()) return;
  throw new UserError({
    code: 'checkout/not-a-folder',
    message: `${root} is a file, not a CPython source tree`,
    place: { file: root },
    hint: /\.(tar(\.\w+)?|tgz|txz|zip)$/.test(root) ? 'unpack it, and name the folder' : "name the tree's top folder",
  });
}

/** A tree that is not in git: the archive it came from when nobody has edited it since, else just a folder. */
async function folderBase(root: string, treeHash: string, ctx: Context): Promise<BaseId> {
  const record = await readSourceRecord(root);
  if (record === undefined) return { kind: 'folder', treeHash };
  if (record.treeHash === treeHash) return { kind: 'tarball', ...record.tarball, treeHash };
  ctx.emit({
    type: 'message',
    level: 'info',
    text: `${root} was edited since it was unpacked from ${record.tarball.name}: the edits are part of the base`,
  });
  return { kind: 'folder', treeHash };
}
