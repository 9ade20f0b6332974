import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { fileProblem, isFile } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';
import { APPLYING, buildProduct } from './build-products.ts';
import { listFiles } from './file-list.ts';
import { detectFlavour } from './flavour.ts';
import { findGit, gitState } from './git-state.ts';
import { readLatin1 } from './latin1.ts';
import { readSourceRecord } from './source-record.ts';
import { hashFiles, treeHash } from './tree-hash.ts';
import type { BaseId, Checkout, PythonVersion } from './types.ts';
import { parseVersion, VERSION_FILE } from './version.ts';

const PYBENCH = 'Tools/pybench';

/** The files of a checkout, as they were listed when it was opened. */
const listed = new WeakMap<Checkout, readonly string[]>();

/**
 * Looks at a CPython tree: which version, which fork, which state. Reads only.
 * @param dir the tree's top folder; relative to the current directory.
 * @throws UserError `checkout/not-found`, `checkout/not-a-folder`, `checkout/not-cpython` (with where the user may have
 * meant), `checkout/dubious-ownership`, `checkout/apply-unfinished`, or a file problem.
 */
export async function openCheckout(dir: string, ctx: Context): Promise<Checkout> {
  const root = path.resolve(dir);
  await mustBeFolder(root);
  if (existsSync(path.join(root, APPLYING, 'journal.json'))) throw unfinishedApply(root);
  const version = await versionAt(root);
  if (version === undefined) throw await notCpython(root);
  const text = (file: string) => readLatin1(path.join(root, file));
  const has = (file: string) => existsSync(path.join(root, file));
  const [flavour, pybench, configured, makefile, git] = await Promise.all([
    detectFlavour({ version, has, text }),
    isFile(path.join(root, PYBENCH, 'pybench.py')),
    isFile(path.join(root, 'config.status')),
    isFile(path.join(root, 'Makefile')),
    findGit(root, ctx),
  ]);
  const layout = { pybench: pybench ? PYBENCH : undefined, builtInPlace: configured && makefile };
  const [state, files] = await Promise.all([
    git === undefined ? undefined : gitState(root, git, ctx),
    listFiles(root, { git: git !== undefined, builtInPlace: layout.builtInPlace }, ctx),
  ]);
  const hash = treeHash(await hashFiles(root, files, ctx));
  const set = new Set(files);
  const product = (file: string) =>
    buildProduct(file, { builtInPlace: layout.builtInPlace, has: (path) => set.has(path) }) !== undefined;
  const localChanges = state?.changes.filter((file) => set.has(file) || !product(file)) ?? [];
  const dirty = localChanges.length > 0;
  const base: BaseId =
    git === undefined
      ? await folderBase(root, hash, ctx)
      : { kind: 'git', commit: git.commit, describe: state?.describe, dirty, treeHash: hash };
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

function unfinishedApply(root: string): UserError {
  return new UserError({
    code: 'checkout/apply-unfinished',
    message: 'a `forkwright apply` is at work in this checkout, or was interrupted: its files may be half changed',
    place: { file: root },
    hint: `if it was interrupted, put back what was there: forkwright apply --recover --checkout ${root}`,
  });
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
  const text = `${root} was edited since it was unpacked from ${record.tarball.name}: the edits are part of the base`;
  ctx.emit({ type: 'message', level: 'info', text });
  return { kind: 'folder', treeHash };
}

/** The version of the tree at a folder, or `undefined` when it is not the top of a CPython tree. */
async function versionAt(folder: string): Promise<PythonVersion | undefined> {
  try {
    return parseVersion(await readFile(path.join(folder, VERSION_FILE), 'latin1'));
  } catch {
    return undefined;
  }
}

const GET_ONE = 'get one with `forkwright source 2.7`, or name a checkout with --checkout DIR';

/** How many folders are looked into for trees: a home folder must not take seconds. */
const LOOKED_INTO = 400;

/** Says why `folder` is not a CPython tree, and where the user may have meant: above it, or below it. */
async function notCpython(folder: string): Promise<UserError> {
  const problem = (hint: string, detail?: string[]) =>
    new UserError({
      code: 'checkout/not-cpython',
      message: `${folder} is not a CPython source tree: it has no ${VERSION_FILE} that states a version`,
      place: { file: folder },
      hint,
      detail,
    });
  for (let above = path.dirname(folder), at = folder; above !== at; at = above, above = path.dirname(above)) {
    const version = await versionAt(above);
    if (version !== undefined)
      return problem(`you are inside a tree of CPython ${version.text}: use --checkout ${above}`);
  }
  const [only, ...others] = await treesBelow(folder);
  if (only === undefined) {
    const installed = subfolders(path.join(folder, 'lib')).some((name) => /\/python\d\.\d+$/.test(name));
    return problem((installed ? 'this looks like an installed Python; its sources are needed: ' : '') + GET_ONE);
  }
  if (others.length === 0)
    return problem(`there is a tree of CPython ${only.version.text} in it: use --checkout ${only.folder}`);
  const detail = [only, ...others].map((tree) => `${tree.folder}  (${tree.version.text})`);
  return problem('there are several trees in it: choose one with --checkout DIR', detail);
}

/** The CPython trees one or two levels below a folder. */
async function treesBelow(folder: string): Promise<{ folder: string; version: PythonVersion }[]> {
  const found: { folder: string; version: PythonVersion }[] = [];
  let queue = subfolders(folder);
  let left = LOOKED_INTO;
  for (let depth = 0; depth < 2; depth++) {
    const next: string[] = [];
    for (const candidate of queue) {
      if (left-- <= 0) return found;
      const version = await versionAt(candidate);
      if (version === undefined) next.push(...subfolders(candidate));
      else found.push({ folder: candidate, version });
    }
    queue = next;
  }
  return found;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map((entry) => path.join(folder, entry.name))
      .sort(byCodeUnit);
  } catch {
    return [];
  }
}
