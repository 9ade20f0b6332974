import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyPatches, commitPatches, generateSeries } from '../../src/patch/index.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import { loadRecipe, resolveParams } from '../../src/recipe/index.ts';
import { Cancelled } from '../../src/system/diagnostic.ts';
import type { Event } from '../../src/system/events.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, recipesFolder, recipeWith } from './recipes.ts';
import { shapes, sourcesAfter, sourcesBefore } from './zombie-sources.ts';

const zombie = await loadRecipe(path.join(recipesFolder, 'remove-zombieframe.yaml'));
let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'fw-patch-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};
let count = 0;

/** A git repository with these files committed. */
function repository(files: Record<string, string>): string {
  const dir = path.join(root, `r${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text, 'latin1');
  }
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'config', 'core.autocrlf', 'false');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'base');
  return dir;
}
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env, encoding: 'latin1', stdio: 'pipe' });
const contents = (dir: string, names: readonly string[]) =>
  Object.fromEntries(names.map((n) => [n, readFileSync(path.join(dir, n), 'latin1')]));

async function patchOf(files: Record<string, string>, python: string, recipe = zombie): Promise<GeneratedPatch> {
  const result = await generate(recipe, memoryTree(files, python));
  if (result.verdict !== 'applies') throw new Error(JSON.stringify(result));
  return result.patch;
}

const unusual = recipeWith('  - edit-text: {find: "old", with: "new", times: 1..n}');

describe.each([
  ['2.7', sourcesBefore(shapes[2]), sourcesAfter(shapes[2]), zombie, '2.7.18'],
  ['3.9', sourcesBefore(shapes[9]), sourcesAfter(shapes[9]), zombie, '3.9.2'],
  ['CRLF', { 'a.c': '1\r\nold\r\n3\r\n' }, { 'a.c': '1\r\nnew\r\n3\r\n' }, unusual, '3.9.2'],
  ['no newline at the end', { 'a.c': '1\n\nold' }, { 'a.c': '1\n\nnew' }, unusual, '3.9.2'],
  ['Latin-1', { 'a.c': '\xe9\nold \xff\n' }, { 'a.c': '\xe9\nnew \xff\n' }, unusual, '3.9.2'],
  [
    'the first and the last line',
    { 'a.c': `old\n${'x\n'.repeat(20)}old\n` },
    { 'a.c': `new\n${'x\n'.repeat(20)}new\n` },
    unusual,
    '3.9.2',
  ],
])('a patch file (%s) is taken by', (_, before, after, recipe, python) => {
  const names = Object.keys(before);

  test('git apply, and back', async () => {
    const dir = repository(before);
    const file = `${dir}.patch`;
    writeFileSync(file, (await patchOf(before, python, recipe)).text, 'latin1');
    git(dir, 'apply', '--check', file);
    git(dir, 'apply', '--index', file);
    expect(contents(dir, names)).toEqual(after);
    git(dir, 'apply', '-R', file);
    expect(contents(dir, names)).toEqual(before);
  });

  test('git am, with its message', async () => {
    const dir = repository(before);
    const file = `${dir}.patch`;
    const patch = await patchOf(before, python, recipe);
    writeFileSync(file, patch.text, 'latin1');
    git(dir, 'am', '-q', '--keep-cr', file);
    expect(contents(dir, names)).toEqual(after);
    const message = git(dir, 'log', '-1', '--format=%B');
    expect(message.split('\n')[0]).toBe(recipe.recipe.title);
    expect(message).toContain(`Recipe-SHA256: ${recipe.hash}`);
    expect(message).toContain('Upstream-Status: Inappropriate [fork policy]');
    expect(
      git(dir, 'diff-tree', '-p', '--full-index', '--no-commit-id', '-r', 'HEAD').replace(
        /^@@ (.*?) @@.*$/gm,
        '@@ $1 @@',
      ),
    ).toBe(patch.text.slice(patch.text.indexOf('diff --git')));
  });

  test('patch -p1 -F0, and back', async () => {
    const dir = repository(before);
    const file = `${dir}.patch`;
    writeFileSync(file, (await patchOf(before, python, recipe)).text, 'latin1');
    const patch = (...args: string[]) =>
      execFileSync('patch', ['-p1', '-F0', '-s', '--binary', '-i', file, ...args], { cwd: dir, env, stdio: 'pipe' });
    patch();
    expect(contents(dir, names)).toEqual(after);
    patch('-R');
    expect(contents(dir, names)).toEqual(before);
  });

  test('applyPatches, and back; a second time there is nothing to do', async () => {
    const dir = repository(before);
    const patch = await patchOf(before, python, recipe);
    expect(await applyPatches(dir, [patch], { check: true })).toMatchObject({ nothingToDo: false });
    expect(contents(dir, names)).toEqual(before);
    await applyPatches(dir, [patch]);
    expect(contents(dir, names)).toEqual(after);
    expect(await applyPatches(dir, [patch])).toEqual({ files: [], nothingToDo: true });
    await applyPatches(dir, [patch], { reverse: true });
    expect(contents(dir, names)).toEqual(before);
  });
});

describe('the message', () => {
  test('has no line that ends it early, whatever the reason says', async () => {
    const recipe = recipeWith('  - edit-text: {find: "old", with: "new"}');
    const why = 'one\n\n--- a/x\n\ndiff --git a/x b/x\n\nFrom me\n\nIndex: x\n\nSubject: no\n\nl\xf6st \u2192 it';
    const loaded = { ...recipe, recipe: { ...recipe.recipe, why, title: 'L\xf6st \u2192 it' } };
    const before = { 'a.c': 'old\n' };
    const dir = repository(before);
    writeFileSync(`${dir}.patch`, (await patchOf(before, '3.9.2', loaded)).text, 'latin1');
    git(dir, 'am', '-q', `${dir}.patch`);
    const message = Buffer.from(git(dir, 'log', '-1', '--format=%B'), 'latin1').toString('utf8');
    expect(message).toContain('L\xf6st \u2192 it\n\none');
    for (const line of ['--- a/x', 'diff --git a/x b/x', 'From me', 'Index: x', 'Subject: no', 'Upstream-Status'])
      expect(message).toContain(line);
    expect(contents(dir, ['a.c'])).toEqual({ 'a.c': 'new\n' });
  });

  test('the same sources give the same bytes', async () => {
    const shape = shapes[9];
    const one = await patchOf(sourcesBefore(shape), shape.python);
    const two = await patchOf({ ...sourcesBefore(shape) }, shape.python);
    expect(one.text).toBe(two.text);
    expect(one.text.replace(zombie.hash, '(hash)')).toMatchSnapshot();
  });
});

describe('applyPatches', () => {
  const shape = shapes[9];
  test('with local edits in the way: told with the place, nothing written', async () => {
    const dir = repository(sourcesBefore(shape));
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    const file = path.join(dir, 'Objects/codeobject.c');
    writeFileSync(file, readFileSync(file, 'latin1').replace('code_dealloc(', 'my_dealloc('), 'latin1');
    const before = contents(dir, Object.keys(sourcesBefore(shape)));
    await expect(applyPatches(dir, [patch])).rejects.toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          code: 'patch/local-edits',
          place: { file: 'Objects/codeobject.c', line: 15 },
          detail: ['my_dealloc(PyCodeObject *co)'],
        },
      ],
    });
    expect(contents(dir, Object.keys(before))).toEqual(before);
  });

  test('half of the files done, or one missing', async () => {
    const dir = repository(sourcesBefore(shape));
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    const file = path.join(dir, 'Objects/codeobject.c');
    writeFileSync(file, sourcesAfter(shape)['Objects/codeobject.c'] ?? '');
    await expect(applyPatches(dir, [patch])).rejects.toMatchObject({ diagnostics: [{ code: 'patch/half-applied' }] });
    rmSync(file);
    await expect(applyPatches(dir, [patch])).rejects.toMatchObject({ diagnostics: [{ code: 'patch/missing-file' }] });
  });

  test('modes stay, links are not followed out of the tree', async () => {
    const dir = repository(sourcesBefore(shape));
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    chmodSync(path.join(dir, 'Objects/frameobject.c'), 0o755);
    await applyPatches(dir, [patch]);
    expect(statSync(path.join(dir, 'Objects/frameobject.c')).mode & 0o777).toBe(0o755);
  });
});

describe('commitPatches', () => {
  const shape = shapes[9];
  const said: string[] = [];
  const ctx = {
    env,
    signal: new AbortController().signal,
    emit: (event: Event) => void (event.type === 'message' && said.push(event.text)),
  };
  test('one commit a recipe, of the touched files only', async () => {
    const files = { ...sourcesBefore(shape), 'other.c': 'old\n' };
    const dir = repository(files);
    const limit = recipeWith('  - edit-text: {find: "old", with: "new"}');
    const results = await generateSeries(
      [
        { recipe: zombie, params: resolveParams(zombie, {}) },
        { recipe: limit, params: {} },
      ],
      memoryTree(files, shape.python),
    );
    const patches = results.flatMap((r) => (r.result.verdict === 'applies' ? [r.result.patch] : []));
    writeFileSync(path.join(dir, 'untracked.txt'), 'mine\n');
    const commits = await commitPatches(dir, patches, ctx);
    expect(commits.map((c) => c.recipe)).toEqual(['remove-zombieframe', 'test']);
    expect(git(dir, 'log', '--format=%s').trim().split('\n')).toEqual(['A test', zombie.recipe.title, 'base']);
    expect(git(dir, 'status', '--porcelain')).toBe('?? untracked.txt\n');
    expect(git(dir, 'show', '--format=', '--name-only', 'HEAD~').trim().split('\n')).toEqual(
      Object.keys(sourcesBefore(shape)).sort(),
    );
  });

  test('with other changes staged: refused, nothing changed', async () => {
    const dir = repository(sourcesBefore(shape));
    writeFileSync(path.join(dir, 'mine.txt'), 'x\n');
    git(dir, 'add', 'mine.txt');
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    await expect(commitPatches(dir, [patch], ctx)).rejects.toMatchObject({
      exitCode: 2,
      diagnostics: [{ code: 'patch/staged', detail: ['mine.txt'] }],
    });
    expect(contents(dir, Object.keys(sourcesBefore(shape)))).toEqual(sourcesBefore(shape));
  });

  test("the user's own edits of a patched file do not get into the commit: refused, nothing changed", async () => {
    const dir = repository(sourcesBefore(shape));
    const file = path.join(dir, 'Objects/frameobject.c');
    const edited = { ...sourcesBefore(shape), 'Objects/frameobject.c': `${readFileSync(file, 'latin1')}/* mine */\n` };
    writeFileSync(file, edited['Objects/frameobject.c'], 'latin1');
    const patch = await patchOf(edited, shape.python);
    await expect(commitPatches(dir, [patch], ctx)).rejects.toMatchObject({
      exitCode: 2,
      diagnostics: [{ code: 'patch/uncommitted', detail: [' M Objects/frameobject.c'] }],
    });
    expect(contents(dir, Object.keys(edited))).toEqual(edited);
    expect(git(dir, 'log', '--format=%s').trim()).toBe('base');
  });

  test('files that git does not know are not committed whole: refused, nothing changed', async () => {
    const dir = repository({ 'other.txt': 'x\n' });
    for (const [name, text] of Object.entries(sourcesBefore(shape))) {
      mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
      writeFileSync(path.join(dir, name), text, 'latin1');
    }
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    await expect(commitPatches(dir, [patch], ctx)).rejects.toMatchObject({
      diagnostics: [{ code: 'patch/untracked' }],
    });
    expect(contents(dir, Object.keys(sourcesBefore(shape)))).toEqual(sourcesBefore(shape));
  });

  test('when git refuses, the files go back', async () => {
    const dir = repository(sourcesBefore(shape));
    writeFileSync(path.join(dir, '.git/hooks/pre-commit'), '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    await expect(commitPatches(dir, [patch], ctx)).rejects.toMatchObject({
      diagnostics: [{ code: 'checkout/git-failed', detail: ['no'] }],
    });
    expect(contents(dir, Object.keys(sourcesBefore(shape)))).toEqual(sourcesBefore(shape));
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  test('the hooks that run are named, and not those of a repository of somebody else', async () => {
    const dir = repository(sourcesBefore(shape));
    const trace = path.join(root, 'hook-ran');
    writeFileSync(path.join(dir, '.git/hooks/commit-msg'), `#!/bin/sh\n: > '${trace}'\n`, { mode: 0o755 });
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    if (process.getuid?.() === 0) {
      execFileSync('chown', ['-R', '65534:65534', dir]);
      await expect(commitPatches(dir, [patch], ctx)).rejects.toMatchObject({
        diagnostics: [{ code: 'checkout/dubious-ownership' }],
      });
      expect(existsSync(trace)).toBe(false);
      expect(contents(dir, Object.keys(sourcesBefore(shape)))).toEqual(sourcesBefore(shape));
      execFileSync('chown', ['-R', '0:0', dir]);
    }
    said.length = 0;
    await commitPatches(dir, [patch], ctx);
    expect(existsSync(trace)).toBe(true);
    expect(said).toEqual(["the repository's own hooks run with each commit: commit-msg (git says that it is yours)"]);
  });

  test.each([
    ['pre-commit', 'the files go back'],
    ['post-commit', 'the commit stays whole'],
  ])('stopped while %s runs: %s', async (hook) => {
    const dir = repository(sourcesBefore(shape));
    const started = path.join(root, `${hook}-started`);
    writeFileSync(path.join(dir, '.git/hooks', hook), `#!/bin/sh\n: > '${started}'\nsleep 600\n`, { mode: 0o755 });
    const patch = await patchOf(sourcesBefore(shape), shape.python);
    const stop = new AbortController();
    const call = commitPatches(dir, [patch], { ...ctx, signal: stop.signal });
    while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await expect(call).rejects.toBeInstanceOf(Cancelled);
    expect(git(dir, 'status', '--porcelain')).toBe('');
    expect(git(dir, 'log', '--format=%s').trim().split('\n')).toHaveLength(hook === 'post-commit' ? 2 : 1);
  });

  test('outside of a repository', async () => {
    const dir = path.join(root, 'plain');
    mkdirSync(dir);
    await expect(commitPatches(dir, [], ctx)).rejects.toMatchObject({
      diagnostics: [{ code: 'checkout/git-failed' }],
    });
  });
});
