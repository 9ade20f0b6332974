import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readLatin1 } from '../../checkout/index.ts';
import { fileProblem } from '../../system/files.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { ExternalsFolder } from './types.ts';

/**
 * A folder as CPython's `PCbuild\get_externals.bat` fills it: one folder a library, `zlib-1.3.1`, `bzip2-1.0.8`.
 * @throws UserError when it cannot be read.
 */
export async function externalsFolder(folder: string): Promise<ExternalsFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw fileProblem(error, `read the externals in ${folder}`) ?? error;
  });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  return { files: files.sort(byCodeUnit), read: (file) => readLatin1(path.join(folder, file)) };
}
