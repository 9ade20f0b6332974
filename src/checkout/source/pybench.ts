import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SimpleGit } from 'simple-git';
import type { Context } from '../../system/context.ts';
import { runStep } from '../../system/events.ts';
import { openGit, orNot } from '../git.ts';
import { gitTree } from '../git-tree.ts';
import type { Checkout } from '../types.ts';
import { cached, type ObtainedBenchmarks } from './cached.ts';
import { CPYTHON_URL, orUnreachable } from './from-git.ts';

/** pybench 2.1 ships in CPython 3.1 – 3.6; this is the last release that has it. */
const PYBENCH_TAG = 'v3.6.15';
const FOLDER = 'Tools/pybench';

/**
 * pybench 2.1 from CPython's repository: only that folder of one tag is fetched (some 200 kB). Cached.
 * @param options.url another clone of CPython.
 * @throws UserError `checkout/unreachable`, `checkout/git-failed`.
 */
export async function obtainPybench(
  ctx: Context,
  options: { readonly url?: string } = {},
): Promise<ObtainedBenchmarks> {
  const url = options.url ?? CPYTHON_URL;
  const origin = `${FOLDER} of CPython ${PYBENCH_TAG}`;
  return cached('pybench-2.1', FOLDER, ctx, (temporary) =>
    runStep(ctx.emit, { id: 'source/pybench', title: `Fetch ${origin} with git` }, async () => {
      await mkdir(temporary, { recursive: true });
      const git = await openGit(temporary, ctx, { may: 'fetch', timeoutMs: 10 * 60_000 });
      const ref = `refs/tags/${PYBENCH_TAG}`;
      const fetch = async () => {
        await git.init(['-q']);
        await git.addRemote('origin', url);
        await git.addConfig('remote.origin.promisor', 'true');
        await git.addConfig('remote.origin.partialclonefilter', 'blob:none');
        await git.raw(['sparse-checkout', 'set', '--cone', FOLDER]);
        await git.fetch('origin', `+${ref}:${ref}`, ['-q', '--depth', '1', '--no-tags', '--filter=blob:none']);
        await git.checkout(['-q', '--detach', PYBENCH_TAG]);
        return git.revparse(['HEAD']);
      };
      const hint =
        'name a pybench folder that you have with --pybench DIR: every CPython 3.1 – 3.6 tree has one in Tools/pybench';
      return { origin, commit: await orUnreachable('fetch pybench', url, fetch, hint) };
    }),
  );
}

/**
 * pybench as a checkout's own history last had it: for 3.7 and later, which no longer ship it.
 * @returns `undefined` when the checkout is not a git repository or its history does not reach back (a shallow clone).
 */
export async function pybenchFromHistory(checkout: Checkout, ctx: Context): Promise<ObtainedBenchmarks | undefined> {
  if (checkout.base.kind !== 'git') return undefined;
  const file = `${FOLDER}/pybench.py`;
  const git = await openGit(checkout.root, ctx, { timeoutMs: 5 * 60_000 });
  const here = await orNot(git.catFile(['-e', `HEAD:./${file}`]));
  const commit = here !== undefined ? checkout.base.commit : await lastCommitWith(file, git);
  if (commit === undefined) return undefined;
  return cached(`pybench-${commit.slice(0, 16)}`, FOLDER, ctx, async (temporary) => {
    const tree = await gitTree(checkout.root, commit, ctx);
    for (const name of await tree.list(FOLDER)) {
      const source = await tree.read(name);
      if (source === undefined) continue;
      const to = path.join(temporary, name);
      await mkdir(path.dirname(to), { recursive: true });
      await writeFile(to, source.text, 'latin1');
      if (source.executable) await chmod(to, 0o755);
    }
    const origin = `${FOLDER} of ${tree.version.text}, commit ${commit.slice(0, 12)} of the checkout's history`;
    return { origin, commit };
  });
}

/** The commit before the one that took a file away, if that is in the history too. */
async function lastCommitWith(file: string, git: SimpleGit): Promise<string | undefined> {
  const asked = ['log', '-1', '--format=%H', '--all', '--full-history', '--diff-filter=D', '--', file];
  const id = (await orNot(git.raw(asked)))?.trim() ?? '';
  return id === '' ? undefined : orNot(git.revparse(['--verify', '--quiet', `${id}^`]));
}
