import { readFile } from 'node:fs/promises';
import { UserError } from '../system/diagnostic.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The repository and its API, by the runner's own word. */
export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

export type PullRequest =
  | { readonly number: number; readonly why?: undefined }
  /** None, with the reason: a sentence without its full stop. */
  | { readonly number?: undefined; readonly why: string };

interface Payload {
  readonly pull_request?: {
    readonly number?: unknown;
    readonly base?: { readonly sha?: unknown };
    readonly head?: { readonly repo?: { readonly full_name?: unknown } | null };
  };
  readonly workflow_run?: {
    readonly event?: unknown;
    readonly head_sha?: unknown;
    readonly head_branch?: unknown;
    readonly head_repository?: { readonly owner?: { readonly login?: unknown } } | null;
  };
}

export async function eventPayload(env: Env): Promise<Payload> {
  const file = env.GITHUB_EVENT_PATH;
  if (file === undefined || file === '') return {};
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Payload;
  } catch (error) {
    throw new UserError({
      code: 'action/event',
      message: `the event that started the workflow cannot be read: ${(error as Error).message}`,
      hint: 'GITHUB_EVENT_PATH is set by the runner: leave it as it is',
    });
  }
}

/** @throws UserError outside of GitHub Actions. */
export function repositoryOf(env: Env): Repository {
  const [owner, repo, more] = (env.GITHUB_REPOSITORY ?? '').split('/');
  if (owner && repo && more === undefined) return { owner, repo };
  throw new UserError({
    code: 'action/repository',
    message: 'GITHUB_REPOSITORY does not name a repository',
    hint: 'the runner sets it: run the Action in a workflow',
  });
}

/**
 * With `pull_request_target` a workflow has the secrets and a token that may write, and the pull request's own recipes,
 * tests and sources would run beside them.
 * @throws UserError for that event.
 */
export function refuseTrustedEvent(env: Env): void {
  if (env.GITHUB_EVENT_NAME !== 'pull_request_target') return;
  throw new UserError({
    code: 'action/pull-request-target',
    message: 'pull_request_target would run what a stranger’s pull request brings beside a token that may write',
    hint: 'use pull_request, and workflow_run for the comment: docs/action.md shows both',
  });
}

/**
 * The commits of the pull request that the workflow runs for, since what it is to be merged into; `undefined` for another
 * event. What is checked out is their merge: its commits that the base has not.
 */
export function commitsOfPull(env: Env, payload: Payload): string | undefined {
  const base = payload.pull_request?.base?.sha;
  if (env.GITHUB_EVENT_NAME !== 'pull_request' || typeof base !== 'string') return undefined;
  return /^[0-9a-f]{40,64}$/.test(base) ? `${base}..HEAD` : undefined;
}

/**
 * Whether what is checked out may name programs to start (targets in forkwright.yml): it is the repository's own, not
 * what a fork's pull request brings. Events that may bring either are not trusted.
 */
export function trustsCheckout(env: Env, payload: Payload): boolean {
  const own = ['push', 'schedule', 'workflow_dispatch', 'release', 'merge_group', 'create'];
  if (own.includes(env.GITHUB_EVENT_NAME ?? '')) return true;
  return env.GITHUB_EVENT_NAME === 'pull_request' && isOfRepository(payload, env);
}

/** Whether a pull request comes from the repository itself. */
function isOfRepository({ pull_request: pull }: Payload, env: Env): boolean {
  const from = pull?.head?.repo?.full_name;
  return typeof from === 'string' && from.toLowerCase() === (env.GITHUB_REPOSITORY ?? '').toLowerCase();
}

/** The pull request that the workflow runs for, when its token may write there. */
export function pullRequestOf(env: Env, payload: Payload): PullRequest {
  const pull = payload.pull_request;
  if (env.GITHUB_EVENT_NAME !== 'pull_request' || pull === undefined)
    return { why: 'this is not a run for a pull request' };
  if (typeof pull.number !== 'number' || !Number.isSafeInteger(pull.number)) return { why: 'the event has no number' };
  if (!isOfRepository(payload, env)) {
    return {
      why: 'the pull request comes from a fork, and GitHub gives its workflows a token that may only read; a second workflow (workflow_run) can comment, see docs/action.md',
    };
  }
  if (env.GITHUB_ACTOR === 'dependabot[bot]')
    return { why: 'GitHub gives workflows of Dependabot a token that may only read' };
  return { number: pull.number };
}

/** What a `workflow_run` event says of the run before, with nothing taken from that run's artifacts. */
export interface EarlierRun {
  readonly sha: string;
  readonly branch: string;
  readonly owner: string;
}

/** @throws UserError when the workflow was started otherwise. */
export function earlierRunOf(env: Env, payload: Payload): EarlierRun {
  const run = payload.workflow_run;
  const owner = run?.head_repository?.owner?.login;
  if (
    env.GITHUB_EVENT_NAME === 'workflow_run' &&
    run?.event === 'pull_request' &&
    typeof run.head_sha === 'string' &&
    typeof run.head_branch === 'string' &&
    typeof owner === 'string'
  ) {
    return { sha: run.head_sha, branch: run.head_branch, owner };
  }
  throw new UserError({
    code: 'action/workflow-run',
    message: 'command: comment is for workflows that are started by another’s run for a pull request',
    hint: "on: workflow_run, and if: github.event.workflow_run.event == 'pull_request'; see docs/action.md",
  });
}

/** Where GitHub shows a run of this repository; nothing of what is no number. */
export function runUrl(env: Env, id: string | undefined): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  return server && repository && id && /^\d+$/.test(id) ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

export function runLinks(env: Env, artifact: number | undefined): Readonly<Record<string, string>> {
  const run = runUrl(env, env.GITHUB_RUN_ID);
  if (run === undefined) return {};
  return {
    'The job': run,
    ...(artifact !== undefined && { 'Run folder, report and review': `${run}/artifacts/${artifact}` }),
  };
}
