/** Two sides, up to what is built: that their sources, changes and settings reach the builds is shown end to end. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRequest, runFolder } from '../../src/run/folder.ts';
import { performComparison } from '../../src/work/compare.ts';
import { resumeRun } from '../../src/work/run.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';
import { runOptions } from './rig.ts';

let rig: Rig;
let repo: string;
let other: string;
const A = `${[...'abcdefghij'].join('\n')}\n`;
const PATCH = '--- a/Objects/a.c\n+++ b/Objects/a.c\n@@ -4,3 +4,3 @@\n d\n-e\n+E\n f\n';
beforeAll(() => {
  rig = makeRig();
  const configure = '#!/bin/sh\n# with_lto\nexit 1\n';
  repo = gitInit(miniTree(path.join(rig.dir, 'repo'), '3.9.2', { 'Objects/a.c': A, configure }), 'v3.9.2');
  git(repo, 'checkout', '-qb', 'next');
  miniTree(repo, '3.9.3', { 'Objects/a.c': A, configure });
  git(repo, 'commit', '-qam', 'next');
  git(repo, 'checkout', '-q', 'main');
  other = miniTree(path.join(rig.dir, 'other'), '3.10.1', { 'Objects/a.c': A, configure });
  mkdirSync(path.join(rig.dir, 'p'));
  writeFileSync(path.join(rig.dir, 'p/fix.patch'), PATCH);
});
afterAll(() => rig.remove());

const compare = (a: string, b: string, out: string) =>
  performComparison([a, b], runOptions('-C', repo, '--out', path.join(rig.dir, out)), ['build'], {
    ...rig.ctx,
    commandLine: ['forkwright', 'compare', a, b],
  });

describe('two sides', () => {
  test('refs, folders, changes and settings: each side has its own', async () => {
    const fix = path.join(rig.dir, 'p/fix.patch');
    const { record, folder, review } = await compare('v3.9.2', `next+${fix},lto,-O3,PYTHONMALLOC=debug`, 'two');
    expect(
      record.sides?.map(({ name, checkout, settings, patches }) => [
        name,
        checkout.pythonVersion,
        settings,
        patches.map(({ recipe }) => recipe.id),
      ]),
    ).toEqual([
      ['v3.9.2', '3.9.2', [], []],
      [`next+${fix},lto,-O3,PYTHONMALLOC=debug`, '3.9.3', ['--with-lto', '-O3', 'PYTHONMALLOC=debug'], ['fix']],
    ]);
    expect(record.checkout.pythonVersion).toBe('3.9.2');
    expect(review?.patches.map(({ id }) => id)).toEqual(['fix']);
    const report = readFileSync(path.join(folder, 'report.md'), 'utf8');
    expect(report).toContain('PYTHONMALLOC=debug');
    const asked = await loadRequest(runFolder(folder));
    expect(asked.sides?.[1].changes).toEqual([{ given: 'fix' }]);
    const again = await resumeRun(folder, runOptions(), [], { ...rig.ctx, commandLine: [] });
    expect(again.record.sides).toEqual(record.sides);
  });

  test('the same patch on both gives each its own file', async () => {
    const fix = path.join(rig.dir, 'p/fix.patch');
    const { record } = await compare(`v3.9.2+${fix}`, `${other}+${fix}`, 'both');
    expect(record.sides?.map(({ patches }) => patches.map(({ file }) => file))).toEqual([
      ['patches/baseline/fix.patch'],
      ['patches/fix-2.patch'],
    ]);
  });

  test.each([
    ['v3.9.2', 'v3.9.2', 'run/equal-sides', /self-test/],
    ['v3.9.2', ',--with-pymalloc-not', 'run/unknown-option', /--help/],
    ['v3.9.2', 'nowhere', 'change/no-place', /clone/],
    ['v3.9.2', 'main+v3.9.2..next', 'change/side', /as the side/],
  ])('%s and %s: %s', async (a, b, code, hint) => {
    const problem = await failure(compare(a, b, `bad-${code.replace('/', '-')}`));
    expect(problem).toMatchObject({ code });
    expect(problem.hint).toMatch(hint);
  });

  test('a target that needs a port is refused, for the port is made for one tree', async () => {
    const out = path.join(rig.dir, 'ported');
    const compared = performComparison(
      ['v3.9.2', 'next'],
      runOptions('-C', repo, '--out', out, '-t', 'msvc-x64'),
      ['build'],
      {
        ...rig.ctx,
        commandLine: [],
      },
    );
    expect(await failure(compared)).toMatchObject({ code: 'run/port-of-sides' });
  });

  test('another recipe on one side', async () => {
    write(path.join(rig.dir, 'r'), {
      'it.yaml':
        'id: it\ntitle: It\nwhy: so\ncpython: ">=3.8"\nfiles: [Objects/a.c]\nedits:\n  - edit-text: { find: "e", with: "E" }\n',
    });
    const { record } = await compare(',-O2', `+${path.join(rig.dir, 'r/it.yaml')}`, 'recipe');
    expect(record.patches.map(({ recipe, origin }) => [recipe.id, origin])).toEqual([['it', undefined]]);
  });
});
