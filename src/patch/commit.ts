import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { SimpleGit } from 'simple-git';
import { openGit, orFail, orNot } from '../checkout/git.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { applyPatches } from './apply.ts';
import { commitMessage } from './message.ts';
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
  for (const patch of patches) {
    const { nothingToDo, files } = await applyPatches(root, [patch]);
    if (nothingToDo) continue;
    const { subject, body } = commitMessage(patch);
    const before = await must('read the last commit', look.revparse(['HEAD']));
    try {
      await must('stage the patched files', git.add(['--', ...files]));
      const message = `${subject}\n\n${body}\n`;
      await must(`commit ${patch.recipe.id}`, git.commit(message, ['-q', '--cleanup=verbatim', '--', ...files]));
    } catch (error) {
      // Also after Ctrl-C, which the calls above obey: a patch is committed, or not there.
      const undo = await openGit(root, { env: ctx.env, signal: new AbortController().signal }, how);
      if ((await undo.revparse(['HEAD'])) === before) {
        await orNot(undo.raw(['restore', '--staged', '--', ...files]));
        await applyPatches(root, [patch], { reverse: true });
      }
      throw error;
    }
    made.push({ recipe: patch.recipe.id, commit: await must('read the commit', look.revparse(['HEAD'])) });
  }
  return made;
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
