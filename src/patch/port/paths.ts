import type { FilePatch, ParsedPatch } from '../../diff/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import type { Files } from './files.ts';

/** A file of a patch, its paths relative to the tree. */
export interface Located {
  readonly patch: FilePatch;
  /** `undefined` for a file that the patch makes. */
  readonly old: string | undefined;
  /** `undefined` for a file that it removes. */
  readonly now: string | undefined;
}

/** A patch's files, and how many leading folders of its paths are left out: one number for all of them. */
export interface LocatedPatch {
  readonly strip: number;
  readonly files: readonly Located[];
}

/** `path` without its first `count` folders, `undefined` when it has not so many. */
export function stripped(path: string, count: number): string | undefined {
  const parts = path.split(/\/+/);
  if (parts.length <= count) return undefined;
  const rest = parts.slice(count);
  if (rest.some((part) => part === '..' || part === '' || part === '.')) return undefined;
  return rest.join('/');
}

const LEVELS = [1, 0, 2, 3];

/**
 * The files of a patch in the tree that it was made for, with as many folders left out as make all of them known.
 * @param strip how many, when it is told.
 * @throws UserError (exit code 2) when a file is not there with any of them, or several would do.
 */
export async function locate(parsed: ParsedPatch, tree: Files, strip?: number): Promise<LocatedPatch> {
  const fitting: LocatedPatch[] = [];
  let missing = parsed.files[0];
  const levels = strip !== undefined ? [strip] : isGitForm(parsed) ? [1] : LEVELS;
  for (const count of levels) {
    const all: Located[] = [];
    for (const file of parsed.files) {
      const found = await at(file, count, tree, strip !== undefined);
      if (found === undefined) {
        if (count === levels[0]) missing = file;
        break;
      }
      all.push(found);
    }
    if (all.length === parsed.files.length) fitting.push({ strip: count, files: all });
  }
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    refuseTangledNames(parsed, only.files);
    return only;
  }
  if (missing?.oldPath === undefined || only !== undefined) throw ambiguous(parsed, missing, fitting);
  throw new UserError({
    code: 'patch/no-such-file',
    message: `the patch changes ${missing.oldPath}, which the tree that it is said to be made for does not have`,
    place: { file: parsed.name, line: missing.line },
    hint: '--from must be the tree that the patch was made for; several patches are named in their order',
    detail: [`looked in ${tree.tree.label} with ${levels.join(', ')} leading folders left out`],
  });
}

/** All names are `a/…` and `b/…`, as git and quilt write them. */
function isGitForm(parsed: ParsedPatch): boolean {
  return parsed.files.every(
    ({ oldPath, newPath }) => (oldPath ?? 'a/').startsWith('a/') && (newPath ?? 'b/').startsWith('b/'),
  );
}

async function at(patch: FilePatch, count: number, tree: Files, told: boolean): Promise<Located | undefined> {
  const [old, now] = [patch.oldPath, patch.newPath].map((p) => (p === undefined ? undefined : stripped(p, count)));
  if (patch.newPath !== undefined && now === undefined) return undefined;
  if (patch.oldPath === undefined) {
    if (now === undefined) return undefined;
    const known = told || (patch.newPath ?? '').startsWith('b/') || (await hasFolder(now, tree));
    return known ? { patch, old: undefined, now } : undefined;
  }
  if (patch.renamed || patch.git) {
    if (old === undefined || (await tree.read(old)) === undefined) return undefined;
    return { patch, old, now };
  }
  // `diff -u FILE.orig FILE`: the one of the two that is there.
  const there: string[] = [];
  for (const path of new Set([old, now])) {
    if (path !== undefined && (await tree.read(path)) !== undefined) there.push(path);
  }
  const [path] = there;
  if (path === undefined || there.length > 1) return undefined;
  return { patch, old: path, now: patch.newPath === undefined ? undefined : path };
}

/** Whether a new file's folder is there; its top folder says nothing, for any name would fit it. */
async function hasFolder(path: string, tree: Files): Promise<boolean> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder !== '' && (await tree.list()).some((file) => file.startsWith(folder));
}

/** A name that a rename gives or takes, and another part of the patch has too: in which order, a patch does not say. */
function refuseTangledNames(parsed: ParsedPatch, files: readonly Located[]): void {
  for (const [i, { patch, old, now }] of files.entries()) {
    if (old === undefined || now === undefined || old === now) continue;
    const others = files.filter((_, j) => j !== i).flatMap((file) => [file.old, file.now]);
    const twice = [old, now].find((name) => others.includes(name));
    if (twice === undefined) continue;
    throw new UserError({
      code: 'patch/tangled-renames',
      message: `the patch renames a file from or to ${twice}, and changes or renames it elsewhere, too`,
      place: { file: parsed.name, line: patch.line },
      hint: 'make two patches of it, or do the renaming by hand',
    });
  }
}

function ambiguous(parsed: ParsedPatch, missing: FilePatch | undefined, fitting: readonly LocatedPatch[]): UserError {
  const ways = fitting.map(({ strip, files }) => `-p ${strip}: ${files[0]?.now ?? files[0]?.old}`);
  return new UserError({
    code: 'patch/which-folder',
    message: `where ${missing?.newPath ?? parsed.files[0]?.newPath ?? parsed.files[0]?.oldPath} is in the tree cannot be told from the patch`,
    place: { file: parsed.name, line: missing?.line },
    detail: ways,
    hint: 'name how many leading folders of its paths are left out: `-p 1` for paths as git writes them (a/, b/), `-p 0` for paths from the top of the tree',
  });
}
