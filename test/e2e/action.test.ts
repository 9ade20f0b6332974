/**
 * The Action's real entry, bundled anew, as the runner starts it: on a real CPython, against GitHub's own description of
 * its API (Prism), with the toolkit's clients talking to a stand-in of the cache and artifact services.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Github, startGithub } from './action/prism.ts';
import { type Ended, type Job, runJob, TOKEN } from './action/runner.ts';
import { type Services, startServices } from './action/services.ts';
import { ARTIFACTS, ROOT, sourceTree } from './forkwright.ts';

let scratch: string;
let action: string;
let workspace: string;
let github: Github;
let services: Services;

/** Frames are made for every call of a Python function: what is added there is felt by all tests of calls. */
const recipe = (id: string, edit: string, more = '') => `id: ${id}
title: ${JSON.stringify(more || id)}
why: For a test of the Action.
version: 1
cpython: ">=2.7 <3.0"
probe: {identifier: PyFrame_New}
files: [Objects/frameobject.c]
edits:
${edit}
`;
const SLOW = recipe(
  'slow-frames',
  `  - insert:
      in: PyFrame_New
      after: f->f_stacktop = f->f_valuestack;
      text: "    { volatile int turns; for (turns = 0; turns < 120; turns++) ; }"
      why: Somebody waits.`,
);
const SAME = recipe(
  'other-comment',
  `  - edit-comment:
      about: Most functions have CO_NEWLOCALS
      from: Most functions
      with: Nearly all functions
      why: Words only.`,
);
/** What a stranger may write into a recipe: it drifts, so that all of it is told. */
const HOSTILE = recipe(
  'hostile',
  `  - drop-statement:
      match: nothing_like("::error::owned", "##[add-path]/tmp/evil", "</details><img src=x>", "\`touch owned\`");
      why: "</details> <img src=x> ::warning file=a.c::owned\\n::stop-commands::all"`,
  '::error::owned ##[error]owned <script>alert(1)</script> @octocat',
).replace(
  'For a test of the Action.',
  JSON.stringify(
    '::set-output name=verdict::ok\n\n::add-mask::a\r##[add-mask]b [x](http://evil.example) $(touch owned)',
  ),
);

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fw-action-'));
  // As GitHub has it on the machine: the repository, with dist/ made of what is here now.
  action = path.join(scratch, 'action');
  await mkdir(action);
  for (const name of ['action.yml', 'package.json', 'recipes']) {
    await cp(path.join(ROOT, name), path.join(action, name), { recursive: true });
  }
  execFileSync(process.execPath, [path.join(ROOT, 'scripts/build-action.ts'), path.join(action, 'dist')]);
  workspace = path.join(scratch, 'workspace');
  await mkdir(path.join(workspace, 'recipes'), { recursive: true });
  await symlink(await sourceTree('2.7'), path.join(workspace, 'cpython'));
  for (const [name, text] of Object.entries({ 'slow-frames': SLOW, 'other-comment': SAME, hostile: HOSTILE })) {
    await writeFile(path.join(workspace, 'recipes', `${name}.yaml`), text);
  }
  [github, services] = await Promise.all([startGithub(), startServices(path.join(scratch, 'services'))]);
});

afterAll(async () => {
  await Promise.all([github?.close(), services?.close()]);
  await rm(scratch, { recursive: true, force: true });
});

/** Enough to be sure of what is planted, and no more. */
const QUICK = {
  checkout: 'cpython',
  modules: 'core',
  cflags: '-O0 -g0',
  quick: 'true',
  layouts: 'one',
  pairs: '8',
  tests: 'PythonFunctionCalls|Recursion',
  'cpython-tests': 'test_code',
};
const ownPull = {
  name: 'pull_request',
  payload: { pull_request: { number: 7, head: { repo: { full_name: 'octo/cpython' } } } },
};
const forkPull = {
  name: 'pull_request',
  payload: { pull_request: { number: 8, head: { repo: { full_name: 'guest/cpython' } } } },
};
const push = { name: 'push', payload: {} };

