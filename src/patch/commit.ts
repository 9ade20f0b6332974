import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { SimpleGit } from 'simple-git';
import { APPLYING } from '../checkout/build-products.ts';
import { type GitContext, openGit, orFail } from '../checkout/git.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { holding } from '../system/held.ts';
import { applyPatches, inTransaction, writesOf } from './apply.ts';
import { commitMessage } from './message.ts';
import { Transaction } from './transaction.ts';
import type { GeneratedPatch } from './types.ts';

export interface MadeCommit {
  readonly recipe: string;
  readonly commit: string;
}

/**
 * Applies patches and commits each by itself, with the patch's message, as the user. Only the files that a patch touches
 * are committed. The repository's own hooks and filters run, as with every commit, when git says that it is the user's.
 * @throws UserError (exit code 2) when the folder is not in a git repository or other changes are staged; as
 * `applyPatches` when local edits are in the way. Commits that were made before a failure stay.
 */
export async function commitPatches(
  root: string,
  patches: readonly GeneratedPatch[],
  ctx: Pick<Context, 'env' | 'signal' | 'emit'>,
): Promise<readonly MadeCommit[]> {
  const how = { may: 'own', timeoutMs: 120_000 } as const;
  const git = await openGit(root, ctx, how);
  const must = <T>(doing: string, call: PromiseLike<T>) => orFail(doing, root, call);
  // What is looked at before is nobody's program's to answer.
  const look = await openGit(root, ctx);
  await must(`commit: ${root} is not in a git repository`, look.revparse(['--is-inside-work-tree']));
  const staged = await must('look at what is staged', look.diff(['--cached', '--name-only', '-z']));
  if (staged !== '') {
    throw new UserError({
      code: 'patch/staged',
      message: "other changes are staged: they would not be part of the patch's commit",
      detail: staged.split('\0').filter((f) => f !== ''),
      hint: 'commit them first, or unstage them with `git restore --staged .`',
    });
  }
  const touched = [...new Set(patches.flatMap((patch) => patch.files.map((file) => file.path)))];
  const asked = ['status', '--porcelain=v1', '-z', '--', ...touched];
  refuseUnclean(await must('look at the files that are patched', git.raw(asked)));
  await applyPatches(root, patches, { check: true });
  await tellHooks(git, root, ctx);
  const made: MadeCommit[] = [];
  const commitOne = async (patch: GeneratedPatch, transaction: Transaction) => {
    const writes = await writesOf(root, [patch]);
    if (writes.length === 0) return;
    const files = writes.map(({ path: file }) => file);
    const { subject, body } = commitMessage(patch);
    const before = await must('read the last commit', look.revparse(['HEAD']));
    await transaction.write(writes, before);
    try {
      await must('stage the patched files', git.add(['--', ...files]));
      const message = `${subject}\n\n${body}\n`;
      await must(`commit ${patch.recipe.id}`, git.commit(message, ['-q', '--cleanup=verbatim', '--', ...files]));
    } catch (error) {
      // Also after Ctrl-C, which the calls above obey: a patch is committed, or not there.
      await takeBackCommit(transaction, files, before, { env: ctx.env, signal: new AbortController().signal });
      throw error;
    }
    await transaction.finish();
    made.push({ recipe: patch.recipe.id, commit: await must('read the commit', look.revparse(['HEAD'])) });
  };
  await inTransaction(root, async (transaction) => {
    for (const patch of patches) await commitOne(patch, transaction);
  });
  return made;
}

/** Files that were to be committed on `head` are as before, and not staged; once they are committed, they stay. */
async function takeBackCommit(
  transaction: Transaction,
  files: readonly string[],
  head: string,
  ctx: GitContext,
): Promise<readonly string[]> {
  const git = await openGit(transaction.root, ctx, { may: 'own' });
  if ((await git.revparse(['HEAD'])) !== head) {
    await transaction.finish();
    return [];
  }
  const lock = path.resolve(transaction.root, await git.revparse(['--git-path', 'index.lock']));
  if (existsSync(lock)) {
    throw new UserError({
      code: 'patch/git-at-work',
      message: 'git is at work in this repository, or was killed: the patch is neither committed nor taken back',
      place: { file: lock },
      hint: 'when no git runs there any more, delete the file; then `forkwright apply --recover` puts the files back',
    });
  }
  const must = <T>(call: PromiseLike<T>) => orFail('unstage the patched files', transaction.root, call);
  // git knows nothing of files that the patch makes before they are staged.
  const named = await must(git.raw(['diff', '--cached', '--no-renames', '--name-only', '-z', '--', ...files]));
  const staged = named.split('\0').filter((file) => file !== '');
  if (staged.length > 0) await must(git.raw(['restore', '--staged', '--', ...staged]));
  return transaction.takeBack();
}

/**
 * Puts back what a killed `apply` left half done in a checkout; nothing where there is no such thing.
 * @returns the files that were put back.
 * @throws UserError `patch/busy` while it still runs; `patch/interrupted` when the files were edited since.
 */
export async function recoverApply(root: string, ctx: GitContext): Promise<readonly string[]> {
  if (!existsSync(path.join(root, APPLYING))) return [];
  return holding(async () => {
    const transaction = await Transaction.claim(root);
    try {
      const journal = await transaction.unfinished();
      if (journal?.head === undefined) return await transaction.takeBack();
      const files = journal.files.map(({ path: file }) => file);
      return await takeBackCommit(transaction, files, journal.head, ctx);
    } finally {
      await transaction.release();
    }
  });
}

/** Says which programs of the repository run with a commit. */
async function tellHooks(git: SimpleGit, root: string, ctx: Pick<Context, 'emit'>): Promise<void> {
  const folder = path.resolve(root, (await git.raw(['rev-parse', '--git-path', 'hooks'])).replace(/\n$/, ''));
  const there: string[] = [];
  for (const name of HOOKS) {
    if (
      await access(path.join(folder, name), constants.X_OK)
        .then(() => true)
        .catch(() => false)
    )
      there.push(name);
  }
  if (there.length === 0) return;
  const text = `the repository's own hooks run with each commit: ${there.join(', ')} (git says that it is yours)`;
  ctx.emit({ type: 'message', level: 'info', text });
}

/** Those that `git commit` runs, by githooks(5). */
const HOOKS = [
  'pre-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'post-index-change',
  'reference-transaction',
];

/** A commit must hold the patch and nothing else: neither the user's own edits of its files, nor whole files that git does not know. */
function refuseUnclean(status: string): void {
  const unclean = status.split('\0').filter((entry) => entry !== '');
  if (unclean.length === 0) return;
  const untracked = unclean.some((entry) => entry.startsWith('??'));
  throw new UserError({
    code: untracked ? 'patch/untracked' : 'patch/uncommitted',
    message: untracked
      ? 'files that the patch changes are not tracked: the commit would hold them whole'
      : "files that the patch changes have uncommitted edits: they would become part of the patch's commit",
    detail: unclean,
    hint: 'commit them first, or apply without --commit',
  });
}
