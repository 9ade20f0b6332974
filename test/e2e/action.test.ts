/**
 * The Action's real entry, bundled anew, as the runner starts it: on a real CPython, against GitHub's own description of
 * its API (Prism), with the toolkit's clients talking to a stand-in of the cache and artifact services.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { type Github, startGithub } from './action/prism.ts';
import { type Ended, type Job, runJob, TOKEN } from './action/runner.ts';
import { type Services, startServices } from './action/services.ts';
import { git, repository } from './commits.ts';
import { ARTIFACTS, forkwright, ROOT, sourceTree } from './forkwright.ts';

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

/** Enough to be sure of what is planted, and no more. The baseline is that of the main job's test. */
const QUICK = {
  checkout: 'cpython',
  quick: 'true',
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

test('a pull request without a recipe: its own commits, against what they are to be merged into', async () => {
  const about = 'Most functions have CO_NEWLOCALS';
  const fork = await repository(path.join(workspace, 'fork'), [
    ['Say nearly', 'Objects/frameobject.c', about, `Nearly ${about.toLowerCase()}`],
  ]);
  const base = git(fork, 'rev-parse', 'release').trim();
  const { pull_request: pull } = ownPull.payload;
  github.instead.set('GET /repos/octo/cpython/issues/7/comments', []);
  const ended = await run(
    { ...ownPull, payload: { pull_request: { ...pull, base: { sha: base } } } },
    {
      ...{ checkout: 'fork', pairs: '2', tests: '^Recursion$', 'cpython-tests': 'none', 'artifact-name': 'pull' },
      ...{ modules: 'core', cflags: '-O0 -g0', instructions: 'off', 'fail-on': 'build, tests, drift' },
    },
  );
  expect(ended.log).not.toContain('bug in Forkwright');
  expect(ended.exitCode).toBe(0);
  expect(ended.summary).toContain('Say nearly');
  expect(ended.summary).toContain('+    /* Nearly most functions have co_newlocals');
  await rm(fork, { recursive: true });
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
    const ours = [
      'debug',
      'add-mask',
      'add-matcher',
      'remove-matcher',
      'group',
      'endgroup',
      'error',
      'warning',
      'notice',
    ];
    expect(ended.log).toContain('nothing_like');
    for (const command of ended.commands) {
      expect(ours).toContain(command.name);
      // The toolkit masks what signs an upload's address.
      if (command.name === 'add-mask') expect(command.message).toMatch(new RegExp(`^(?:${TOKEN}|signed-\\d+)$`));
      if (command.properties.file !== undefined) expect(command.properties.file).toMatch(/^(?:recipes|cpython)\//);
    }
    expect(ended.outputs.verdict).toBe('not-ok');
  });

  test('no markup, mention or link of theirs reaches the summary', () => {
    // As GitHub's own markdown reads it, and with all HTML let through.
    const page = micromark(ended.summary, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    expect(page).not.toMatch(/<script|<img|href="http:/i);
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
    expect(ended.summary).not.toMatch(/@octocat/);
    expect(ended.summary).toContain('owned');
  });

  test('nothing of it was executed', async () => {
    expect(await readdir(workspace)).toEqual(['cpython', 'recipes']);
  });
});

describe('the second workflow, for what the fork’s pull request has left', () => {
  const payload = (sha: string) => ({
    workflow_run: {
      event: 'pull_request',
      head_sha: sha,
      head_branch: 'my-change',
      head_repository: { owner: { login: 'guest' } },
      pull_requests: [],
    },
  });
  const comment = (run: string, sha = 'a'.repeat(40)) =>
    runJob(
      {
        action,
        workspace,
        event: { name: 'workflow_run', payload: payload(sha) },
        inputs: { command: 'comment', run, 'run-id': '4712', 'fail-on': 'tests, drift' },
        env: { GITHUB_API_URL: github.url },
      },
      scratch,
    );
  let folder: string;
  const edited = async (change: (record: RunRecord) => unknown) => {
    const record = JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')) as RunRecord;
    await writeFile(path.join(folder, 'run.json'), JSON.stringify(change(record)));
  };

  beforeAll(async () => {
    const done = await run(push, {
      recipes: 'other-comment',
      tests: 'Recursion',
      'cpython-tests': 'none',
      'artifact-name': 'none',
    });
    // As actions/download-artifact leaves it.
    folder = path.join(scratch, 'artifact', 'forkwright');
    await cp(done.outputs['run-folder'] ?? '', folder, { recursive: true });
    github.instead.set('GET /repos/octo/cpython/pulls', [{ number: 8, head: { sha: 'a'.repeat(40) } }]);
    github.instead.set('GET /repos/octo/cpython/issues/8/comments', []);
  });

  test('the comment goes to the pull request that the event leads to', async () => {
    const before = github.exchanges.length;
    const ended = await comment(path.dirname(folder));
    expect(ended.exitCode).toBe(0);
    const sent = github.exchanges.slice(before);
    expect(sent.map(({ method, path: at, status }) => `${method} ${at} ${status}`)).toEqual([
      'GET /repos/octo/cpython/pulls?state=open&head=guest%3Amy-change&per_page=100 200',
      'GET /repos/octo/cpython/issues/8/comments?per_page=100&page=1 200',
      'POST /repos/octo/cpython/issues/8/comments 201',
    ]);
    const { body } = JSON.parse(sent[2]?.body ?? '{}') as { body: string };
    expect(body).toContain('## ✓ OK: other-comment on CPython 2.7.18');
    expect(body).toContain('Nearly all functions have CO_NEWLOCALS');
    expect(body).toContain('https://github.com/octo/cpython/actions/runs/4712');
  });

  test('a pull request that was pushed to since gets none', async () => {
    const before = github.exchanges.length;
    const ended = await comment(folder, 'b'.repeat(40));
    expect(ended.exitCode).toBe(0);
    expect(github.exchanges.slice(before).map(({ method }) => method)).toEqual(['GET']);
    expect(ended.summary).toContain('no open pull request has this commit as its newest');
  });

  test('a record that was tampered with: words stay words', async () => {
    const evil = '</details><img src=x> @octocat [x](http://evil.example)\n<!-- forkwright:other -->';
    await edited((record) => ({
      ...record,
      patches: record.patches.map((patch) => ({
        ...patch,
        recipe: { ...patch.recipe, id: evil, title: evil, why: evil },
      })),
    }));
    const before = github.exchanges.length;
    const ended = await comment(folder);
    expect(ended.exitCode).toBe(0);
    const { body } = JSON.parse(github.exchanges.slice(before).at(-1)?.body ?? '{}') as { body: string };
    const page = micromark(body, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    expect(page).not.toMatch(/<img|href="http:|forkwright:other -->/);
    expect(body).not.toContain('@octocat');
  });

  test('a record that leads out of its folder, or is none, is refused', async () => {
    const before = github.exchanges.length;
    await edited((record) => ({
      ...record,
      patches: record.patches.map((patch) => ({ ...patch, file: '../../../secret.patch' })),
    }));
    const out = await comment(folder);
    expect(out.exitCode).toBe(1);
    expect(out.log).toContain('a file in patches/ is expected');
    await edited(() => ({ schemaVersion: 1 }));
    expect((await comment(folder)).exitCode).toBe(1);
    expect(github.exchanges.length).toBe(before);
  });
});

describe('builds in the Actions cache', () => {
  const short = {
    // Speed is not looked at: built quickly.
    modules: 'core',
    cflags: '-O0 -g0',
    recipes: 'other-comment',
    tests: 'Recursion',
    'cpython-tests': 'none',
    pairs: '2',
  };
  const record = async ({ outputs }: Ended) =>
    JSON.parse(await readFile(path.join(outputs['run-folder'] ?? '', 'run.json'), 'utf8')) as RunRecord;
  let cache: string;
  let kept: number;

  test('what was built is kept, one archive a build', async () => {
    cache = path.join(scratch, 'cache');
    const ended = await run(push, { ...short, 'artifact-name': 'first' }, { FORKWRIGHT_CACHE: cache });
    expect(ended.exitCode).toBe(0);
    const builds = (await record(ended)).targets[0]?.builds ?? [];
    expect(builds.map(({ hit }) => hit)).toEqual([false, false]);
    const keys = builds.map(({ build }) => `forkwright-build-1-${process.platform}-${process.arch}-${build.key}`);
    // Beside those that other tests may have had to build.
    expect([...services.caches.keys()]).toEqual(expect.arrayContaining(keys));
    kept = services.caches.size;
  });

  test('on a machine that has nothing they are fetched, and nothing is built', async () => {
    await rm(cache, { recursive: true });
    const ended = await run(push, { ...short, 'artifact-name': 'second' }, { FORKWRIGHT_CACHE: cache });
    expect(ended.exitCode).toBe(0);
    expect((await record(ended)).targets[0]?.builds.map(({ hit }) => hit)).toEqual([true, true]);
    expect(services.caches.size).toBe(kept);
  });

  test('cells of a plan are run on machines that have nothing, by its words alone, and joined from their artifacts', async () => {
    const args = ['other-comment', 'slow-frames', '-C', 'cpython', '--modules', 'core', '--cflags=-O0 -g0', '--quick'];
    const measured = ['--pairs', '2', '--tests', 'Recursion', '--cpython-tests', 'none', '--instructions', 'off'];
    const plan = await forkwright(['plan', ...args, ...measured, '--format', 'json'], { cwd: workspace });
    expect(plan.exitCode, plan.err).toBe(0);
    const file = path.join(scratch, 'plan.json');
    await writeFile(file, plan.out);
    const { out } = await forkwright(['plan', '--from', file, '--format', 'github']);
    const jobs = ['leaders', 'followers'].flatMap((name) => {
      const line = out.split('\n').find((one) => one.startsWith(`${name}=`)) ?? '';
      return (JSON.parse(line.slice(name.length + 1)) as { include: { id: string; args: string }[] }).include;
    });
    expect(jobs).toHaveLength(2);
    const builds: (readonly boolean[])[] = [];
    await rename(cache, `${cache} of the tests above`);
    for (const { id, args: cell } of jobs) {
      // At the same place: an archive is of one place, as all runners of GitHub's are alike.
      await rm(cache, { recursive: true, force: true });
      const ended = await run(push, { cell, 'artifact-name': id, comment: 'false' }, { FORKWRIGHT_CACHE: cache });
      expect(ended.exitCode, ended.log).toBe(0);
      builds.push((await record(ended)).targets[0]?.builds.map(({ hit }) => hit) ?? []);
    }
    await rm(cache, { recursive: true });
    await rename(`${cache} of the tests above`, cache);
    // The first ones' builds are those of the tests above.
    expect(builds).toEqual([
      [true, true],
      [true, false],
    ]);
    // What no other cell can use stays away from the cache, which is small.
    expect(services.caches.size).toBe(kept);
    const zips = jobs.map(({ id }) => services.artifacts.get(id) ?? expect.fail(`no artifact ${id}`));
    const merged = await forkwright(['merge', ...zips, '--plan', file, '--format', 'json']);
    expect(merged.exitCode, merged.out + merged.err).toBe(0);
    const { cells } = JSON.parse(merged.out) as { cells: { id: string; state: string }[] };
    expect(cells.map(({ id, state }) => [id, state])).toEqual(jobs.map(({ id }) => [id, 'ok']));
  });

  test('with services that are out of order the job is as green as before', async () => {
    services.breakDown();
    // Its baseline is here; the patched one is asked for in vain, built, and cannot be kept.
    const inputs = { ...short, recipes: 'slow-frames', 'fail-on': 'tests', 'artifact-name': 'third' };
    const ended = await run(push, inputs, { FORKWRIGHT_CACHE: cache });
    expect(ended.exitCode).toBe(0);
    expect((await record(ended)).targets[0]?.builds.map(({ hit }) => hit)).toEqual([true, false]);
    expect(services.caches.size).toBe(kept);
    expect(ended.summary).toContain('The run folder could not be kept as an artifact');
  });
});
