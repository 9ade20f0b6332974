/** What is named on a command line as a change, and what a run keeps of it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityOf } from '../../src/patch/series.ts';
import { changesAsked } from '../../src/work/changes.ts';
import { performRun, resumeRun } from '../../src/work/run.ts';
import type { RunOptions } from '../../src/work/run-options.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';
import { runOptions } from './rig.ts';

let rig: Rig;
let tree: string;
const A = `${[...'abcdefghij'].join('\n')}\n`;
const HEADER = 'struct thing {\n    int used;\n    int th_unused;\n};\n';
const RECIPE =
  'id: drop-it\ntitle: Drop it\nwhy: nobody reads it\ncpython: ">=3.8"\nfiles: ["Include/*.h"]\nedits:\n  - drop-field: { struct: thing, field: th_unused }\n';
const PATCH = '--- a/Objects/a.c\n+++ b/Objects/a.c\n@@ -4,3 +4,3 @@\n d\n-e\n+E\n f\n';
const inRig = (name: string) => path.join(rig.dir, name);
beforeAll(() => {
  rig = makeRig();
  // Its configure fails: what is asked here is not whether it builds.
  tree = gitInit(
    miniTree(inRig('cpython'), '3.9.2', {
      'Include/thing.h': HEADER,
      'Objects/a.c': A,
      configure: '#!/bin/sh\nexit 1\n',
    }),
  );
  git(tree, 'checkout', '-qb', 'mine');
  write(tree, { 'Python/ceval.c': 'int mine;\n' });
  git(tree, 'commit', '-qam', 'Mine');
  git(tree, 'checkout', '-q', 'main');
  mkdirSync(inRig('recipes'));
  writeFileSync(inRig('recipes/drop-it.yaml'), RECIPE);
  write(inRig('series'), {
    series: 'b.patch\na.patch\n',
    'a.patch': PATCH,
    'b.patch': PATCH.replace('E', 'F').replace('-e', '-e'),
  });
  writeFileSync(inRig('fix.patch'), PATCH);
});
afterAll(() => rig.remove());

const asked = (names: readonly string[], args: readonly string[] = [], more: Partial<RunOptions> = {}) =>
  changesAsked(names, { ...runOptions('-C', tree, '--recipes-dir', inRig('recipes'), ...args), ...more }, rig.ctx);
const ids = async (names: readonly string[], ...args: string[]) =>
  (await asked(names, args)).items.map((item) => identityOf(item).id);

describe('changes', () => {
  test('of all kinds, in the order in which they are written; commits first', async () => {
    const mine = git(tree, 'rev-parse', '--short=12', 'mine').trim();
    expect(await ids([inRig('fix.patch'), 'drop-it', 'main..mine'])).toEqual([mine, 'fix', 'drop-it']);
    expect(await ids([inRig('series'), inRig('fix.patch')])).toEqual(['b', 'a', 'fix']);
    expect(await ids([], '--head', 'mine')).toEqual([mine]);
    expect(await ids([], '--head', 'mine', '--upstream', 'main')).toEqual([mine]);
  });

  test('the base of commits is what they grew from', async () => {
    expect((await asked(['main..mine'])).base).toBe(git(tree, 'rev-parse', 'main').trim());
    expect((await asked(['drop-it'])).base).toBeUndefined();
  });

  test.each([
    [['TREE'], {}, 'change/tree', /did you mean --checkout/],
    [['main..mine', 'mine..main'], {}, 'cli/usage', /one of them/],
    [['main..mine'], { ref: 'main' }, 'cli/usage', /--help/],
    [[], { ref: 'main', dirty: true }, 'cli/usage', /--help/],
    [['mine..main'], {}, 'change/no-commits', /older end first/],
    [['nothing-like-it'], {}, 'recipe/not-found', /recipes/],
    [['fix.patch'], { param: [{ recipe: undefined, name: 'a', value: '1,2' }] }, 'cli/usage', /leave it out/],
    [['gone.patch'], {}, 'system/enoent', /check the path/],
  ])('%j with %j: %s', async (names, more, code, hint) => {
    const given = names.map((name) => (name === 'TREE' ? tree : name));
    const problem = await failure(asked(given, [], more));
    expect(problem.code).toBe(code);
    expect(problem.hint).toMatch(hint);
  });

  test('patch files are carried to the checkout first, where that is asked for', async () => {
    const from = miniTree(inRig('older'), '3.9.1', { 'Objects/a.c': A });
    const newer = gitInit(miniTree(inRig('newer'), '3.9.3', { 'Objects/a.c': A.replace('d\n', 'd\n\n') }));
    const code = 'int f(void)\n{\n    return 1;\n}\n\nint g(void)\n{\n    return 2;\n}\n';
    write(from, { 'Objects/b.c': code });
    write(newer, { 'Objects/b.c': `int first(void)\n{\n    return 0;\n}\n\n${code}` });
    const patch =
      '--- a/Objects/b.c\n+++ b/Objects/b.c\n@@ -6,4 +6,4 @@\n int g(void)\n {\n-    return 2;\n+    return 3;\n }\n';
    writeFileSync(inRig('port.patch'), patch);
    const { items } = await changesAsked([inRig('port.patch')], runOptions('-C', newer, '--port-from', from), rig.ctx);
    expect(items).toHaveLength(1);
    const problem = failure(changesAsked([inRig('fix.patch')], runOptions('-C', newer, '--port-from', from), rig.ctx));
    expect(await problem).toMatchObject({ code: 'change/not-ported' });
  });
});

describe('a run', () => {
  const run = (out: string, ...names: string[]) => {
    const options = runOptions('-C', tree, '--recipes-dir', inRig('recipes'), '--out', inRig(out));
    return performRun(names, options, ['build'], { ...rig.ctx, commandLine: ['forkwright', 'build'] });
  };

  test('tells of each change where it is from, and reviews what it made', async () => {
    const { record, review } = await run('run', inRig('fix.patch'), 'drop-it', 'main..mine');
    expect(record.patches.map(({ verdict }) => verdict)).toEqual(['applies', 'applies', 'applies']);
    expect(record.patches.map(({ origin }) => origin?.kind)).toEqual(['commit', 'patch', undefined]);
    expect(readFileSync(path.join(inRig('run'), 'patches/fix.patch'), 'utf8')).toBe(PATCH);
    expect(review?.patches.map(({ recipe, file }) => [recipe?.id, file])).toEqual([
      [undefined, undefined],
      [undefined, inRig('fix.patch')],
      ['drop-it', undefined],
    ]);
    expect(review?.patches[1]?.files[0]?.hunks[0]?.edits).toEqual([0]);
    expect(review?.patches[1]?.evidence.map(({ step, verdict }) => [step, verdict])).toEqual([
      ['applies', 'passed'],
      ['compiles', 'not-done'],
      ['builds', 'failed'],
      ['tests', 'not-done'],
    ]);
  });

  test('goes on with the patch that it was started with, though the file is gone', async () => {
    const patch = inRig('away.patch');
    writeFileSync(patch, PATCH);
    const first = await run('resumed', patch);
    rmSync(patch);
    const options = runOptions('--recipes-dir', inRig('recipes'));
    const again = await resumeRun(inRig('resumed'), options, [], { ...rig.ctx, commandLine: [] });
    expect(again.record.patches).toEqual(first.record.patches.map((one) => ({ ...one, account: expect.anything() })));
    expect(readFileSync(path.join(inRig('resumed'), 'patches/away.patch'), 'utf8')).toBe(PATCH);
  });

  test.each([
    ['a path out of the tree', { path: '../../out', is: 'made', before: '' }],
    ['git’s folder', { path: '.git/config', is: 'made', before: '' }],
    ['other bytes than its patch', { after: A.replace('e', 'EVIL') }],
  ])('a kept change with %s is refused', async (_, wrong) => {
    const out = inRig('hostile');
    rmSync(out, { recursive: true, force: true });
    await run('hostile', inRig('fix.patch'));
    const file = path.join(out, 'changes/fix.json');
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    const resumed = (files: readonly unknown[]) => {
      writeFileSync(file, JSON.stringify({ ...kept, files }));
      return failure(resumeRun(out, runOptions(), [], { ...rig.ctx, commandLine: [] }));
    };
    const [own] = kept.files;
    expect((await resumed([{ ...own, ...wrong }])).message).toMatch(/damaged/);
    expect((await resumed([own, { ...own, ...wrong, path: 'Lib/more.py' }])).message).toMatch(/damaged/);
  });
});
