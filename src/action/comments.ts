import type { GitHub } from '@actions/github/lib/utils';
import { diagnosticMarkdown } from '../document/markdown/blocks.ts';
import { markdownText } from '../document/markdown/escape.ts';
import { placeText } from '../document/printable.ts';
import type { GateResult } from '../run/gates/index.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { type EarlierRun, type PullRequest, type Repository, repositoryOf } from './event.ts';
import type { Host } from './host.ts';
import { COMMENT_LIMIT } from './texts.ts';

export type Posted = { readonly url: string } | { readonly why: string };

/** Writes or renews the comment. A refusal is told, and fails nothing: the summary has it all. */
export async function postComment(host: Host, pull: PullRequest, bodyFor: (marker: string) => string): Promise<Posted> {
  if (pull.number === undefined) return { why: pull.why };
  if (host.token === '') return { why: 'there is no token to comment with' };
  const marker = markerOf(host.given('comment-id') || 'forkwright');
  const body = host.mask(bodyFor(marker));
  try {
    const { getOctokit } = await import('@actions/github');
    const api = getOctokit(host.token);
    return { url: await putComment(api, repositoryOf(host.env), pull.number, body, marker) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { status, message } = error as { status?: number; message?: string };
    const known =
      status === 403 || status === 404 ? 'the token may not comment (permissions: pull-requests: write)' : '';
    return { why: known || `the API did not take it: ${status ?? ''} ${(message ?? '').split('\n')[0]}`.trim() };
  }
}

type Api = InstanceType<typeof GitHub>;

/** What GitHub's description of the API names; octokit's own default is an older name of the same. */
const headers = { accept: 'application/json' };

const PER_PAGE = 100;
/** A pull request with more comments than these gets a new one. */
const MOST_PAGES = 30;

/** What tells our comment from others; invisible. Only letters of `id` that can end neither the comment nor the marker. */
export const markerOf = (id: string): string => `<!-- forkwright:${id.replace(/[^\w-]+/g, '-').slice(0, 80)} -->`;

/**
 * Writes the comment, or writes it anew where it is already: one a pull request, however often it is pushed to.
 * @returns its address. @throws what octokit throws when the API refuses.
 */
async function putComment(api: Api, at: Repository, number: number, body: string, marker: string): Promise<string> {
  const known = await findComment(api, at, number, marker);
  const { data } =
    known === undefined
      ? await api.rest.issues.createComment({ ...at, issue_number: number, body, headers })
      : await api.rest.issues.updateComment({ ...at, comment_id: known, body, headers });
  return data.html_url;
}

async function findComment(api: Api, at: Repository, number: number, marker: string): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data } = await api.rest.issues.listComments({
      ...at,
      issue_number: number,
      per_page: PER_PAGE,
      page,
      headers,
    });
    // A person may quote the marker: only a bot's comment can be ours.
    const own = data.find((comment) => comment.user?.type === 'Bot' && comment.body?.startsWith(marker));
    if (own !== undefined) return own.id;
    if (data.length < PER_PAGE) return undefined;
  }
  return undefined;
}

/** The open pull request whose newest commit is the one that the earlier run was for. */
export async function pullRequestFor(api: Api, at: Repository, run: EarlierRun): Promise<number | undefined> {
  const { data } = await api.rest.pulls.list({
    ...at,
    state: 'open',
    head: `${run.owner}:${run.branch}`,
    per_page: PER_PAGE,
    headers,
  });
  return data.find(({ head }) => head.sha === run.sha)?.number;
}

/** For runs that came to no record: what is wrong, as markdown for a comment or a summary. */
export function problemsText(
  diagnostics: readonly Diagnostic[],
  { marker = '', remark = '', shown = placeText }: { marker?: string; remark?: string; shown?: typeof placeText } = {},
): string {
  const head = [marker, '## ✗ Forkwright could not do what it was asked for', remark && `> ${markdownText(remark)}`];
  const parts = head.filter((part) => part !== '');
  for (const diagnostic of diagnostics) {
    const part = diagnosticMarkdown(diagnostic, 'bad', { shown, most: 2000 });
    if ([...parts, part].join('\n\n').length > COMMENT_LIMIT - 100) {
      parts.push('More is in the log.');
      break;
    }
    parts.push(part);
  }
  return `${parts.join('\n\n')}\n`;
}

/** For the summary: why a pull request has no comment. Nobody misses one where there is no pull request. */
export function missingComment(posted: Posted | undefined, { env }: Pick<Host, 'env'>): string[] {
  const isPull = env.GITHUB_EVENT_NAME === 'pull_request' || env.GITHUB_EVENT_NAME === 'workflow_run';
  return isPull && posted !== undefined && 'why' in posted ? [`No comment on the pull request: ${posted.why}.`] : [];
}

export const gateProblem = ({ gate, target, why }: GateResult): Diagnostic => ({
  code: 'action/gate',
  message: `${gate}${target === undefined ? '' : ` on ${target}`}: ${why}`,
});
