import { randomBytes } from 'node:crypto';
import { chmod, lstat, realpath, rm, writeFile } from 'node:fs/promises';
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
  readonly from: string;
  readonly to: string;
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
    const full = await insideTree(root, change.path);
    const is = await readLatin1(full);
    if (is === to) asWanted++;
    else if (is !== from) {
      problems.push(inTheWay(change.path, is, from));
      continue;
    }
    const { mode } = await lstat(full);
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

/** A series as one change a file: from before the first patch to after the last. */
function combine(changes: readonly FileChange[]): { path: string; before: string; after: string }[] {
  const byPath = new Map<string, { path: string; before: string; after: string }>();
  for (const { path: file, before, after } of changes) {
    const known = byPath.get(file);
    if (known === undefined) byPath.set(file, { path: file, before, after });
    else if (known.after === before) known.after = after;
    else throw new Error(`the patches of ${file} do not follow each other`);
  }
  return [...byPath.values()];
}

/** A file's absolute path; a link on the way out of the tree is refused. */
async function insideTree(root: string, file: string): Promise<string> {
  const full = path.join(root, file);
  const top = await realpath(root);
  const folder = await realpath(path.dirname(full)).catch(() => path.dirname(full));
  const info = await lstat(full).catch(() => undefined);
  if (!isInside(folder, top) || info?.isSymbolicLink() === true) {
    throw new UserError({
      code: 'patch/link',
      message: `${file} is reached through a symbolic link: it is not written`,
      place: { file: full },
      hint: 'replace the link by the file itself',
    });
  }
  return full;
}

function inTheWay(file: string, is: string | undefined, wanted: string): Diagnostic {
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
  const renamed: Target[] = [];
  try {
    for (const t of targets) {
      const temporary = `${t.full}${suffix}.tmp`;
      written.push(temporary);
      await writeFile(temporary, Buffer.from(t.to, 'latin1'), { flag: 'wx' });
      await chmod(temporary, t.mode);
    }
    for (const t of targets) {
      await renameOver(`${t.full}${suffix}.tmp`, t.full);
      renamed.push(t);
    }
  } catch (error) {
    for (const t of renamed) {
      await writeFile(`${t.full}${suffix}.old`, Buffer.from(t.from, 'latin1'));
      await chmod(`${t.full}${suffix}.old`, t.mode);
      await renameOver(`${t.full}${suffix}.old`, t.full);
    }
    throw fileProblem(error, 'write the patched files (nothing was changed)') ?? error;
  } finally {
    for (const temporary of written) await rm(temporary, { force: true });
  }
}
