import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { readJson, writeJson } from '../../system/files.ts';
import { git, gitFailed, runGit } from '../git.ts';
import { gitTree } from '../git-tree.ts';
import type { Checkout } from '../types.ts';
import { CPYTHON_URL, unreachable } from './from-git.ts';
import { locked, makeWhole } from './place.ts';

/** pybench 2.1 ships in CPython 3.1 – 3.6; this is the last release that has it. */
export const PYBENCH_TAG = 'v3.6.15';
const FOLDER = 'Tools/pybench';
const RECORD = 'source.json';

const cachedFolder = (ctx: Context) => path.join(ctx.cacheDir, 'sources', 'pybench-2.1');

const recordSchema = z.object({ schemaVersion: z.literal(1), origin: z.string(), commit: z.string() });

/** A copy of pybench in the cache, and where it comes from. */
export interface ObtainedPybench {
  /** The folder that has `pybench.py`. */
  readonly folder: string;
  /** For people: `Tools/pybench of v3.6.15`. */
  readonly origin: string;
  readonly commit: string;
  readonly hit: boolean;
}

/**
 * pybench 2.1 from CPython's repository: only that folder of one tag is fetched (some 200 kB). Cached.
 * @param options.url another clone of CPython.
 * @throws UserError `checkout/unreachable`, `checkout/git-failed`.
 */
export async function obtainPybench(ctx: Context, options: { readonly url?: string } = {}): Promise<ObtainedPybench> {
  const url = options.url ?? CPYTHON_URL;
  const folder = cachedFolder(ctx);
  return locked(folder, ctx, () =>
    cached(folder, async (temporary) => {
      const origin = `${FOLDER} of CPython ${PYBENCH_TAG}`;
      return runStep(ctx.emit, { id: 'source/pybench', title: `Fetch ${origin} with git` }, async () => {
        const run = async (args: readonly string[]) => {
          const result = await runGit(temporary, args, ctx, { timeoutMs: 10 * 60_000 });
          if (result.exitCode === 0) return;
          const away = unreachable(url, result);
          if (away === undefined) throw gitFailed('fetch pybench', url, result);
          throw new UserError({
            ...(away.diagnostics[0] ?? { code: 'checkout/unreachable', message: away.message }),
            hint: 'name a pybench folder that you have with --pybench DIR: every CPython 3.1 – 3.6 tree has one in Tools/pybench',
          });
        };
        await mkdir(temporary, { recursive: true });
        await run(['init', '-q']);
        await run(['remote', 'add', 'origin', url]);
        await run(['config', 'remote.origin.promisor', 'true']);
        await run(['config', 'remote.origin.partialclonefilter', 'blob:none']);
        await run(['sparse-checkout', 'set', '--cone', FOLDER]);
        const ref = `refs/tags/${PYBENCH_TAG}`;
        await run(['fetch', '-q', '--depth', '1', '--no-tags', '--filter=blob:none', 'origin', `+${ref}:${ref}`]);
        await run(['-c', 'advice.detachedHead=false', 'checkout', '-q', '--detach', PYBENCH_TAG]);
        const commit = await git(temporary, ['rev-parse', 'HEAD'], ctx, 'read the commit');
        return { origin, commit: commit.trim() };
      });
    }),
  );
}

/**
 * pybench as a checkout's own history last had it: for 3.7 and later, which no longer ship it.
 * @returns `undefined` when the checkout is not a git repository or its history does not reach back (a shallow clone).
 */
export async function pybenchFromHistory(checkout: Checkout, ctx: Context): Promise<ObtainedPybench | undefined> {
  if (checkout.base.kind !== 'git') return undefined;
  const file = `${FOLDER}/pybench.py`;
  const args = ['log', '-1', '--format=%H', '--all', '--full-history', '--diff-filter=D', '--', file];
  const here = await runGit(checkout.root, ['cat-file', '-e', `HEAD:./${file}`], ctx);
  const commit = here.exitCode === 0 ? checkout.base.commit : await parentOf(checkout.root, args, ctx);
  if (commit === undefined) return undefined;
  const folder = path.join(ctx.cacheDir, 'sources', `pybench-${commit.slice(0, 16)}`);
  return locked(folder, ctx, () =>
    cached(folder, async (temporary) => {
      const tree = await gitTree(checkout.root, commit, ctx);
      const files = (await tree.list()).filter((name) => name.startsWith(`${FOLDER}/`));
      for (const name of files) {
        const source = await tree.read(name);
        if (source === undefined) continue;
        const to = path.join(temporary, name);
        await mkdir(path.dirname(to), { recursive: true });
        await writeFile(to, source.text, 'latin1');
        if (source.executable) await chmod(to, 0o755);
      }
      return {
        origin: `${FOLDER} of ${tree.version.text}, commit ${commit.slice(0, 12)} of the checkout's history`,
        commit,
      };
    }),
  );
}

/** The commit before the one that a `git log` names, if that is in the history too. */
async function parentOf(root: string, args: readonly string[], ctx: Context): Promise<string | undefined> {
  const removed = await runGit(root, args, ctx, { timeoutMs: 5 * 60_000 });
  const id = removed.stdout.trim();
  if (removed.exitCode !== 0 || id === '') return undefined;
  const parent = await runGit(root, ['rev-parse', '--verify', '--quiet', `${id}^`], ctx);
  return parent.exitCode === 0 ? parent.stdout.trim() : undefined;
}

async function cached(
  folder: string,
  make: (temporary: string) => Promise<{ origin: string; commit: string }>,
): Promise<ObtainedPybench> {
  const record = path.join(folder, RECORD);
  const there = existsSync(record);
  if (!there) {
    await makeWhole(folder, async (temporary) => {
      const made = await make(temporary);
      await writeJson(path.join(temporary, RECORD), { schemaVersion: 1, ...made });
    });
  }
  const read = await readJson(record, recordSchema, "the record of pybench's origin");
  if (read === undefined) throw new Error(`${record} is gone`);
  return { folder: path.join(folder, FOLDER), origin: read.origin, commit: read.commit, hit: there };
}
