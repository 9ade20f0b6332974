import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenCommits, rangeOf } from '../../src/change/commits.ts';
import { givenEdits } from '../../src/change/edits.ts';
import { gitTree } from '../../src/checkout/git-tree.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { generateSeries } from '../../src/patch/series.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';

let rig: Rig;
let repo: string;
const A = `${[...'abcdefghij'].join('\n')}\n`;
const commit = (files: Readonly<Record<string, string>>, message: string) => {
  write(repo, files);
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', message);
};
beforeAll(() => {
  rig = makeRig();
  repo = gitInit(miniTree(path.join(rig.dir, 'repo'), '3.9.2', { 'Objects/a.c': A, 'Lib/gone.py': 'x\n' }), 'v0');
  git(repo, 'checkout', '-qb', 'line');
  commit({ 'Objects/a.c': A.replace('e', 'E') }, 'One\n\nIts reason.');
  rmSync(path.join(repo, 'Lib/gone.py'));
  write(repo, { 'Lib/new.sh': 'x\n', 'Lib/bytes.bin': '\0\x01' });
  chmodSync(path.join(repo, 'Lib/new.sh'), 0o755);
  commit({ 'Objects/a.c': A.replace('e', 'E').replace('j', 'J') }, 'Two: ünd so weiter');
  git(repo, 'checkout', '-q', 'main');
  commit({ 'Python/ceval.c': 'int other;\n' }, 'Main goes on');
  git(repo, 'checkout', '-qb', 'merged', 'line');
  git(repo, 'merge', '-q', '--no-ff', '-m', 'Merge', 'main');
  commit({ 'Objects/a.c': A.replace('e', 'E').replace('j', 'K') }, 'Three');
  git(repo, 'checkout', '-q', '--orphan', 'alone');
  git(repo, 'commit', '-qm', 'alone');
  git(repo, 'checkout', '-qf', 'main');
});
afterAll(() => rig.remove());

/** What the changes make of their base: all files that differ from `to`. */
async function differing(base: string, to: string, items: Awaited<ReturnType<typeof givenCommits>>['changes']) {
  const tree = await gitTree(repo, base, rig.ctx);
  const series = await generateSeries(
    items.map((given) => ({ given, params: {} })),
    tree,
  );
  let made: SourceTree = tree;
  for (const { result } of series) {
    if (result.verdict !== 'applies') throw new Error(JSON.stringify(result));
    made = overlayTree(made, result.patch.files);
  }
  const wanted = await gitTree(repo, to, rig.ctx);
  const paths = [...new Set([...(await made.list()), ...(await wanted.list())])];
  const differ: string[] = [];
  for (const name of paths) {
    const [is, should] = [await made.read(name), await wanted.read(name)];
    if (is?.text !== should?.text || is?.executable !== should?.executable) differ.push(name);
  }
  return { series, differ };
}

