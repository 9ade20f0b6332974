import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { namedFiles } from '../../diff/locate.ts';
import { parsePatch } from '../../diff/read.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import type { ShippedFolder, ShippedPatch } from '../../patch/check-shipped.ts';
import { reviewOfParsed } from '../../review/model/read-patch.ts';
import type { ReviewPatch } from '../../review/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { byCodeUnit } from '../../system/hash.ts';

const PATCH_FILE = /\.(?:patch|diff|mbox|eml)$/i;

/** Whether no recipe can be called so: its id is one word, its file ends in `.yaml`. */
const isNoRecipe = (name: string): boolean => /[\\/.]/.test(name) && !/\.ya?ml$/i.test(name);

/**
 * Whether an argument names patches and not a recipe: a patch file, a folder, `-` for standard input, or any other file
 * or pipe (`<(git diff)`) that no recipe can be called.
 */
export function namesPatches(name: string): boolean {
  if (name === '-' || PATCH_FILE.test(name)) return true;
  if (!existsSync(name)) return false;
  const what = statSync(name);
  return what.isDirectory() || ((what.isFile() || what.isFIFO()) && isNoRecipe(name));
}

/** The folders that patch files lie in, in the order of their series. @throws UserError */
export async function patchFolders(names: readonly string[]): Promise<readonly ShippedFolder[]> {
  const folders: ShippedFolder[] = [];
  for (const name of names) {
    if (name === '-') {
      process.stdin.setEncoding('latin1');
      folders.push({ patches: [{ file: 'standard input', text: await readAll(process.stdin) }], isSeries: false });
    } else if (await withFileProblems(`read ${name}`, async () => statSync(name).isDirectory())) {
      const found = await shippedFolders(name);
      if (found.length === 0) {
        throw new UserError({
          code: 'review/no-patch',
          message: 'there is no .patch file in this folder',
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

/** The folders below `root` with patches in them. A file `series` gives the order. */
export async function shippedFolders(root: string): Promise<readonly ShippedFolder[]> {
  const files = await withFileProblems(`read ${root}`, () => readdir(root, { recursive: true }));
  const patches = files.filter((file) => file.endsWith('.patch')).sort(byCodeUnit);
  const byFolder = Map.groupBy(patches, (file) => path.join(root, path.dirname(file)));
  return Promise.all([...byFolder].map(([folder, found]) => shippedFolder(folder, found)));
}

async function shippedFolder(folder: string, found: readonly string[]): Promise<ShippedFolder> {
  const names = found.map((file) => path.basename(file));
  const order = await readFile(path.join(folder, 'series'), 'utf8').catch(() => undefined);
  const listed = (order ?? '').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const missing = listed.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new UserError({
      code: 'cli/series',
      message: `the order file names ${missing}, which is not there`,
      place: { file: path.join(folder, 'series') },
      hint: 'generate the series again with --out-dir, or correct the order file',
    });
  }
  const ordered = [...listed, ...names.filter((name) => !listed.includes(name))];
  const patches: ShippedPatch[] = [];
  for (const name of ordered) {
    const file = path.join(folder, name);
    patches.push({ file, text: await withFileProblems(`read ${file}`, () => readFile(file, 'latin1')) });
  }
  return { patches, isSeries: order !== undefined };
}

/** The patches in files, in their order. @throws UserError with file and line for what is no patch. */
export const parseFolders = (folders: readonly ShippedFolder[]): readonly ParsedPatch[] =>
  folders.flatMap(({ patches }) => patches.flatMap(({ file, text }) => parsePatch(text, file)));

/** The same as review has them, where no tree is at hand. @param strip how many leading folders of paths are left out. */
export const readFolders = (folders: readonly ShippedFolder[], strip?: number): readonly ReviewPatch[] =>
  parseFolders(folders).map((parsed) => reviewOfParsed(parsed, namedFiles(parsed, strip)));
