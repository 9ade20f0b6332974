import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parsePatch } from '../diff/read.ts';
import type { ParsedPatch } from '../diff/types.ts';
import type { ShippedFolder, ShippedPatch } from '../patch/check-shipped.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { withFileProblems } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';

const PATCH_FILE = /\.(?:patch|diff|mbox|eml)$/i;

/**
 * Whether an argument names patches and not a recipe: a patch file, a folder, `-` for standard input, or any other file
 * or pipe (`<(git diff)`) that no recipe can be called.
 */
export function namesPatches(name: string): boolean {
  if (name === '-' || PATCH_FILE.test(name)) return true;
  if (!existsSync(name)) return false;
  const what = statSync(name);
  // A recipe's id is one word, its file ends in `.yaml`.
  return what.isDirectory() || ((what.isFile() || what.isFIFO()) && /[\\/.]/.test(name) && !/\.ya?ml$/i.test(name));
}

/** The folders that patch files lie in, in the order of their series. @throws UserError */
export async function patchFolders(names: readonly string[], ctx: Context): Promise<readonly ShippedFolder[]> {
  const folders: ShippedFolder[] = [];
  for (const name of names) {
    if (name === '-') {
      process.stdin.setEncoding('latin1');
      folders.push({ patches: [{ file: 'standard input', text: await readAll(process.stdin) }], isSeries: false });
    } else if (await withFileProblems(`read ${name}`, async () => statSync(name).isDirectory())) {
      const found = await shippedFolders(name, ctx);
      if (found.length === 0) {
        throw new UserError({
          code: 'review/no-patch',
          message: 'there is no .patch or .diff file in this folder',
          place: { file: path.normalize(name) },
          hint: 'name a patch, a folder of patches, or recipes',
        });
      }
      folders.push(...found);
    } else {
      const text = await withFileProblems(`read ${name}`, () => readFile(name, 'latin1'));
      folders.push({ patches: [{ file: name, text }], isSeries: false });
    }
  }
  return folders;
}

/**
 * The folders below `root` with patches in them. A file `series` says, as quilt has it, which of those at and below it are
 * taken, in which order. What is left out is named.
 */
export async function shippedFolders(root: string, ctx: Pick<Context, 'emit'>): Promise<readonly ShippedFolder[]> {
  const files = (await withFileProblems(`read ${root}`, () => readdir(root, { recursive: true }))).sort(byCodeUnit);
  const read = (file: string) => withFileProblems(`read ${file}`, () => readFile(path.join(root, file), 'latin1'));
  const folders: ShippedFolder[] = [];
  const take = async (names: readonly string[], left: readonly string[], why: string) => {
    const patches: ShippedPatch[] = [];
    for (const name of names) patches.push({ file: path.join(root, name), text: await read(name) });
    if (names.length > 0) folders.push({ patches, isSeries: why === UNLISTED });
    if (left.length > 0) ctx.emit({ type: 'message', level: 'warning', text: `${why}: ${left.join(', ')}` });
  };
  const isOrder = (file: string) => /(?:^|[\\/])series$/.test(file) && statSync(path.join(root, file)).isFile();
  const orders = files.flatMap((file) => (isOrder(file) ? [file.slice(0, -6)] : [])).sort(byCodeUnit);
  const byOrder = Map.groupBy(files, (file) => orders.findLast((order) => file.startsWith(order)));
  for (const order of orders) {
    const listed = inSeries(await read(`${order}series`), path.join(root, order, 'series'), order, files);
    const others = byOrder.get(order)?.filter((file) => PATCH_FILE.test(file) && !listed.includes(file));
    await take(listed, others ?? [], UNLISTED);
  }
  for (const names of Map.groupBy(byOrder.get(undefined) ?? [], (file) => path.dirname(file)).values()) {
    const patches = names.filter((file) => PATCH_FILE.test(file));
    const left: string[] = [];
    for (const file of patches.length === 0 ? [] : names.filter((name) => !patches.includes(name)))
      if (/\.(?:patch|diff)\b/i.test(file) || DIFF.test(await read(file).catch(() => ''))) left.push(file);
    await take(patches, left, 'not read, though it looks like a patch');
  }
  return folders;
}

const UNLISTED = 'not in series';
const DIFF = /^(?:diff --git |--- .+\n\+\+\+ )/m;

/** The names in a file `series`: a patch a line, with options for patch(1) and a comment behind it (quilt(1)). */
function inSeries(text: string, file: string, folder: string, files: readonly string[]): readonly string[] {
  return text.split('\n').flatMap((line, i) => {
    const words = line.replace(/(?:^|\s)#.*/, '').split(/\s+/);
    const [name, ...options] = words.filter((word) => word !== '');
    if (name === undefined) return [];
    const found = path.join(folder, name);
    const isRead = /^(?:-p ?(?:1|ab))?$/.test(options.join(' '));
    if (isRead && files.includes(found)) return [found];
    throw new UserError({
      code: 'cli/series',
      message: isRead
        ? `the order file names ${name}, which is not there`
        : `the order file has ${options.join(' ')} for ${name}, and only -p1 is read`,
      place: { file, line: i + 1 },
      hint: 'correct the order file; generate the series again with --out-dir, or `quilt refresh -p1`',
    });
  });
}

/** The patches in files, in their order. @throws UserError with file and line for what is no patch. */
export const parseFolders = (folders: readonly ShippedFolder[]): readonly ParsedPatch[] =>
  folders.flatMap(({ patches }) => patches.flatMap(({ file, text }) => parsePatch(text, file)));