describe('commits', () => {
  test('of a line: one change each, from what both ends have in common', async () => {
    const { base, changes } = await givenCommits(repo, 'main', 'line', rig.ctx);
    expect(base).toBe(git(repo, 'rev-parse', 'v0').trim());
    expect(changes.map(({ identity }) => [identity.title, identity.why])).toEqual([
      ['One', 'Its reason.'],
      ['Two: ünd so weiter', ''],
    ]);
    expect(changes[0]?.origin).toMatchObject({
      kind: 'commit',
      author: 'A <a@example.com>',
      commit: git(repo, 'rev-parse', 'line~1').trim(),
    });
    const { series, differ } = await differing(base, 'line', changes);
    expect(differ).toEqual([]);
    const [first] = series;
    if (first?.result.verdict !== 'applies') throw new Error('it applies');
    expect(first.result.patch).toMatchObject({ insertions: 1, deletions: 1 });
    expect(first.result.patch.files[0]?.edits).toMatchObject([{ kind: 'commit', start: 8, end: 10 }]);
    expect(first.result.account).toMatchObject([{ outcome: 'applied', why: 'One' }]);
  });

  test('their kept patches are read by git and by our reader', async () => {
    const { base, changes } = await givenCommits(repo, 'v0', 'line', rig.ctx);
    const { series } = await differing(base, 'line', changes);
    const texts = series.map(({ result }) => (result.verdict === 'applies' ? result.patch.text : ''));
    for (const text of texts) expect(parsePatch(text, 'x')).toHaveLength(1);
    const copy = path.join(rig.dir, 'am');
    git(rig.dir, 'clone', '-q', repo, copy);
    git(copy, 'checkout', '-qf', 'v0');
    texts.forEach((text, i) => {
      write(path.join(rig.dir, 'mails'), { [`${i}.patch`]: text });
    });
    git(copy, 'am', '-q', ...texts.map((_, i) => path.join(rig.dir, 'mails', `${i}.patch`)));
    const tree = (at: string, cwd: string) => git(cwd, 'rev-parse', `${at}^{tree}`);
    expect(tree('HEAD', copy)).toBe(tree('line', repo));
    expect(git(copy, 'log', '-1', '--format=%s')).toBe('Two: ünd so weiter\n');
  });

  test('with a merge among them: one change for all', async () => {
    const { base, changes } = await givenCommits(repo, 'v0', 'merged', rig.ctx);
    expect(changes.map(({ identity }) => identity.title)).toEqual(['v0..merged: 5 commits']);
    expect((await differing(base, 'merged', changes)).differ).toEqual([]);
  });

  test('after something else that changed their files: refused, with the place', async () => {
    const { base, changes } = await givenCommits(repo, 'v0', 'line~1', rig.ctx);
    const tree = overlayTree(await gitTree(repo, base, rig.ctx), [{ path: 'Objects/a.c', after: A.replace('b', 'B') }]);
    expect(await changes[0]?.make(tree)).toMatchObject({
      verdict: 'conflict',
      problems: [{ code: 'change/other-file', place: { file: 'Objects/a.c', line: 2 } }],
    });
  });

  test.each([
    ['line', 'v0', 'change/no-commits'],
    ['v0', 'nowhere', 'checkout/no-ref'],
    ['v0', 'alone', 'change/unrelated'],
  ])('%s..%s is refused: %s', async (from, to, code) => {
    expect(await failure(givenCommits(repo, from, to, rig.ctx))).toMatchObject({ code });
  });

  test.each([
    ['a..b', { from: 'a', to: 'b' }],
    ['v3.9.0..', { from: 'v3.9.0', to: 'HEAD' }],
    ['a...b', undefined],
    ['remove-zombieframe', undefined],
    ['..b', undefined],
  ])('%s', (text, range) => expect(rangeOf(text)).toEqual(range));
});

