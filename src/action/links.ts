import type { Env } from './host.ts';

/** Where GitHub shows a run of this repository; nothing of what is no number. */
export function runUrl(env: Env, id: string | undefined): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  return server && repository && id && /^\d+$/.test(id) ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

/** This run, and its artifact. */
export function runLinks(env: Env, artifact: number | undefined): Readonly<Record<string, string>> {
  const run = runUrl(env, env.GITHUB_RUN_ID);
  if (run === undefined) return {};
  return {
    'The job': run,
    ...(artifact !== undefined && { 'Run folder, report and review': `${run}/artifacts/${artifact}` }),
  };
}
