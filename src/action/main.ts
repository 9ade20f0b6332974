// The Action's entry. The runner starts it with the workflow's inputs in its environment, and no arguments.
import { setFailed, summary } from '@actions/core';
import { Cancelled, type Diagnostic, UserError } from '../system/diagnostic.ts';
import { fileProblem } from '../system/files.ts';
import { missingComment, type Posted, postComment, problemsText } from './comments.ts';
import { eventPayload, pullRequestOf, trustsCheckout } from './event.ts';
import { type Host, openHost } from './host.ts';
import { choiceOf, givenBy } from './inputs.ts';
import { neutralText } from './neutral.ts';
import { setOutputs } from './outputs.ts';

const ENDINGS = {
  1: 'the answer is no: see the summary',
  2: 'the baseline does not build here: see the summary',
} as const;

async function main(): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  const given = givenBy(process.env);
  let host: Host | undefined;
  try {
    // Relative names in inputs are those of the workspace.
    if (process.env.GITHUB_WORKSPACE) process.chdir(process.env.GITHUB_WORKSPACE);
    const trusted = trustsCheckout(process.env, await eventPayload(process.env));
    const env = { ...(trusted ? { FORKWRIGHT_TRUST_CONFIG: '1' } : {}), ...process.env };
    host = await openHost(env, given, abort.signal);
    const exitCode =
      choiceOf(given, 'command', ['run', 'comment']) === 'run'
        ? await (await import('./run-command.ts')).runCommand(
            host,
            pullRequestOf(host.env, await eventPayload(host.env)),
          )
        : await (await import('./comment-command.ts')).commentCommand(host);
    if (exitCode !== 0) setFailed(ENDINGS[exitCode]);
  } catch (error) {
    await failed(error, host);
  }
}

async function failed(error: unknown, host: Host | undefined): Promise<void> {
  if (error instanceof Cancelled) return setFailed('stopped');
  const known = error instanceof UserError ? error : fileProblem(error, 'finish the job');
  const diagnostics: readonly Diagnostic[] = known?.diagnostics ?? [
    {
      code: 'action/bug',
      message: `this is a bug in Forkwright: ${error instanceof Error ? error.message : String(error)}`,
      detail: error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [],
      hint: 'report it with the workflow’s `with:` and this log',
    },
  ];
  process.exitCode = 1;
  if (host === undefined) {
    // The inputs could not even be read.
    return setFailed(neutralText(diagnostics.map(({ message, hint }) => `${message}\n${hint ?? ''}`).join('\n')));
  }
  for (const diagnostic of diagnostics) host.annotations.add('error', diagnostic);
  const shown = host.annotations.logged;
  const posted = await renewComment(host, (marker) => problemsText(diagnostics, { marker, shown }));
  const text = problemsText(diagnostics, { shown, remark: missingComment(posted, host).join(' ') });
  await summary
    .addRaw(host.mask(text))
    .write()
    .catch(() => {});
  setOutputs({ verdict: 'error', gates: [], posted }, host.mask);
}

/** What an earlier push has said must not stand there as if it were of this one. */
async function renewComment(host: Host, bodyFor: (marker: string) => string): Promise<Posted | undefined> {
  if (host.given('command') === 'comment' || !/^(true)?$/i.test(host.given('comment'))) return undefined;
  return postComment(host, pullRequestOf(host.env, await eventPayload(host.env)), bodyFor).catch((error: Error) => ({
    why: error.message,
  }));
}

// Not awaited: chunks that share code with this one would wait for it. And nothing may keep the job waiting: sockets of
// the services' clients stay open for a while.
void main().finally(() => process.stdout.write('', () => process.exit()));
