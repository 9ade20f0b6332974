import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { folderTree } from '../../checkout/folder-tree.ts';
import { inParallel } from '../../checkout/in-parallel.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { readJson, withFileProblems, writeJson } from '../../system/files.ts';
import { byCodeUnit, fingerprint, sha256 } from '../../system/hash.ts';
import { isInside } from '../../system/paths.ts';
import { KEY_LENGTH } from '../plan.ts';
import type { Build, BuildPlan } from '../types.ts';
import { isReadByConfigure } from './store.ts';

/** What lay in a baseline's object folder when it was finished: other work there may change it later. */
const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  /** Path → SHA-256 of its bytes, or of `link ` and a symbolic link's target. */
  files: z.record(z.string(), z.string()),
  /** The folders, empty ones too: some rules of CPython's make do not make theirs. */
  folders: z.array(z.string()),
});
const manifestFile = (root: string) => path.join(root, 'objects.json');

const PARALLEL = 16;

/** With these an object holds more than its own source says, or hides the folder that is written in it: built whole. */
const OTHER_OBJECTS =
  /-flto|--with-lto|-fprofile|--coverage|-fbranch|-ftest-coverage|-fcallgraph|-gz|-gsplit-dwarf|-save-temps|--enable-(?:optimizations|bolt|profiling)/;

/** Made by an interpreter of the variant, or the interpreter itself: made anew, whatever make thinks. */
const isOfInterpreter = (file: string) =>
  /(?:^|\/)__pycache__\/|\.py[co]$|(?:^|\/)_sysconfigdata[^/]*$|^Python\/.*\.[ch]$|^(?:python|python\.exe|pybuilddir\.txt)$/.test(
    file,
  );

const C_LIKE = ['.c', '.h', '.inc', '.def', '.cc', '.cpp', '.m', '.S'];

/**
 * The key of the baseline whose objects a build may start from: the same in all but the text of some `.c` files, each of
 * which is a translation unit of its own and nothing that configure reads. `undefined` for what has to be built whole.
 */
export async function baselineOf(plan: BuildPlan, ctx: Context): Promise<string | undefined> {
  const { request, changes, configure, env, inputs } = plan;
  const { variant, target, options, checkout } = request;
  if (variant !== 'patched' || target.host !== undefined || options.pgo || changes.length === 0) return undefined;
  if (OTHER_OBJECTS.test([...configure, ...Object.values(env)].join(' '))) return undefined;
  const isUnit = (change: (typeof changes)[number]) =>
    change.path.endsWith('.c') &&
    change.is === undefined &&
    change.executable === undefined &&
    !isReadByConfigure(change.path);
  if (!changes.every(isUnit)) return undefined;
  // By its name, wherever it stands: a macro may hold what is included. And a time of the file would not be that of its copies.
  const names = changes.map(({ path: file }) => path.posix.basename(file).replace(/[.+]/g, '\\$&'));
  const told = new RegExp(`[<"/](?:${names.join('|')})[">]|__TIMESTAMP__`);
  if (changes.some(({ after }) => told.test(after))) return undefined;
  const holding = await folderTree(checkout, ctx).filesContaining?.(told, C_LIKE);
  if (holding === undefined || holding.length > 0) return undefined;
  return fingerprint({ ...inputs, changes: [] }).slice(0, KEY_LENGTH);
}

/** What lies below a folder, sorted: files with links, and folders. */
async function below(
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = (isFolder: boolean) =>
    entries
      .filter((entry) => entry.isDirectory() === isFolder)
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort(byCodeUnit);
  return { files: names(false), folders: names(true) };
}

/** A file's bytes, or a link's target, with what the manifest says of it. */
async function contentOf(file: string) {
  if ((await lstat(file)).isSymbolicLink()) {
    const link = await readlink(file);
    return { link, hash: sha256(`link ${link}`) };
  }
  const bytes = await readFile(file);
  return { bytes, hash: sha256(bytes) };
}

/** Notes what the finished object folder of a baseline holds, so that other variants may start from it. */
export async function keepManifest(plan: BuildPlan, root: string, obj: string): Promise<void> {
  if (plan.changes.length > 0 || plan.request.variant !== 'baseline' || plan.request.target.host !== undefined) return;
  const files: Record<string, string> = {};
  const all = await below(obj);
  const names = all.files.filter((file) => !isOfInterpreter(file));
  await inParallel(names, PARALLEL, async (file) => {
    files[file] = (await contentOf(path.join(obj, file))).hash;
  });
  await writeJson(manifestFile(root), {
    schemaVersion: 1,
    files,
    folders: all.folders.filter((folder) => !/(?:^|\/)__pycache__$/.test(folder)),
  });
}

/**
 * Fills the empty object folder of a build with what the baseline's held when it was finished: the baseline's key is
 * replaced by the build's own in names and contents, which keeps their lengths. All is dated as the sources are, but for the
 * sources that the build changes, which are newer: make and setup.py make anew what depends on them.
 * @returns how many files were taken, and what gives the sources their time back; `undefined`, with the folder empty, when
 * the baseline's is not as it was.
 */
export async function startFrom(
  baseline: Build,
  plan: BuildPlan,
  { src, obj }: { readonly src: string; readonly obj: string },
): Promise<{ readonly files: number; readonly restore: () => Promise<void> } | undefined> {
  const manifest = await readJson(manifestFile(baseline.root), manifestSchema, 'the list of objects').catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (manifest === undefined) return undefined;
  const changed = plan.changes.map((change) => path.join(src, change.path));
  // That of all sources.
  const time = Math.max(...(await Promise.all(changed.map(async (file) => (await lstat(file)).mtimeMs / 1000))));
  const names = Object.keys(manifest.files);
  const taken = await withFileProblems(`write to ${obj}`, async () => {
    const renamed = (name: string) => path.join(obj, name.replaceAll(baseline.key, plan.key));
    if (![...names, ...manifest.folders].every((name) => isInside(renamed(name), obj))) return false;
    for (const folder of manifest.folders) await mkdir(renamed(folder), { recursive: true });
    let isSound = true;
    await inParallel(names, PARALLEL, async (name) => {
      const from = path.join(baseline.obj, name);
      const found = isSound ? await contentOf(from).catch(() => undefined) : undefined;
      if (found?.hash !== manifest.files[name]) isSound = false;
      else if (found?.link !== undefined) await symlink(found.link.replaceAll(baseline.key, plan.key), renamed(name));
      else if (found?.bytes !== undefined) {
        replaceIn(found.bytes, baseline.key, plan.key);
        await writeFile(renamed(name), found.bytes, { flag: 'wx' });
        await chmod(renamed(name), (await lstat(from)).mode & 0o777);
        await utimes(renamed(name), time, time);
      }
    });
    return isSound;
  });
  if (!taken) {
    await rm(obj, { recursive: true, force: true });
    await mkdir(obj);
    return undefined;
  }
  const date = async (seconds: number) => {
    for (const file of changed) await utimes(file, seconds, seconds);
  };
  await date(time + 1);
  const restore = () => date(time);
  return { files: names.length, restore };
}

/** Replaces a text by one of the same length, in place. */
function replaceIn(bytes: Buffer, old: string, by: string): void {
  for (let at = bytes.indexOf(old, 0, 'latin1'); at >= 0; at = bytes.indexOf(old, at + old.length, 'latin1'))
    bytes.write(by, at, 'latin1');
}
