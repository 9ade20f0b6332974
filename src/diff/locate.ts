import { UserError } from '../system/diagnostic.ts';
import { quotePath, stripped, withoutSide } from './paths.ts';
import type { FilePatch, ParsedPatch } from './types.ts';

interface Known {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<unknown>;
  list(): Promise<readonly string[]>;
  readonly tree: { readonly label: string };
}

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

const LEVELS = [1, 0, 2, 3];
/** git's own output of a repository that holds the tree in a folder: only where the names as they stand are not there. */
const DEEPER = [2, 3, 4, 5];

/**
 * The files of a patch in the tree that it was made for, with as many folders left out as make all of them known.
 * @param strip how many, when it is told.
 * @throws UserError (exit code 2) when a file is not there with any of them, or several would do.
 */
export async function locate(parsed: ParsedPatch, tree: Known, strip?: number): Promise<LocatedPatch> {
  const git = isGitForm(parsed);
  const levels = strip !== undefined ? [strip] : git ? [1] : LEVELS;
  const told = strip !== undefined;
  let fitting = await fittingAt(levels, parsed, tree, told);
  if (git && !told && fitting.length === 0) fitting = await fittingAt(DEEPER, parsed, tree, false);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  let missing = parsed.files[0];
  for (const file of parsed.files.toReversed()) {
    if ((await at(file, levels[0] ?? 1, tree, told)) === undefined) missing = file;
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

/** The numbers of folders with which all files are known; of those that lead to the same files, the first. */
async function fittingAt(
  levels: readonly number[],
  parsed: ParsedPatch,
  tree: Known,
  told: boolean,
): Promise<LocatedPatch[]> {
  const fitting: LocatedPatch[] = [];
  const names = (files: readonly Located[]) => JSON.stringify(files.map(({ old, now }) => [old, now]));
  for (const strip of levels) {
    const files: Located[] = [];
    // A file that one part makes may be changed by a later one.
    const read = async (path: string) => files.some(({ now }) => now === path) || tree.read(path);
    for (const file of parsed.files) {
      const found = await at(file, strip, { tree: tree.tree, list: () => tree.list(), read }, told);
      if (found === undefined) break;
      files.push(found);
    }
    const whole = files.length === parsed.files.length;
    if (whole && !fitting.some((other) => names(other.files) === names(files))) fitting.push({ strip, files });
  }
  return fitting;
}

/**
 * The names of a patch's files where no tree is at hand: as git and patch(1) have it, without `a/` and `b/`; of a plain diff
 * `old/a.c` and `new/a.c`, `a.c.orig` and `a.c` are `a.c`.
 * @param strip how many leading folders are left out, when it is told.
 */
export function namedFiles(parsed: ParsedPatch, strip?: number): readonly Located[] {
  return parsed.files.map((patch) => {
    const { oldPath, newPath, absent } = patch;
    const side = (path: string | undefined) =>
      path === undefined ? undefined : strip === undefined ? withoutSide(path) : (stripped(path, strip) ?? path);
    const [old, now] = [side(oldPath), side(newPath)];
    if (patch.git || strip !== undefined) return { patch, old, now };
    // Only git writes renames: what `diff -u` names twice is one file in two places.
    const rest = (path = '') => path.slice(path.indexOf('/') + 1);
    const [from, to] = [oldPath ?? absent, newPath ?? absent];
    const both = from?.includes('/') && to?.includes('/') && from !== to;
    const name = both && rest(from) === rest(to) ? rest(to) : [old, now].reduce((a, b) => shorter(a, b), undefined);
    return { patch, old: old && name, now: now && name };
  });
}

const shorter = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b.length <= a.length) ? b : a;

/** All names are `a/…` and `b/…`, as git and quilt write them. */
function isGitForm(parsed: ParsedPatch): boolean {
  return parsed.files.every(
    ({ oldPath, newPath }) => (oldPath ?? 'a/').startsWith('a/') && (newPath ?? 'b/').startsWith('b/'),
  );
}

async function at(patch: FilePatch, count: number, tree: Known, told: boolean): Promise<Located | undefined> {
  const [old, now] = [patch.oldPath, patch.newPath].map((p) => (p === undefined ? undefined : stripped(p, count)));
  if (patch.newPath !== undefined && now === undefined) return undefined;
  if (patch.oldPath === undefined) {
    if (now === undefined) return undefined;
    const known = told || (count === 1 && (patch.newPath ?? '').startsWith('b/')) || (await hasFolder(now, tree));
    return known ? { patch, old: undefined, now } : undefined;
  }
  // `diff -u FILE.orig FILE`: the one of the two that is there.
  const there: string[] = [];
  for (const path of new Set(patch.git ? [old] : [old, now])) {
    if (path !== undefined && (await tree.read(path)) !== undefined) there.push(path);
  }
  if (patch.git) return there.length === 0 ? undefined : { patch, old, now };
  const [path] = there;
  // patch(1) makes a file that is not there of lines that come after line 0.
  const [hunk, more] = patch.hunks;
  const makes = path === undefined && more === undefined && hunk?.oldStart === 0 && hunk.oldLines === 0;
  if (makes && now !== undefined && (told || (await hasFolder(now, tree)))) return { patch, old: undefined, now };
  if (path === undefined || there.length > 1) return undefined;
  return { patch, old: path, now: patch.newPath === undefined ? undefined : path };
}

/** Whether a new file's folder is there; its top folder says nothing, for any name would fit it. */
async function hasFolder(path: string, tree: Known): Promise<boolean> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder !== '' && (await tree.list()).some((file) => file.startsWith(folder));
}

function ambiguous(parsed: ParsedPatch, missing: FilePatch | undefined, fitting: readonly LocatedPatch[]): UserError {
  const [first] = parsed.files;
  return new UserError({
    code: 'patch/which-folder',
    message: `where ${missing?.newPath ?? first?.newPath ?? first?.oldPath} is in the tree cannot be told from the patch`,
    place: { file: parsed.name, line: missing?.line },
    detail: fitting.map(({ strip, files }) => `--strip ${strip}: ${files[0]?.now ?? files[0]?.old}`),
    hint: 'name how many leading folders of its paths are left out: `--strip 1` for paths as git writes them (a/, b/), `--strip 0` for paths from the top of the tree',
  });
}

/**
 * The text of a patch whose names git finds with `-p` of that many folders: of the two names of a plain diff git chooses by
 * rules of its own, and here it was seen which file is there.
 */
export function placedText({ text, line }: ParsedPatch, { files, strip }: LocatedPatch): string {
  const lines = text.split('\n');
  const name = (path: string | undefined) =>
    path === undefined ? '/dev/null' : quotePath(`${'x/'.repeat(strip)}${path}`);
  for (const { patch, old, now } of files) {
    if (patch.git || patch.namesLine === undefined) continue;
    const at = patch.namesLine - line;
    lines.splice(at, 2, `--- ${name(old)}`, `+++ ${name(now)}`);
  }
  return lines.join('\n');
}
