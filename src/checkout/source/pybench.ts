import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SimpleGit } from 'simple-git';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { runStep } from '../../system/events.ts';
import { readJson, writeJson } from '../../system/files.ts';
import { openGit, orNot } from '../git.ts';
import { gitTree } from '../git-tree.ts';
import type { Checkout } from '../types.ts';
import { CPYTHON_URL, orUnreachable } from './from-git.ts';
import { locked, makeWhole } from './place.ts';

/** pybench 2.1 ships in CPython 3.1 – 3.6; this is the last release that has it. */
const PYBENCH_TAG = 'v3.6.15';
const FOLDER = 'Tools/pybench';
const RECORD = 'source.json';

const recordSchema = z.object({ schemaVersion: z.literal(1), origin: z.string(), commit: z.string() });

interface ObtainedPybench {
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
  const origin = `${FOLDER} of CPython ${PYBENCH_TAG}`;
  return cached('pybench-2.1', ctx, (temporary) =>
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
export async function pybenchFromHistory(checkout: Checkout, ctx: Context): Promise<ObtainedPybench | undefined> {
  if (checkout.base.kind !== 'git') return undefined;
  const file = `${FOLDER}/pybench.py`;
  const git = await openGit(checkout.root, ctx, { timeoutMs: 5 * 60_000 });
  const here = await orNot(git.catFile(['-e', `HEAD:./${file}`]));
  const commit = here !== undefined ? checkout.base.commit : await lastCommitWith(file, git);
  if (commit === undefined) return undefined;
  return cached(`pybench-${commit.slice(0, 16)}`, ctx, async (temporary) => {
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

/** What is in the cache's folder `name`, made when it is not there. */
async function cached(
  name: string,
  ctx: Context,
  make: (temporary: string) => Promise<{ origin: string; commit: string }>,
): Promise<ObtainedPybench> {
  const folder = path.join(ctx.cacheDir, 'sources', name);
  const record = path.join(folder, RECORD);
  return locked(folder, ctx, async () => {
    const hit = existsSync(record);
    if (!hit) {
      await makeWhole(folder, async (temporary) => {
        const made = await make(temporary);
        await writeJson(path.join(temporary, RECORD), { schemaVersion: 1, ...made });
      });
    }
    const read = await readJson(record, recordSchema, "the record of pybench's origin");
    if (read === undefined) throw new Error(`${record} is gone`);
    return { folder: path.join(folder, FOLDER), origin: read.origin, commit: read.commit, hit };
  });
}
