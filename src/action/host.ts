import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { isDebug, setSecret } from '@actions/core';
import { cacheFolder, markCache } from '../system/cache-folder.ts';
import type { Context } from '../system/context.ts';
import { makeFolder } from '../system/files.ts';
import { openTerminal } from '../system/terminal.ts';
import { recipeFolders } from '../work/recipes.ts';
import { openAnnotations } from './annotate.ts';
import { BuildCache } from './build-cache.ts';
import type { Env } from './event.ts';
import { type Given, jobsOf, linesOf, switchOf } from './inputs.ts';
import { masker, neutralText } from './neutral.ts';
import { logProgress } from './progress.ts';

export type Host = Awaited<ReturnType<typeof openHost>>;

/** Variables of the runner that no process of ours must see. */
const RUNNERS_OWN = /^(?:INPUT_|ACTIONS_|GITHUB_TOKEN$|GITHUB_(?:ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$)/;

/**
 * The machine that the runner gives a job, and how things are said there: `say` is for the log, and nothing in its text is
 * a command; `temp` is a new folder of this step's own.
 * @throws UserError for inputs that cannot be read.
 */
export async function openHost(env: Env, given: Given, signal: AbortSignal) {
  const workspace = path.resolve(env.GITHUB_WORKSPACE || process.cwd());
  const token = given('token');
  const hidden = [token, ...given('mask').split(/\r?\n/)].filter((secret) => secret.trim() !== '');
  for (const secret of hidden) setSecret(secret);
  const mask = masker([...hidden, env.ACTIONS_RUNTIME_TOKEN, env.ACTIONS_ID_TOKEN_REQUEST_TOKEN, env.GITHUB_TOKEN]);
  const { out } = openTerminal();
  const say = (text: string) => out(`${mask(neutralText(text))}\n`);
  const annotations = openAnnotations({
    workspace,
    checkout: path.resolve(workspace, given('checkout') || '.'),
    recipeFolders: recipeFolders(linesOf(given('recipes-dir'))),
    mask,
  });
  const emit = logProgress(say, annotations, isDebug());
  const cache = switchOf(given, 'cache', true) ? new BuildCache(emit) : undefined;
  const parent = path.resolve(env.RUNNER_TEMP || tmpdir());
  await makeFolder(parent);
  const ctx: Context = {
    emit,
    signal,
    cacheDir: cacheFolder(env),
    jobs: jobsOf(given) ?? availableParallelism(),
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !RUNNERS_OWN.test(name))),
    elsewhere: cache,
  };
  markCache(ctx.cacheDir);
  const temp = await mkdtemp(path.join(parent, 'forkwright-'));
  return { env, given, workspace, token, mask, say, annotations, ctx, cache, temp };
}
