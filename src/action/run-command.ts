import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { info, summary } from '@actions/core';
import { newRunFolder } from '../run/folder.ts';
import { ALL_STAGES } from '../run/stages/list.ts';
import type { RunRecord } from '../run/types.ts';
import { assetPath } from '../system/assets.ts';
import { runStep } from '../system/events.ts';
import { writeFileAtomic } from '../system/files.ts';
import { gateLines, judged } from '../work/gates.ts';
import { recipeId } from '../work/recipes.ts';
import { performRun } from '../work/run.ts';
import { gateProblem, missingComment, postComment } from './comments.ts';
import { commitsOfPull, eventPayload, type PullRequest, refuseTrustedEvent, runLinks } from './event.ts';
import type { Host } from './host.ts';
import { gatesOf, runInputs, switchOf } from './inputs.ts';
import { setOutputs } from './outputs.ts';
import { commentBody, summaryText, type Told } from './texts.ts';

/** `forkwright run`, and everything that GitHub shows of it. @returns the exit code. @throws UserError, Cancelled. */
export async function runCommand(host: Host, pull: PullRequest): Promise<0 | 1 | 2> {
  const { given, env, ctx, mask, annotations } = host;
  refuseTrustedEvent(env);
  const wantsComment = switchOf(given, 'comment', true);
  const commits = commitsOfPull(env, await eventPayload(env));
  const named = runInputs(given, '', commits).recipes;
  const title = named[0] === commits ? `pull-request-${pull.number ?? ''}` : named.map(recipeId).join('+');
  const { dir } = await newRunFolder(host.temp, title, new Date());
  const { recipes, options, args } = runInputs(given, dir, commits);
  const gates = await gatesOf(given, host.workspace, options.failOn);
  const asked = { ...ctx, commandLine: ['forkwright', 'run', ...args] };
  const done = await withMatchers(host.temp, () => performRun(recipes, options, ALL_STAGES, asked));
  const { folder, record, review } = done;
  const { results, exitCode } = judged(record, gates);
  for (const target of record.targets) {
    for (const problem of target.buildFailure ?? []) await annotations.addBuildFailure(problem);
  }
  for (const result of results) if (!result.passed) annotations.add('error', gateProblem(result));
  for (const line of gateLines(results)) host.say(line);

  if (host.given('mask') !== '') await maskFolder(folder, mask);
  const remarks: string[] = [];
  const artifact = await keepFolder(host, folder, remarks);
  await keepBuilds(host, record);
  const told: Told = { record, review, gates: results, remarks, links: runLinks(env, artifact) };
  const posted = wantsComment ? await postComment(host, pull, (marker) => commentBody(told, marker)) : undefined;
  if (posted !== undefined && 'why' in posted) host.say(`no comment: ${posted.why}`);
  remarks.push(...missingComment(posted, host));
  await summary.addRaw(mask(summaryText(told))).write();
  const verdict = exitCode === 0 ? 'ok' : exitCode === 1 ? 'not-ok' : 'error';
  setOutputs({ verdict, folder, record, gates: results, posted, artifact }, mask);
  host.say(`run folder: ${path.relative(host.workspace, folder)}`);
  return exitCode;
}

async function keepFolder(host: Host, folder: string, remarks: string[]): Promise<number | undefined> {
  const name = host.given('artifact-name') || 'forkwright';
  if (name === 'none') return undefined;
  return runStep(host.ctx.emit, { id: 'artifact', title: 'Artifact' }, async (step) => {
    try {
      const { DefaultArtifactClient } = await import('@actions/artifact');
      // Its number, for its address; none when the service gives none.
      return (await new DefaultArtifactClient().uploadArtifact(name, await filesOf(folder), folder)).id;
    } catch (error) {
      step.outcome('skipped');
      remarks.push(`The run folder could not be kept as an artifact: ${(error as Error).message.split('\n')[0]}`);
      host.say(remarks.at(-1) ?? '');
      return undefined;
    }
  });
}

async function keepBuilds({ cache, ctx, given }: Host, record: RunRecord): Promise<void> {
  if (cache === undefined) return;
  // The other cells of a matrix share the baseline alone; with every patched build beside them the cache, which is small,
  // would drop baselines before they are asked for (docs/scale.md).
  const builds = given('cell') === '' ? [] : record.targets.flatMap((target) => target.builds);
  const own = builds.filter(({ variant }) => variant !== 'baseline').map(({ build }) => build.key);
  await runStep(ctx.emit, { id: 'cache', title: 'Builds for the next time' }, async (step) => {
    const kept = await cache.keep(ctx.cacheDir, new Set(own));
    step.note(kept === 0 ? 'nothing new' : `${kept} kept`);
  });
}

/**
 * While `body` runs, compilers' errors in the log become annotations.
 * @param folder for the matchers' file: the runner reads it by its path, which in a container is another than ours.
 */
async function withMatchers<T>(folder: string, body: () => Promise<T>): Promise<T> {
  const text = await readFile(assetPath('action/problem-matchers.json'), 'utf8');
  const { problemMatcher } = JSON.parse(text) as { problemMatcher: readonly { owner: string }[] };
  const file = path.join(folder, 'problem-matchers.json');
  await writeFile(file, text);
  info(`::add-matcher::${file.replace(/%/g, '%25')}`);
  try {
    return await body();
  } finally {
    for (const { owner } of problemMatcher) info(`::remove-matcher owner=${owner}::`);
  }
}

/** What people read; samples and patches are as they are. */
const TEXTS = /\.(?:md|html|json|log|txt)$/;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Hides in a folder's texts what the workflow wants hidden: the runner masks logs, not artifacts. */
async function maskFolder(folder: string, mask: (text: string) => string): Promise<void> {
  for (const file of (await filesOf(folder)).filter((name) => TEXTS.test(name))) {
    // As bytes: logs of compilers may be in any encoding.
    const text = await readFile(file, 'latin1');
    const masked = mask(text);
    if (masked !== text) await writeFileAtomic(file, Buffer.from(masked, 'latin1'));
  }
}
