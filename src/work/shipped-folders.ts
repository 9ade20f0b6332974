import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ShippedFolder, ShippedPatch } from '../patch/check-shipped.ts';
import { UserError } from '../system/diagnostic.ts';
import { withFileProblems } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';

/** The folders below `root` with patches in them. A file `series` gives the order. */
export async function shippedFolders(root: string): Promise<readonly ShippedFolder[]> {
  const files = await withFileProblems(`read ${root}`, () => readdir(root, { recursive: true }));
  const byFolder = new Map<string, string[]>();
  for (const file of [...files].filter((f) => f.endsWith('.patch')).sort(byCodeUnit)) {
    const folder = path.join(root, path.dirname(file));
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path.basename(file)]);
  }
  return Promise.all([...byFolder].map(([folder, names]) => shippedFolder(folder, names)));
}

async function shippedFolder(folder: string, names: readonly string[]): Promise<ShippedFolder> {
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