describe('commits that are not only of files', () => {
  const copyOf = (name: string) => {
    const copy = path.join(rig.dir, name);
    git(rig.dir, 'clone', '-q', '-b', 'main', repo, copy);
    return copy;
  };
  const commitAll = (copy: string, message: string) => {
    git(copy, 'add', '-A');
    git(copy, 'commit', '-q', '--allow-empty', '-m', message);
  };

  test.each([
    ['a link to a file', 'Objects/a.c'],
    ['a dangling link', 'nowhere'],
    ['a link to a folder', 'Objects'],
  ])('%s is refused by its name', async (what, to) => {
    const copy = copyOf(what.replaceAll(' ', '-'));
    symlinkSync(to, path.join(copy, 'link'));
    expect(await failure(givenEdits(copy, rig.ctx))).toMatchObject({ code: 'change/link', detail: ['link'] });
    commitAll(copy, 'link');
    expect(await failure(givenCommits(copy, 'origin/main', 'HEAD', rig.ctx))).toMatchObject({
      code: 'change/link',
      detail: ['link'],
    });
  });

  test('a submodule is refused', async () => {
    const copy = copyOf('submodule');
    git(copy, 'update-index', '--add', '--cacheinfo', `160000,${git(repo, 'rev-parse', 'v0').trim()},sub`);
    git(copy, 'commit', '-qm', 'sub');
    expect(await failure(givenCommits(copy, 'origin/main', 'HEAD', rig.ctx))).toMatchObject({ code: 'change/link' });
  });

  test('a commit that changes nothing is left out, and it is said', async () => {
    const copy = copyOf('empty');
    commitAll(copy, 'nothing');
    expect(await failure(givenCommits(copy, 'origin/main', 'HEAD', rig.ctx))).toMatchObject({
      code: 'change/no-commits',
    });
    write(copy, { 'Objects/a.c': A.replace('a', 'A') });
    commitAll(copy, 'something');
    const { changes } = await givenCommits(copy, 'origin/main', 'HEAD', rig.ctx);
    expect(changes.map(({ identity }) => identity.title)).toEqual(['something']);
    expect(rig.messages('warning').at(-1)).toMatch(/^left out, .*[0-9a-f]{12}$/);
  });

  test.each([
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b',
    '1c1\n< a\n---\n> b',
    'Index: x\n\nContent-Transfer-Encoding: base64',
  ])('a message that quotes a diff is no part of the patch: %j', async (message) => {
    const copy = path.join(rig.dir, 'message');
    rmSync(copy, { recursive: true, force: true });
    git(rig.dir, 'clone', '-q', '-b', 'main', repo, copy);
    write(copy, { 'Objects/a.c': A.replace('a', 'A') });
    commitAll(copy, `Title\n\n${message}`);
    const { base, changes } = await givenCommits(copy, 'origin/main', 'HEAD', rig.ctx);
    const result = await changes[0]?.make(await gitTree(copy, base, rig.ctx));
    if (result?.verdict !== 'applies') throw new Error(JSON.stringify(result));
    expect(parsePatch(result.patch.text, 'x').map(({ files }) => files.map(({ newPath }) => newPath))).toEqual([
      ['b/Objects/a.c'],
    ]);
  });
});

describe('uncommitted edits', () => {
  test('edited, new and removed files, against the commit', async () => {
    const copy = path.join(rig.dir, 'dirty');
    git(rig.dir, 'clone', '-q', '-b', 'main', repo, copy);
    expect(await failure(givenEdits(copy, rig.ctx))).toMatchObject({ code: 'change/no-edits' });
    write(copy, { 'Objects/a.c': A.replace('c', 'C'), 'Objects/new.c': 'int n;\n' });
    rmSync(path.join(copy, 'Lib/gone.py'));
    const { base, change } = await givenEdits(copy, rig.ctx);
    expect(base).toBe(git(repo, 'rev-parse', 'main').trim());
    expect(change.identity.title).toBe('Uncommitted edits of 3 files');
    const result = await change.make(await gitTree(copy, base, rig.ctx));
    if (result.verdict !== 'applies') throw new Error(JSON.stringify(result));
    expect(result.patch.files.map(({ path: name, is }) => [name, is])).toEqual([
      ['Lib/gone.py', 'removed'],
      ['Objects/a.c', undefined],
      ['Objects/new.c', 'made'],
    ]);
    expect(parsePatch(result.patch.text, 'x')[0]?.files).toHaveLength(3);
  });

  test.each(['--assume-unchanged', '--skip-worktree'])(
    'that git was told not to look at (%s) are refused, by name',
    async (how) => {
      const copy = path.join(rig.dir, `hidden${how}`);
      git(rig.dir, 'clone', '-q', '-b', 'main', repo, copy);
      git(copy, 'update-index', how, 'Objects/a.c', 'Lib/gone.py');
      expect(await failure(givenEdits(copy, rig.ctx))).toMatchObject({ code: 'change/no-edits' });
      write(copy, { 'Objects/a.c': A.replace('c', 'C') });
      expect(await failure(givenEdits(copy, rig.ctx))).toMatchObject({
        code: 'change/hidden',
        place: { file: path.join(copy, 'Objects/a.c') },
        detail: ['Objects/a.c'],
      });
    },
  );

  test('of a folder without git are none', async () => {
    const folder = miniTree(path.join(rig.dir, 'plain'));
    mkdirSync(path.join(folder, 'x'));
    expect(await failure(givenEdits(folder, rig.ctx))).toMatchObject({ code: 'change/no-git' });
  });
});
