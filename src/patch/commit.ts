import { UserError } from '../system/diagnostic.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { applyPatches } from './apply.ts';
import { commitMessage } from './message.ts';
import type { GeneratedPatch } from './types.ts';

export interface CommitOptions {
  /** The user's environment: git finds its configuration and the committer's name through it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** A commit that was made. */
export interface MadeCommit {
  readonly recipe: string;
  readonly commit: string;
}

/**
 * Applies patches and commits each by itself, with the patch's message, as the user. Only the files that a patch touches
 * are committed.
 * @throws UserError (exit code 2) when the folder is not in a git repository or other changes are staged; as
 * `applyPatches` when local edits are in the way. Commits that were made before a failure stay.
 */
export async function commitPatches(
  root: string,
  patches: readonly GeneratedPatch[],
  options: CommitOptions,
): Promise<readonly MadeCommit[]> {
  const { PATH, HOME, XDG_CONFIG_HOME, GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL } =
    options.env;
  const identity = { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL };
  const env = { PATH, HOME, XDG_CONFIG_HOME, ...identity, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const git = async (args: readonly string[], doing: string, input?: string): Promise<ProcessResult> => {
    const result = await runProcess('git', args, { cwd: root, env, timeoutMs: 120_000, signal: options.signal, input });
    if (result.exitCode === 0) return result;
    throw new UserError({
      code: result.notFound ? 'patch/no-git' : 'patch/git',
      message: result.notFound ? 'git is not installed' : `cannot ${doing}`,
      detail: result.stderr.trim().split('\n').slice(0, 12),
      hint: result.notFound ? 'apt-get install git' : 'see what git says',
    });
  };
  await git(['rev-parse', '--is-inside-work-tree'], `commit: ${root} is not in a git repository`);
  const staged = (await git(['diff', '--cached', '--name-only', '-z'], 'look at what is staged')).stdout;
  if (staged !== '') {
    throw new UserError({
      code: 'patch/staged',
      message: "other changes are staged: they would not be part of the patch's commit",
      detail: staged.split('\0').filter((f) => f !== ''),
      hint: 'commit them first, or unstage them with `git restore --staged .`',
    });
  }
  const touched = [...new Set(patches.flatMap((patch) => patch.files.map((file) => file.path)))];
  const status = await git(['status', '--porcelain=v1', '-z', '--', ...touched], 'look at the files that are patched');
  refuseUnclean(status.stdout);
  await applyPatches(root, patches, { check: true });
  const made: MadeCommit[] = [];
  for (const patch of patches) {
    const { nothingToDo, files } = await applyPatches(root, [patch]);
    if (nothingToDo) continue;
    const { subject, body } = commitMessage(patch);
    const message = `${subject}\n\n${body}\n`;
    try {
      await git(['add', '--', ...files], 'stage the patched files');
      await git(
        ['commit', '-q', '--cleanup=verbatim', '-F', '-', '--', ...files],
        `commit ${patch.recipe.id}`,
        message,
      );
    } catch (error) {
      // The files go back to what they were: a patch is committed, or not there.
      await git(['restore', '--staged', '--', ...files], 'unstage').catch(() => undefined);
      await applyPatches(root, [patch], { reverse: true });
      throw error;
    }
    const commit = (await git(['rev-parse', 'HEAD'], 'read the commit')).stdout.trim();
    made.push({ recipe: patch.recipe.id, commit });
  }
  return made;
}

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
