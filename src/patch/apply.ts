import { lstat } from 'node:fs/promises';
import { lineAt, lineText } from '../c/lex.ts';
import { readLatin1 } from '../checkout/latin1.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { holding } from '../system/held.ts';
import { insideTree } from './inside-tree.ts';
import { type FileWrite, Transaction } from './transaction.ts';
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

/**
 * Writes patches into a tree: all of them, or nothing, also when the process is killed (`transaction.ts`). A file is
 * written only when its bytes are exactly those that the patch was made from.
 * @throws UserError: exit code 1 when local edits are in the way (with their places), 2 when the tree cannot be written
 * or another process writes there.
 */
export async function applyPatches(
  root: string,
  patches: readonly GeneratedPatch[],
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  if (options.check === true) return resultOf(await writesOf(root, patches, options));
  return holding(() =>
    inTransaction(root, async (transaction) => {
      const writes = await writesOf(root, patches, options);
      if (writes.length > 0) await transaction.write(writes);
      await transaction.finish();
      return resultOf(writes);
    }),
  );
}

/** A body with the sole right to write into a checkout. @throws UserError `patch/busy`, `patch/unfinished`. */
export async function inTransaction<T>(root: string, body: (transaction: Transaction) => Promise<T>): Promise<T> {
  const transaction = await Transaction.claim(root);
  try {
    if ((await transaction.unfinished()) !== undefined) {
      throw new UserError({
        code: 'patch/unfinished',
        message: 'another `forkwright apply` was interrupted in this checkout meanwhile: nothing was changed',
        place: { file: root },
        hint: 'run the command again: it puts that back first',
      });
    }
    return await body(transaction);
  } finally {
    await transaction.release();
  }
}

const resultOf = (writes: readonly FileWrite[]): ApplyResult => ({
  files: writes.map((write) => write.path),
  nothingToDo: writes.length === 0,
});

/** What is to be written; nothing when all is as wanted. @throws UserError as `applyPatches`. */
export async function writesOf(
  root: string,
  patches: readonly GeneratedPatch[],
  options: ApplyOptions = {},
): Promise<readonly FileWrite[]> {
  const targets: FileWrite[] = [];
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
    targets.push({ path: change.path, from, to, mode: mode & 0o7777 });
  }
  if (problems.length > 0) throw new UserError(problems, 1);
  if (asWanted === targets.length) return [];
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
  return targets;
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
