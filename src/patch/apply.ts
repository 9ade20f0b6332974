import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lineAt, lineText } from '../c/lex.ts';
import { readLatin1 } from '../checkout/latin1.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { fileProblem, renameOver } from '../system/files.ts';
import { holding } from '../system/held.ts';
import { isInside } from '../system/paths.ts';
import type { FileChange, GeneratedPatch } from './types.ts';

export interface ApplyOptions {
  /** Only say whether it could be done. */
  readonly check?: boolean | undefined;
  /** Take the patches back: last one first. */
  readonly reverse?: boolean | undefined;
}

export interface ApplyResult {
  /** Paths that were (or with `check`: would be) written, in order. */
  readonly files: readonly string[];
  /** Everything was as wanted before: nothing was written. */
  readonly nothingToDo: boolean;
}

interface Target {
  readonly path: string;
  readonly full: string;
  /** Its bytes before and after; `undefined`: there is no such file then. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly mode: number;
}

/**
 * Writes patches into a tree: all of them, or nothing. A file is written only when its bytes are exactly those that the
 * patch was made from; new files are written beside the old ones first, then renamed into place; when a step fails,
 * what was renamed is put back.
 * @throws UserError: exit code 1 when local edits are in the way (with their places), 2 when the tree cannot be written.
 */
export async function applyPatches(
  root: string,
  patches: readonly GeneratedPatch[],
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  const targets: Target[] = [];
  const problems: Diagnostic[] = [];
  let asWanted = 0;
  const changes = combine(patches.flatMap((p) => p.files));
  for (const change of changes) {
    const [from, to] = options.reverse === true ? [change.after, change.before] : [change.before, change.after];
    const full = await insideTree(root, change.path, from === undefined || to === undefined);
    const info = await lstat(full).catch(() => undefined);
    const is = info?.isDirectory() ? '' : await readLatin1(full);
    if (is === to && !info?.isDirectory()) asWanted++;
    else if (is !== from || info?.isDirectory()) {
      problems.push(inTheWay(change.path, is, from));
      continue;
    }
    const mode = info?.mode ?? (change.executable ? 0o755 : 0o644);
    targets.push({ path: change.path, full, from, to, mode: mode & 0o7777 });
  }
  if (problems.length > 0) throw new UserError(problems, 1);
  if (asWanted === targets.length) return { files: [], nothingToDo: true };
  if (asWanted > 0) {
    const made = targets.length - asWanted;
    throw new UserError(
      {
        code: 'patch/half-applied',
        message: `${asWanted} of ${targets.length} files are already as wanted, ${made} ${made === 1 ? 'is' : 'are'} not`,
        hint: 'restore the files from your version control, then apply again',
        detail: targets.map((t) => t.path),
      },
      1,
    );
  }
  if (options.check !== true) await holding(() => writeAll(targets));
  return { files: targets.map((t) => t.path), nothingToDo: false };
}

interface WholeChange {
  readonly path: string;
  readonly before: string | undefined;
  after: string | undefined;
  readonly executable: boolean;
}

/** A series as one change a file: from before the first patch to after the last. */
function combine(changes: readonly FileChange[]): WholeChange[] {
  const byPath = new Map<string, WholeChange>();
  for (const { path: file, is, executable = false, ...texts } of changes) {
    const before = is === 'made' ? undefined : texts.before;
    const after = is === 'removed' ? undefined : texts.after;
    const known = byPath.get(file);
    if (known === undefined) byPath.set(file, { path: file, before, after, executable });
    else if (known.after === before) known.after = after;
    else throw new Error(`the patches of ${file} do not follow each other`);
  }
  return [...byPath.values()];
}

/**
 * A file's absolute path; a link on the way out of the tree is refused.
 * @param isOwn no folder on the way may be a link at all: the file is made or removed, as git has it.
 */
async function insideTree(root: string, file: string, isOwn: boolean): Promise<string> {
  const full = path.join(root, file);
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

function inTheWay(file: string, is: string | undefined, wanted: string | undefined): Diagnostic {
  if (wanted === undefined)
    return {
      code: 'patch/file-there',
      message: `${file} is there already`,
      place: { file },
      hint: 'take it away first: the patch makes it',
    };
  if (is === undefined)
    return {
      code: 'patch/missing-file',
      message: `${file} is not there any more`,
      place: { file },
      hint: 'restore it',
    };
  let at = 0;
  while (at < is.length && at < wanted.length && is[at] === wanted[at]) at++;
  return {
    code: 'patch/local-edits',
    message: `${file} is not as it was when the patch was made`,
    place: { file, line: lineAt(is, at) },
    detail: [lineText(is, Math.min(at, is.length))],
    hint: 'generate the patch again for the tree as it is now, or take your edits away first',
  };
}

async function writeAll(targets: readonly Target[]): Promise<void> {
  const suffix = `.${process.pid}.${randomBytes(4).toString('hex')}`;
  const written: string[] = [];
  const folders: string[] = [];
  const done: Target[] = [];
  const put = async (t: Target, text: string | undefined, ending: string) => {
    if (text === undefined) return;
    const temporary = `${t.full}${suffix}.${ending}`;
    written.push(temporary);
    await writeFile(temporary, Buffer.from(text, 'latin1'), { flag: 'wx' });
    await chmod(temporary, t.mode);
  };
  try {
    for (const t of targets) {
      const first = t.to === undefined ? undefined : await mkdir(path.dirname(t.full), { recursive: true });
      if (first !== undefined) folders.push(first);
      await put(t, t.to, 'tmp');
    }
    for (const t of targets) {
      if (t.to === undefined) await rm(t.full);
      else await renameOver(`${t.full}${suffix}.tmp`, t.full);
      done.push(t);
    }
  } catch (error) {
    for (const t of done) {
      await put(t, t.from, 'old');
      if (t.from === undefined) await rm(t.full);
      else await renameOver(`${t.full}${suffix}.old`, t.full);
    }
    for (const temporary of written) await rm(temporary, { force: true });
    for (const folder of folders) await removeEmpty(folder);
    throw fileProblem(error, 'write the patched files (nothing was changed)') ?? error;
  } finally {
    for (const temporary of written) await rm(temporary, { force: true });
  }
  // As git does: no folder stays of which the last file goes.
  for (const t of targets) if (t.to === undefined) await removeEmptyAbove(t);
}

async function removeEmptyAbove({ full, path: file }: Target): Promise<void> {
  let folder = path.dirname(full);
  for (let depth = file.split('/').length - 1; depth > 0; depth--) {
    if (
      !(await rmdir(folder).then(
        () => true,
        () => false,
      ))
    )
      return;
    folder = path.dirname(folder);
  }
}

/** A folder that was made goes with the empty ones in it. */
async function removeEmpty(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) await removeEmpty(path.join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}
