/** A matrix on several machines: what plan hands out, run in working copies of their own, gives what one run gives. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { runProcess } from '../../src/system/process.ts';
import { forkwright, ROOT, sourceTree, UNOPTIMISED_ARGS } from './forkwright.ts';

let scratch: string;
let repo: string;
const env = () => ({ PATH: process.env.PATH ?? '', HOME: scratch, GIT_CONFIG_NOSYSTEM: '1' });
const git = async (cwd: string, ...args: readonly string[]) => {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const { exitCode, stderr } = await runProcess('git', [...who, ...args], { cwd, env: env(), timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(stderr);
};

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fw-fanout-'));
  repo = path.join(scratch, 'fork');
  await cp(await sourceTree('3.9'), repo, { recursive: true });
  await rm(path.join(repo, '.forkwright-source.json'), { force: true });
  // The fork's own settings travel with it.
  await writeFile(path.join(repo, 'forkwright.yml'), 'targets:\n  - {name: our-console, extends: host, cflags: -O1}\n');
  await git(repo, 'init', '-q', '-b', 'main');
  await git(repo, 'add', '-A', '-f');
  await git(repo, 'commit', '-qm', 'CPython 3.9.2');
  await git(repo, 'tag', 'v3.9.2');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const MEASURE = ['--quick', '--pairs', '2', '--tests', '^TryFinally$', '--instructions', 'off'];
const TESTS = ['--cpython-tests', 'test_gc,test_frame,test_generators'];

interface PlannedCell {
  readonly id: string;
  readonly state: string;
  readonly target: string;
  readonly args: readonly string[];
}
interface Merged {
  readonly ok: boolean;
  readonly notes: readonly string[];
  readonly cells: readonly {
    readonly id: string | null;
    readonly target: string;
    readonly state: string;
    readonly why: string | null;
    readonly comparison: { readonly targets: RunRecord['targets'] } | null;
  }[];
}

describe('three targets on three machines', () => {
  const targets = ['host', 'linux-arm64', 'our-console'];
  const asked = [...targets.flatMap((name) => ['-t', name]), '--modules', 'core', ...MEASURE, ...TESTS];
  let cells: readonly PlannedCell[];
  const copy = (name: string) => path.join(scratch, `machine of ${name}`);
  const merge = async (...args: readonly string[]) => {
    const ran = await forkwright(['merge', ...args, '--format', 'json'], { cwd: scratch });
    return { exitCode: ran.exitCode, data: JSON.parse(ran.out) as Merged };
  };

  test('the plan has a cell each', async () => {
    const args = ['plan', 'remove-zombieframe', 'data-stack-chunk', '-C', '.', '--ref', 'v3.9.*', ...asked];
    const ran = await forkwright([...args, '--format', 'json'], { cwd: repo });
    expect(ran.exitCode, ran.err).toBe(0);
    await writeFile(path.join(scratch, 'plan.json'), ran.out);
    ({ cells } = JSON.parse(ran.out) as { readonly cells: readonly PlannedCell[] });
    expect(cells.map(({ target, state }) => `${target} ${state}`)).toEqual(
      targets.flatMap((target) => [`${target} run`, `${target} not-applicable`]),
    );
  });

  test('each is run in a working copy of its own, from nothing but its own words', async () => {
    for (const { id, target, args } of cells.filter(({ state }) => state === 'run')) {
      await git(scratch, 'clone', '-q', '--no-local', repo, copy(target));
      const ran = await forkwright(args, { cwd: copy(target) });
      expect(ran.exitCode, ran.err).toBe(0);
      expect(await readdir(path.join(copy(target), 'forkwright-runs'))).toContain(id);
    }
  });

  test('as long as one is missing it is told, and the answer is no', async () => {
    const some = targets.slice(0, 2).map((target) => path.join(copy(target), 'forkwright-runs'));
    const { exitCode, data } = await merge(...some, '--plan', 'plan.json');
    expect(exitCode).toBe(1);
    expect(data.cells.map(({ target, state }) => `${target} ${state}`)).toEqual([
      'host ok',
      'host not-applicable',
      'linux-arm64 ok',
      'linux-arm64 not-applicable',
      'our-console missing',
      'our-console not-applicable',
    ]);
  });

  test('joined they give the tables of one run', async () => {
    await git(scratch, 'clone', '-q', repo, copy('all'));
    const ran = await forkwright(['run', 'remove-zombieframe', '-C', '.', ...asked, '--out', '../one'], {
      cwd: copy('all'),
    });
    expect(ran.exitCode, ran.err).toBe(0);
    const one = await merge('one');
    const many = await merge(
      ...targets.map((target) => path.join(copy(target), 'forkwright-runs')),
      '--plan',
      'plan.json',
    );
    expect([one.exitCode, many.exitCode]).toEqual([0, 0]);
    expect(many.data.notes).toEqual([]);
    expect(tables(many.data)).toEqual(tables(one.data));
    expect(Object.keys(tables(one.data))).toEqual(targets);
  });

  test('for a reader: a row a cell, and no time beside that of another machine', async () => {
    const folders = targets.map((target) => path.join(copy(target), 'forkwright-runs'));
    const page = path.join(scratch, 'matrix.html');
    const ran = await forkwright(['merge', ...folders, '--plan', 'plan.json', '-f', 'html', '-o', page], {
      cwd: scratch,
    });
    expect(ran.exitCode).toBe(0);
    const html = await readFile(page, 'utf8');
    for (const target of targets) expect(html).toContain(`remove-zombieframe ${target}`);
    expect(html).toContain('Times of different machines are not compared');
  });
});

/** All that does not depend on how busy the machine was: all but time, and the memory that the kernel counts. */
function tables({ cells }: Merged) {
  const rows = cells.flatMap(({ target, state, comparison }) => {
    const [result] = comparison?.targets ?? [];
    if (result === undefined) return [];
    const { tests, size, memory, growth, speed } = result;
    const live = memory?.points.map(({ name, variants }) => [name, variants.baseline?.exact, variants.patched?.exact]);
    const grown = Math.round((growth?.growth.patched?.grownBytes ?? Number.NaN) / 2 ** 20);
    return [
      [target, { state, tests, size, live, grown, measured: speed?.tests.map(({ test: name }) => name) }] as const,
    ];
  });
  return Object.fromEntries(rows);
}

