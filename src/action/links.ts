import type { Env } from './host.ts';

/** Where GitHub shows this run, and its artifact. */
export function runLinks(env: Env, artifact: number | undefined): Readonly<Record<string, string>> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (!server || !repository || !id) return {};
  const run = `${server}/${repository}/actions/runs/${id}`;
  return artifact === undefined
    ? { 'The job': run }
    : { 'The job': run, 'Run folder, report and review': `${run}/artifacts/${artifact}` };
}
