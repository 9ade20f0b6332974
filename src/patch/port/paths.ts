import { UserError } from '../../system/diagnostic.ts';
import type { Files } from './files.ts';
import type { FilePatch, ParsedPatch } from './types.ts';

/** A file of a patch, its paths relative to the tree. */
export interface Located {
  readonly patch: FilePatch;
  /** `undefined` for a file that the patch makes. */
  readonly old: string | undefined;
  /** `undefined` for a file that it removes. */
  readonly now: string | undefined;
}

/** `path` without its first `count` folders, `undefined` when it has not so many; or when it leaves the tree. */
export function stripped(path: string, count: number): string | undefined {
  const parts = path.split(/\/+/);
  if (parts.length <= count) return undefined;
  const rest = parts.slice(count);
  if (rest.some((part) => part === '..' || part === '' || part === '.')) return undefined;
  return rest.join('/');
}

/**
 * The files of a patch in the tree that it was made for, with as many folders left out as make all of them known: `-p1`,
 * `-p0`, `-p2`.
 * @throws UserError (exit code 2) when a file is not there with any of them.
 */
export async function locate(parsed: ParsedPatch, tree: Files): Promise<Located[]> {
  let missing = parsed.files[0];
  for (const count of [1, 0, 2, 3]) {
    const all: Located[] = [];
    for (const file of parsed.files) {
      const found = await at(file, count, tree);
      if (found === undefined) {
        if (count === 1) missing = file;
        break;
      }
      all.push(found);
    }
    if (all.length === parsed.files.length) return all;
  }
  const path = missing?.oldPath ?? missing?.newPath ?? '?';
  throw new UserError({
    code: 'patch/no-such-file',
    message: `the patch changes ${path}, which the tree that it is said to be made for does not have`,
    place: { file: parsed.name, line: missing?.line },
    hint: '--from must be the tree that the patch was made for; several patches are named in their order',
    detail: [`looked in ${tree.tree.label} with 1, 0, 2 and 3 leading folders left out`],
  });
}

async function at(patch: FilePatch, count: number, tree: Files): Promise<Located | undefined> {
  const [old, now] = [patch.oldPath, patch.newPath].map((p) => (p === undefined ? undefined : stripped(p, count)));
  if (patch.oldPath === undefined) {
    if (now === undefined) return undefined;
    const inPlace = patch.git ? count === 1 : await hasTop(now, tree);
    return inPlace ? { patch, old: undefined, now } : undefined;
  }
  if (patch.renamed || patch.copied || patch.git) {
    if (old === undefined || (await tree.read(old)) === undefined) return undefined;
    return { patch, old, now: patch.newPath === undefined ? undefined : now };
  }
  // `diff -u FILE.orig FILE`: the one of the two that is there.
  for (const path of [old, now]) {
    if (path !== undefined && (await tree.read(path)) !== undefined)
      return { patch, old: path, now: patch.newPath === undefined ? undefined : path };
  }
  return undefined;
}

/** Whether the top folder of a new file's path is one of the tree's. */
async function hasTop(path: string, tree: Files): Promise<boolean> {
  const top = path.includes('/') ? `${path.split('/')[0]}/` : undefined;
  return top === undefined || (await tree.list()).some((file) => file.startsWith(top));
}