function run(event: Job['event'], inputs: Job['inputs'], env: Job['env'] = {}): Promise<Ended> {
  const own = {
    GITHUB_API_URL: github.url,
    ACTIONS_RESULTS_URL: services.url,
    ACTIONS_RUNTIME_TOKEN: services.token,
    ACTIONS_CACHE_SERVICE_V2: 'true',
  };
  return runJob({ action, workspace, event, inputs: { ...QUICK, ...inputs }, env: { ...own, ...env } }, scratch);
}

const refused = () => github.exchanges.filter(({ status }) => status >= 400);
const annotations = ({ commands }: Ended) =>
  commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name));

describe('a pull request of this repository, whose patch changes nothing that is compiled', () => {
  let ended: Ended;
  test('the run is green, and no gate speaks up', async () => {
    github.instead.set('GET /repos/octo/cpython/issues/7/comments', []);
    ended = await run(ownPull, {
      recipes: 'other-comment',
      'fail-on': 'regression>2%, test-regression>20%, startup-memory>+1k, tests, drift',
    });
    expect(ended.log).not.toContain('bug in Forkwright');
    expect(annotations(ended)).toEqual([]);
    expect(ended.exitCode).toBe(0);
    expect(ended.outputs.verdict).toBe('ok');
  });

  test('what later steps get: paths that are there, and JSON', async () => {
    const { outputs } = ended;
    const json = JSON.parse(outputs.json ?? '');
    expect(json.gates.map(({ passed }: { passed: boolean }) => passed)).toEqual([true, true, true, true, true]);
    expect(json.comment.url).toMatch(/^https:/);
    const names = await readdir(outputs['run-folder'] ?? '');
    expect(names).toEqual(
      expect.arrayContaining(['run.json', 'report.html', 'review.html', 'comparison.json', 'patches']),
    );
    expect(outputs.patch).toBe(path.join(outputs['run-folder'] ?? '', 'patches/other-comment.patch'));
    expect(path.dirname(outputs.report ?? '')).toBe(outputs['run-folder']);
  });

  test('the log: groups that are closed, matchers that are taken back, the token masked', () => {
    const names = ended.commands.map(({ name }) => name);
    expect(names.filter((name) => name === 'group').length).toBeGreaterThan(4);
    expect(names.filter((name) => name === 'group').length).toBe(names.filter((name) => name === 'endgroup').length);
    expect(names.filter((name) => name === 'add-matcher')).toHaveLength(1);
    expect(
      ended.commands.filter(({ name }) => name === 'remove-matcher').map(({ properties }) => properties.owner),
    ).toEqual(['forkwright-cc', 'forkwright-msvc']);
    expect(ended.commands).toContainEqual({ name: 'add-mask', properties: {}, message: TOKEN });
    const told = ended.log.replace(`::add-mask::${TOKEN}`, '');
    expect(told + ended.summary + JSON.stringify(ended.outputs)).not.toContain(TOKEN);
  });

  test('the summary: the report’s first screen, its charts, the gates, the review', () => {
    expect(ended.summary).toMatch(/^## ✓ OK: other-comment on CPython 2\.7\.18/);
    expect(ended.summary).toMatch(/\| ✓ Builds \| \*\*yes\*\* \|/);
    expect(ended.summary).toContain('| ✓ `regression>2%` | host |');
    expect(ended.summary).toContain('geometric mean');
    expect(ended.summary).toContain('+    /* Nearly all functions have CO_NEWLOCALS');
  });

  test('the comment: GitHub’s own description takes both requests', () => {
    const posted = github.exchanges.filter(({ method }) => method === 'POST');
    expect(refused()).toEqual([]);
    expect(posted.map(({ path: at, status }) => [at, status])).toEqual([
      ['/repos/octo/cpython/issues/7/comments', 201],
    ]);
    const { body } = JSON.parse(posted[0]?.body ?? '{}') as { body: string };
    expect(body).toMatch(/^<!-- forkwright:forkwright -->\n\n## ✓ OK/);
    expect(body).toContain('<details>\n<summary>Review of the patch</summary>');
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toContain('https://github.com/octo/cpython/actions/runs/4711/artifacts/1');
  });

  test('the artifact is a zip with the run folder', async () => {
    const zip = services.artifacts.get('forkwright') ?? '';
    const names = execFileSync('python3', ['-m', 'zipfile', '-l', zip], { encoding: 'utf8' });
    for (const name of ['run.json', 'report.html', 'review.html', 'patches/other-comment.patch'])
      expect(names).toContain(name);
    await cp(zip, path.join(ARTIFACTS, 'action-run.zip'));
  });

  test('with the comment there already it is written anew, not added; another’s with our marker is left alone', async () => {
    const comment = (id: number, type: string) => ({
      id,
      user: { type, login: 'x' },
      body: '<!-- forkwright:forkwright -->\nold',
    });
    github.instead.set('GET /repos/octo/cpython/issues/7/comments', [comment(1, 'User'), comment(2, 'Bot')]);
    const before = github.exchanges.length;
    const again = await run(ownPull, {
      recipes: 'other-comment',
      tests: 'Recursion',
      'cpython-tests': 'none',
      'artifact-name': 'again',
    });
    expect(again.exitCode).toBe(0);
    const sent = github.exchanges
      .slice(before)
      .map(({ method, path: at, status }) => `${method} ${at.split('?')[0]} ${status}`);
    expect(sent).toEqual([
      'GET /repos/octo/cpython/issues/7/comments 200',
      'PATCH /repos/octo/cpython/issues/comments/2 200',
    ]);
  });
});

describe('a patch that makes calls slower', () => {
  let ended: Ended;
  test('the gate fails the job, and says by how much', async () => {
    ended = await run(push, { recipes: 'slow-frames', 'fail-on': 'regression>2%', 'artifact-name': 'slow' });
    expect(ended.exitCode).toBe(1);
    expect(ended.outputs.verdict).toBe('not-ok');
    const said = annotations(ended).map(({ message }) => message);
    expect(said).toContainEqual(expect.stringMatching(/^regression>2% on host: slower by more than 2\.0%: \+\d/));
    expect(ended.summary).toContain('| ✗ `regression>2%` | host |');
  });

  test('without a pull request there is no comment, and nobody is told of its absence', () => {
    expect(
      github.exchanges.filter(({ path: at }) => !at.includes('/issues/7/') && !at.includes('/issues/comments/2')),
    ).toEqual([]);
    expect(ended.summary).not.toContain('No comment');
    expect(JSON.parse(ended.outputs.json ?? '').comment.why).toContain('not a run for a pull request');
  });
});

describe('a pull request of a fork, with a hostile recipe', () => {
  let ended: Ended;
  let before: number;
  test('no request is sent; the summary says why in one line', async () => {
    before = github.exchanges.length;
    ended = await run(forkPull, { recipes: 'hostile', 'artifact-name': 'hostile' });
    expect(github.exchanges.length).toBe(before);
    expect(ended.exitCode).toBe(1);
    expect(ended.summary.match(/^> No comment on the pull request: .*comes from a fork.*$/gm)).toHaveLength(1);
  });

  test('no command of the stranger’s reaches the runner', () => {
    const ours = ['add-mask', 'add-matcher', 'remove-matcher', 'group', 'endgroup', 'error', 'warning', 'notice'];
    expect(ended.log).toContain('nothing_like');
    for (const command of ended.commands) {
      expect(ours).toContain(command.name);
      if (command.name === 'add-mask') expect(command.message).toBe(TOKEN);
      if (command.properties.file !== undefined) expect(command.properties.file).toMatch(/^(?:recipes|cpython)\//);
    }
    expect(ended.outputs.verdict).toBe('not-ok');
  });

  test('no markup, mention or link of theirs reaches the summary', () => {
    expect(ended.summary).not.toMatch(/<script|<img|<\/details>(?!\n)/);
    expect(ended.summary).not.toMatch(/@octocat/);
    expect(ended.summary).not.toMatch(/\]\(http:\/\/evil/);
    expect(ended.summary).toContain('owned');
  });

  test('nothing of it was executed', async () => {
    expect(await readdir(workspace)).toEqual(['cpython', 'recipes']);
  });
});
