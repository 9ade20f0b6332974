import type { GitHub } from '@actions/github/lib/utils';
import type { EarlierRun, Repository } from './event.ts';

export type Api = InstanceType<typeof GitHub>;

/** What GitHub's description of the API names; octokit's own default is an older name of the same. */
const headers = { accept: 'application/json' };

const PER_PAGE = 100;
/** A pull request with more comments than these gets a new one. */
const MOST_PAGES = 30;

/** What tells our comment from others; invisible. Only letters of `id` that can end neither the comment nor the marker. */
export const markerOf = (id: string): string => `<!-- forkwright:${id.replace(/[^\w-]+/g, '-').slice(0, 80)} -->`;

export interface Comment {
  readonly body: string;
  readonly marker: string;
}

/**
 * Writes the comment, or writes it anew where it is already: one a pull request, however often it is pushed to.
 * @returns its address. @throws what octokit throws when the API refuses.
 */
export async function putComment(api: Api, at: Repository, number: number, { body, marker }: Comment): Promise<string> {
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
