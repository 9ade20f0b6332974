import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { summary } from '@actions/core';
import { type RunFolder, readRunRecord, runFolder } from '../run/folder.ts';
import { UserError } from '../system/diagnostic.ts';
import { judged } from '../work/gates.ts';
import { reviewOfRunFiles } from '../work/review/of-run.ts';
import { missingComment, postComment, pullRequestFor } from './comments.ts';
import { earlierRunOf, eventPayload, type PullRequest, repositoryOf, runUrl } from './event.ts';
import type { Host } from './host.ts';
import { gatesOf } from './inputs.ts';
import { setOutputs } from './outputs.ts';
import { commentBody, summaryText } from './texts.ts';

/** More folders than these are no artifact of ours. */
const MOST_ENTRIES = 1000;

/**
 * The second workflow: comments on what an earlier run, which had no right to, has found. Its artifact was made beside
 * a stranger's code. So nothing in it decides where the comment goes (the event and the API say that), nothing of it is
 * executed, its record is validated, and what it says is told as text.
 * @throws UserError
 */
export async function commentCommand(host: Host): Promise<0> {
  const { given, env, mask } = host;
  const earlier = earlierRunOf(env, await eventPayload(env));
  const folder = await findRunFolder(path.resolve(host.workspace, given('run') || '.'));
  if (folder === undefined) {
    host.say('the earlier run left no run folder: there is nothing to comment on');
    setOutputs({ verdict: 'error', gates: [] }, mask);
    return 0;
  }
  const record = await readRunRecord(folder);
  const files = record.patches.flatMap(({ file }) => file ?? []);
  const { results, exitCode } = judged(record, await gatesOf(given, host.workspace));
  const review = files.length > 0 ? await reviewOfRunFiles(folder.dir, record) : undefined;
  const url = runUrl(env, given('run-id'));
  const told = { record, review, gates: results, remarks: [], links: url === undefined ? {} : { 'The job': url } };
  const pull = await pullOf(host, earlier);
  const posted = await postComment(host, pull, (marker) => commentBody(told, marker));
  host.say('url' in posted ? `commented: ${posted.url}` : `no comment: ${posted.why}`);
  const remarks = missingComment(posted, host);
  await summary.addRaw(mask(summaryText({ ...told, remarks }))).write();
  setOutputs({ verdict: exitCode === 0 ? 'ok' : 'not-ok', folder: folder.dir, record, gates: results, posted }, mask);
  return 0;
}

async function pullOf(host: Host, earlier: ReturnType<typeof earlierRunOf>): Promise<PullRequest> {
  if (host.token === '') return { why: 'there is no token to comment with' };
  const { getOctokit } = await import('@actions/github');
  try {
    const number = await pullRequestFor(getOctokit(host.token), repositoryOf(host.env), earlier);
    return number === undefined ? { why: 'no open pull request has this commit as its newest' } : { number };
  } catch (error) {
    if (error instanceof UserError) throw error;
    return { why: `the API did not say which pull request it is: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** The folder itself, or the one below it that holds a run: artifacts may be unpacked into a folder of their name. */
async function findRunFolder(dir: string): Promise<RunFolder | undefined> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory()).slice(0, MOST_ENTRIES);
  for (const candidate of [dir, ...below.map(({ name }) => path.join(dir, name))]) {
    const found = runFolder(candidate);
    if ((await stat(found.record).catch(() => undefined))?.isFile()) return found;
  }
  return undefined;
}