describe('a pipeline of GitLab’s, by a runner of its pipelines on this machine', () => {
  test('the cells run isolated, share a baseline by its cache, and are joined by the last job', async () => {
    const project = path.join(scratch, 'project');
    await git(scratch, 'clone', '-q', repo, project);
    const recipes = ['remove-zombieframe', 'frame-freelist', 'data-stack-chunk'];
    const args = [
      ...recipes,
      '-C',
      '.',
      '--ref',
      'v3.9.2',
      ...UNOPTIMISED_ARGS,
      ...MEASURE,
      '--cpython-tests',
      'test_code',
    ];
    const planned = await forkwright(['plan', ...args, '--format', 'json'], { cwd: project });
    await writeFile(path.join(project, 'plan.json'), planned.out);
    const pipeline = await forkwright(['plan', '--from', 'plan.json', '--format', 'gitlab'], { cwd: project });
    await writeFile(path.join(project, '.gitlab-ci.yml'), pipeline.out);
    // In the place of the pipeline above, whose artifacts this runner does not fetch.
    await git(project, 'add', 'plan.json');
    await git(project, 'commit', '-qm', 'plan');
    const bin = path.join(scratch, 'bin');
    await mkdir(bin);
    await writeFile(path.join(bin, 'forkwright'), `#!/bin/sh\nexec '${path.join(ROOT, 'scripts/forkwright')}' "$@"\n`, {
      mode: 0o755,
    });
    const ciLocal = path.join(ROOT, 'node_modules/.bin/gitlab-ci-local');
    const ran = await runProcess(
      process.execPath,
      [ciLocal, '--force-shell-executor', '--shell-isolation', '--variable', 'FORKWRIGHT_IMAGE=none'],
      {
        cwd: project,
        env: {
          ...env(),
          PATH: `${bin}:${process.env.PATH}`,
          CCACHE_DIR: process.env.CCACHE_DIR ?? path.join(process.env.HOME ?? '', '.cache/ccache'),
        },
        timeoutMs: 30 * 60_000,
      },
    );
    expect(ran.exitCode, ran.stdout.slice(-4000)).toBe(0);
    expect(ran.stdout).toMatch(/PASS.*forkwright merge/);
    const merged = await forkwright(['merge', 'forkwright-runs', '--plan', 'plan.json', '--format', 'json'], {
      cwd: project,
    });
    expect((JSON.parse(merged.out) as Merged).cells.map(({ state }) => state)).toEqual(['ok', 'ok', 'not-applicable']);
    const record = async (recipe: string) =>
      JSON.parse(
        await readFile(path.join(project, 'forkwright-runs', `${recipe}-v3.9.2-host`, 'run.json'), 'utf8'),
      ) as RunRecord;
    const hits = async (recipe: string) =>
      (await record(recipe)).targets[0]?.builds.map(({ variant, hit }) => `${variant} ${hit ? 'found' : 'built'}`);
    expect(await hits('remove-zombieframe')).toEqual(['baseline built', 'patched built']);
    expect(await hits('frame-freelist')).toEqual(['baseline found', 'patched built']);
    expect(await readFile(path.join(project, 'forkwright-matrix.html'), 'utf8')).toContain('frame-freelist');
  });
});
