import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../system/diagnostic.ts';
import { isInside } from '../system/paths.ts';

/**
 * A file's absolute path; a link on the way out of the tree is refused.
 * @param isOwn no folder on the way may be a link at all: the file is made or removed, as git has it.
 */
export async function insideTree(root: string, file: string, isOwn: boolean): Promise<string> {
  const full = path.join(root, file);
  if (path.isAbsolute(file) || file.split('/').includes('..')) {
    throw new UserError({
      code: 'patch/outside',
      message: `${JSON.stringify(file)} is no path in the tree: it is not written`,
      place: { file: root },
    });
  }
  const top = await realpath(root);
  let [folder, rest] = [path.dirname(file), ''];
  let real = await realpath(path.join(root, folder)).catch(() => undefined);
  while (real === undefined) {
    rest = path.join(path.basename(folder), rest);
    folder = path.dirname(folder);
    real = await realpath(path.join(root, folder)).catch(() => undefined);
  }
  const info = await lstat(full).catch(() => undefined);
  const isElsewhere = isOwn ? real !== path.join(top, folder) : !isInside(path.join(real, rest), top);
  const dangling =
    rest === ''
      ? undefined
      : await lstat(path.join(root, folder, rest.split(path.sep)[0] ?? '')).catch(() => undefined);
  if (isElsewhere || dangling !== undefined || info?.isSymbolicLink() === true) {
    throw new UserError({
      code: 'patch/link',
      message: `${file} is reached through a symbolic link: it is not written`,
      place: { file: full },
      hint: 'replace the link by the file itself',
    });
  }
  return full;
}
