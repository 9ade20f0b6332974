import { readFileSync } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { writeJson } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import { below, hasEnding } from './file-paths.ts';
import { type GitContext, openGit, orNot } from './git.ts';
import { blobId, readLatin1 } from './latin1.ts';
import { checkoutFiles } from './open.ts';
import type { Sought } from './sought.ts';
import type { Checkout, SourceFile, SourceTree } from './types.ts';

/**
 * A checkout as it lies on disk, local changes included. What is not among its files (build products, ignored files)
 * cannot be read. A file is read once: the tree stays as it was first seen.
 */
export function folderTree(checkout: Checkout, ctx: Context): SourceTree {
  const seen = new Map<string, Promise<SourceFile | undefined>>();
  let members: Promise<ReadonlySet<string>> | undefined;
  const read = async (file: string): Promise<SourceFile | undefined> => {
    members ??= checkoutFiles(checkout, ctx).then((files) => new Set(files));
    if (!(await members).has(file)) return undefined;
    const full = path.join(checkout.root, file);
    const text = await readLatin1(full);
    if (text === undefined) return undefined;
    const { mode } = await stat(full);
    const link = (await lstat(full)).isSymbolicLink();
    return { path: file, text, blob: blobId(text), executable: (mode & 0o100) !== 0, ...(link ? { link } : {}) };
  };
  const tree: SourceTree = {
    version: checkout.version,
    base: checkout.base,
    label: checkout.root,
    list: async (under) => below(await checkoutFiles(checkout, ctx), under),
    filesContaining: async (text, endings) => {
      const files = await checkoutFiles(checkout, ctx);
      return filesContaining(checkout, text, files.filter(hasEnding(endings)), ctx);
    },
    filesWithWords: async (words, files) => filesWithWords(checkout.root, words, files),
    read: (file) => {
      const known = seen.get(file) ?? read(file);
      seen.set(file, known);
      return known;
    },
  };
  if (checkout.base.kind !== 'git') return tree;
  return { ...tree, asStored: (paths = []) => storedTree(tree, checkout.root, paths, ctx) };
}

/**
 * Which files of a checkout hold a text. The answer depends on nothing but the tree's content and the question, so it is
 * kept under the hash of both; a cache that cannot be written costs only time.
 */
async function filesContaining(
  checkout: Checkout,
  text: Sought,
  files: readonly string[],
  ctx: Pick<Context, 'cacheDir'>,
): Promise<readonly string[]> {
  const key = fingerprint({ tree: checkout.base.treeHash, text: String(text), files });
  const record = path.join(ctx.cacheDir, 'search', `${key}.json`);
  const known = await knownFiles(record);
  if (known !== undefined) return known;
  const found = files.filter((file) => {
    const bytes = bytesOf(path.join(checkout.root, file));
    if (typeof text === 'string') return bytes?.includes(text, 0, 'latin1');
    return bytes !== undefined && text.test(bytes.toString('latin1'));
  });
  await writeJson(record, { files: found }).catch(() => {});
  return found;
}

/** The list in a record, when it is a sound one. Looked through by hand: the schema library takes longer to load than this. */
async function knownFiles(record: string): Promise<readonly string[] | undefined> {
  try {
    const { files } = JSON.parse(await readFile(record, 'utf8'));
    return Array.isArray(files) && files.every((file) => typeof file === 'string') ? files : undefined;
  } catch {
    return undefined;
  }
}

/** Synchronous on purpose: for a thousand small files, most in the page cache, that takes a third of the time. */
function bytesOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // A dangling link, or gone since the listing: `read` says the same.
  }
}

/** Which files hold which words; see `SourceTree.filesWithWords`. */
function filesWithWords(
  root: string,
  words: ReadonlySet<string>,
  files: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const file of files) {
    const text = bytesOf(path.join(root, file))?.toString('latin1') ?? '';
    const found = new Set<string>();
    const word = /[A-Za-z_]\w*/g;
    for (let match = word.exec(text); match !== null; match = word.exec(text)) {
      if (words.has(match[0])) found.add(match[0]);
    }
    for (const name of found) {
      const holding = out.get(name);
      if (holding === undefined) out.set(name, [file]);
      else holding.push(file);
    }
  }
  return out;
}

/**
 * The files of a work tree whose line ends git converts: CRLF here, LF in the repository, by its attributes or
 * core.autocrlf. Like `git apply`, it is not asked whether the repository's own copy has CRLF by mistake.
 * @param paths only these; all by default.
 */
async function convertedFiles(root: string, paths: readonly string[], ctx: GitContext): Promise<ReadonlySet<string>> {
  const git = await openGit(root, ctx);
  const setting = await orNot(git.raw('config', 'core.autocrlf'));
  const auto = /^(?:true|yes|on|1|input)\s*$/i.test(setting ?? '');
  const said = (await orNot(git.raw('ls-files', '--eol', '-z', '--', ...paths.map((p) => `:(literal)${p}`)))) ?? '';
  const out = new Set<string>();
  for (const line of said.split('\0')) {
    const [, ends, attributes = '', path = ''] = /^i\/\S*\s+w\/(\S*)\s+attr\/(.*?)\s*\t(.*)$/s.exec(line) ?? [];
    const isText = attributes === '' ? auto : /^text|eol=/.test(attributes);
    if ((ends === 'crlf' || ends === 'mixed') && isText) out.add(path);
  }
  return out;
}

/** A folder's tree with the line ends that its repository keeps; `undefined` when they are those of the folder. */
async function storedTree(
  tree: SourceTree,
  root: string,
  paths: readonly string[],
  ctx: GitContext,
): Promise<SourceTree | undefined> {
  const converted = await convertedFiles(root, paths, ctx);
  if (converted.size === 0) return undefined;
  return {
    ...tree,
    read: async (path) => {
      const file = await tree.read(path);
      if (file === undefined || !converted.has(path)) return file;
      const text = file.text.replaceAll('\r\n', '\n');
      return { ...file, text, blob: blobId(text) };
    },
  };
}
