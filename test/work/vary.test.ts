/** Several runs that belong together, up to what is built: what they measure is shown end to end. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { latestRunFolder } from '../../src/run/folder.ts';
import { parseGates } from '../../src/run/gates/index.ts';
import { bisect } from '../../src/work/bisect.ts';
import { leastSet } from '../../src/work/least.ts';
import { isMany, resumeMany } from '../../src/work/many.ts';
import { performEach, performSweep } from '../../src/work/vary.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';
import { runOptions } from './rig.ts';

const PATCH = '--- a/Include/thing.h\n+++ b/Include/thing.h\n@@ -1 +1 @@\n-#define MOST 4\n+#define MOST 5\n';

let rig: Rig;
let tree: string;
beforeAll(() => {
  rig = makeRig();
  const files = { 'Include/thing.h': '#define MOST 4\n', configure: '#!/bin/sh\nexit 1\n' };
  tree = gitInit(miniTree(path.join(rig.dir, 'cpython'), '3.9.2', files), 'start');
  for (const n of [1, 2, 3]) {
    write(tree, { 'Python/ceval.c': `int eval${n};\n` });
    git(tree, 'commit', '-qam', `Change ${n}`);
  }
  mkdirSync(path.join(rig.dir, 'r'));
  writeFileSync(
    path.join(rig.dir, 'r/most.yaml'),
    `id: most\ntitle: Most\nwhy: so\ncpython: ">=3.8"\nparams:\n  most: { type: int, default: 8 }\nfiles: ["Include/*.h"]\nedits:\n  - set-define: { name: MOST, value: "\${most}" }\n`,
  );
});
afterAll(() => rig.remove());

const options = (out: string, ...args: string[]) =>
  runOptions('-C', tree, '--recipes-dir', path.join(rig.dir, 'r'), '--out', path.join(rig.dir, out), ...args);
const ctx = () => ({ ...rig.ctx, commandLine: ['forkwright', 'run'] });

test('a sweep: a run for each value, side by side', async () => {
  const done = await performSweep(['most'], options('sweep', '-p', 'most=1..3'), ['build'], ctx());
  expect(done?.runs.map(({ name, record }) => [name, record.patches[0]?.params])).toEqual([
    ['most=1', { most: 1 }],
    ['most=2', { most: 2 }],
    ['most=3', { most: 3 }],
  ]);
  const folder = path.join(rig.dir, 'sweep');
  expect(readdirSync(folder).sort()).toEqual([
    ...['comparison.json', 'most=1', 'most=2', 'most=3', 'report.html', 'report.md', 'runs.json'],
  ]);
  expect(readFileSync(path.join(folder, 'report.md'), 'utf8')).toContain('most=3');
  expect(await performSweep(['most'], options('plain', '-p', 'most=1'), ['build'], ctx())).toBeUndefined();
});

test('a sweep is resumed as a whole, from its folder alone', async () => {
  const args = ['-p', 'most=1..3'];
  const stop = new AbortController();
  const stopping = performSweep(['most'], options('stopped', ...args), ['build'], {
    ...ctx(),
    signal: stop.signal,
    emit: (event) => {
      if (event.type === 'step-started' && event.title.startsWith('Run 2')) stop.abort();
    },
  });
  await expect(stopping).rejects.toThrow(/run --resume .*stopped$/);
  const folder = path.join(rig.dir, 'stopped');
  // Also the one that had not begun.
  expect(JSON.parse(readFileSync(path.join(folder, 'most=3/request.json'), 'utf8')).changes[0].params).toEqual({
    most: '3',
  });
  expect(await isMany(folder)).toBe(true);
  expect((await latestRunFolder(rig.dir)).name).toBe('stopped');
  const done = await resumeMany(folder, { recipesDir: [path.join(rig.dir, 'r')] }, ctx());
  const params = done.runs.map(({ name, record }) => [name, record.state, record.patches[0]?.params]);
  expect(params).toEqual([1, 2, 3].map((most) => [`most=${most}`, 'finished', { most }]));
  expect(done.steps).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('what is wrong with one of them is said before any is begun', async () => {
  const wrong = performSweep(['most'], options('wrong', '-p', 'most=1,x'), ['build'], ctx());
  expect(await failure(wrong)).toMatchObject({ message: expect.stringContaining('most') });
  expect(readdirSync(path.join(rig.dir, 'wrong'))).toEqual([]);
});

test('each change of a series, on top of those before it or alone', async () => {
  const before = await performEach(['start..main'], false, options('each'), ['build'], ctx());
  expect(before.runs.map(({ record }) => record.sides?.map(({ patches }) => patches.length))).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  expect(before.runs[1]?.record.sides?.[0].name).toMatch(/^up to [0-9a-f]{12}$/);
  const alone = await performEach(['start..main'], true, options('alone'), ['build'], ctx());
  expect(alone.runs.map(({ record }) => record.patches.map(({ verdict }) => verdict))).toEqual([
    ['applies'],
    ['conflict'],
    ['conflict'],
  ]);
  const one = performEach(['start..start~0', 'most'], false, options('one'), ['build'], ctx());
  expect(await failure(one)).toMatchObject({ code: 'change/no-commits' });
  expect(await failure(performEach(['most'], false, options('one'), ['build'], ctx()))).toMatchObject({
    code: 'cli/one-change',
  });
});

test('bisect refuses to begin with a state that does not build', async () => {
  const [gate] = parseGates('build', '--when');
  if (gate === undefined) throw new Error('a gate');
  const asked = bisect(['start..main'], gate, options('bisect'), ctx());
  expect(await failure(asked)).toMatchObject({ code: 'bisect/baseline' });
});

test.each(['size>4k', 'build'])('%s: what does not apply is no answer', async (when) => {
  write(path.join(rig.dir, 'series'), {
    '1.patch': PATCH,
    '2.patch': PATCH.replace('-#define MOST 4', '-#define MOST 9'),
  });
  const [gate] = parseGates(when, '--when');
  if (gate === undefined) throw new Error('a gate');
  const out = `least-${when.replace('>', '-')}`;
  const { result } = await leastSet([path.join(rig.dir, 'series')], gate, options(out), ctx());
  expect(result.found).toBeUndefined();
  expect(result.steps.map(({ verdict, why }) => [verdict, why])).toEqual([
    ['undecided', expect.stringMatching(/^2 does not apply/)],
  ]);
});
