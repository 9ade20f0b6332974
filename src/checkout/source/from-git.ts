import { mkdir } from 'node:fs/promises';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { GitExit, gitFailed, openGit, orExit } from '../git.ts';

export const CPYTHON_URL = 'https://github.com/python/cpython';

interface RemoteRef {
  /** A full ref name (`refs/tags/v3.8.5`), or a commit's id. */
  readonly name: string;
  readonly commit: string;
}

/**
 * Finds a ref in a repository that is not here: a tag, a branch, the default branch (`undefined`), or a commit's full id.
 * @throws UserError `checkout/unreachable`, or `checkout/no-ref` with the nearest names.
 */
export async function resolveRemote(url: string, ref: string | undefined, ctx: Context): Promise<RemoteRef> {
  if (ref !== undefined && /^[0-9a-f]{40}$/.test(ref)) return { name: ref, commit: ref };
  const names = await listRemote(url, ctx);
  const wanted = ref === undefined ? ['HEAD'] : [`refs/tags/${ref}`, `refs/heads/${ref}`];
  for (const name of wanted) {
    const commit = names.get(name);
    if (commit !== undefined) return { name, commit };
  }
  throw new UserError({
    code: 'checkout/no-ref',
    message: `${url} has no tag or branch ${ref ?? 'HEAD'}`,
    hint: `\`git ls-remote ${url}\` lists what it has`,
    detail: [...names.keys()].filter((name) => ref !== undefined && name.includes(ref)).slice(0, 8),
  });
}

/**
 * The newest release of a series (`3.10`) in CPython's repository, or exactly the one asked for. Before a series' first
 * release, its newest alpha, beta, or candidate.
 */
export async function resolveRelease(
  url: string,
  short: string,
  exact: string | undefined,
  ctx: Context,
): Promise<RemoteRef> {
  if (exact !== undefined) return resolveRemote(url, `v${exact}`, ctx);
  const names = await listRemote(url, ctx);
  const tag = newestRelease(short, [...names.keys()]);
  const commit = tag === undefined ? undefined : names.get(tag);
  if (tag === undefined || commit === undefined) return resolveRemote(url, short, ctx);
  return { name: tag, commit };
}

/** The newest of `refs/tags/vX.Y.Z` of a series: a final release, else the last of what led to one. */
export function newestRelease(short: string, names: readonly string[]): string | undefined {
  const stages = ['a', 'b', 'c', 'rc', undefined];
  const releases = names.flatMap((name) => {
    const found = /^refs\/tags\/v(\d+\.\d+)(?:\.(\d+))?(?:(a|b|c|rc)(\d+))?$/.exec(name);
    if (found === null || found[1] !== short) return [];
    const key = [Number(found[2] ?? 0), stages.indexOf(found[3]), Number(found[4] ?? 0)];
    return [{ name, final: found[3] === undefined, key }];
  });
  const finals = releases.filter((release) => release.final);
  const compare = (a: readonly number[], b: readonly number[]) =>
    a.map((value, i) => value - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return (finals.length > 0 ? finals : releases).sort((a, b) => compare(a.key, b.key)).at(-1)?.name;
}

/**
 * Fetches one commit of a repository, without its history, into a new folder, and checks it out.
 * @throws UserError `checkout/unreachable`, `checkout/git-failed`.
 */
export async function fetchFromGit(
  url: string,
  ref: RemoteRef,
  folder: string,
  label: string,
  ctx: Context,
): Promise<void> {
  await runStep(ctx.emit, { id: `source/${label}/git`, title: `Fetch ${label} with git` }, async (step) => {
    await mkdir(folder, { recursive: true });
    const git = await openGit(folder, ctx, { may: 'fetch', timeoutMs: 30 * 60_000 });
    // With its own name here, so that `git describe` and people find the tag or branch again.
    const branch = /^refs\/heads\/(.+)$/.exec(ref.name)?.[1];
    const to =
      branch !== undefined ? `:refs/remotes/origin/${branch}` : ref.name.startsWith('refs/tags/') ? `:${ref.name}` : '';
    await orUnreachable(`fetch ${label}`, url, async () => {
      await git.init(['-q']);
      await git.addRemote('origin', url);
      await git.fetch('origin', `+${ref.name}${to}`, ['-q', '--depth', '1', '--no-tags']);
      await git.checkout(['-q', '--detach', 'FETCH_HEAD']);
    });
    step.note(`${ref.name.replace(/^refs\/(tags|heads)\//, '')}, commit ${ref.commit.slice(0, 12)}`);
  });
}

/** All refs of a remote repository: name → commit (of annotated tags the commit that they mean). */
async function listRemote(url: string, ctx: Context): Promise<ReadonlyMap<string, string>> {
  const git = await openGit('/', ctx, { may: 'fetch' });
  const said = await orUnreachable(`list the refs of ${url}`, url, async () => git.listRemote(['--', url]));
  const names = new Map<string, string>();
  for (const line of said.split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit !== undefined && name !== undefined) names.set(name.replace(/\^\{\}$/, ''), commit);
  }
  return names;
}

/**
 * What is asked of a remote repository.
 * @throws UserError `checkout/unreachable` when it does not answer, with `hint`; else `checkout/git-failed`.
 */
export async function orUnreachable<T>(
  doing: string,
  url: string,
  work: () => Promise<T>,
  hint = 'check the address and the network, or name a tree that you have with --checkout DIR',
): Promise<T> {
  const said = await orExit(work());
  if (!(said instanceof GitExit)) return said;
  const words = said.result.stderr;
  if (!SILENT.test(words)) throw gitFailed(doing, url, said);
  throw new UserError({
    code: 'checkout/unreachable',
    message: `git cannot reach ${url}`,
    detail: words.trim().split('\n').slice(-3),
    hint,
  });
}

const SILENT =
  /Could not resolve|unable to access|Connection (refused|timed out|reset)|Could not read from remote|does not appear to be a git repository|not found|unable to connect|Authentication failed|terminal prompts disabled/i;
