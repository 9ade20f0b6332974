import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withFileProblems } from '../system/files.ts';

/**
 * The settings file that is nearest above `folder`, and its bytes; `undefined` when there is none.
 * @throws UserError when it is there and cannot be read.
 */
export async function nearestSettings(
  folder: string,
): Promise<{ readonly file: string; readonly bytes: Uint8Array } | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    for (const name of ['forkwright.yml', 'forkwright.yaml']) {
      const file = path.join(at, name);
      const bytes = await withFileProblems(`read ${file}`, () =>
        readFile(file).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
        }),
      );
      if (bytes !== undefined) return { file, bytes };
    }
    if (path.dirname(at) === at) return undefined;
  }
}
