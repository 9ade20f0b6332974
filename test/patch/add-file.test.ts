import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyPatches } from '../../src/patch/index.ts';
import { generateSeries } from '../../src/patch/series.ts';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeOf, recipeWith } from './recipes.ts';

const TEXT = 'int\nnew_one(void)\n{\n    return 1;\n}\n';
const edit = (file: string) =>
  `  - add-file:\n      path: ${file}\n      text: |\n${TEXT.replace(/^(?=.)/gm, '        ')}`;
const recipe = recipeWith(edit('Modules/new/one.c'));

async function patchOf(files: Record<string, string>, edits = recipe) {
  const result = await generate(edits, memoryTree(files));
  if (result.verdict !== 'applies') throw new Error(problemsOf(result).join('\n'));
  return result.patch;
}

describe('add-file', () => {
  test('is a creation in the patch, once', async () => {
    const patch = await patchOf({ 'a.c': 'int x;\n' });
    expect(patch.text).toContain(
      'diff --git a/Modules/new/one.c b/Modules/new/one.c\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..',
    );
    expect(patch.text).toContain('--- /dev/null\n+++ b/Modules/new/one.c\n@@ -0,0 +1,5 @@\n+int\n');
    expect(patch.files).toMatchObject([{ path: 'Modules/new/one.c', is: 'made', before: '', after: TEXT }]);
    expect((await generate(recipe, memoryTree({ 'Modules/new/one.c': TEXT }))).verdict).toBe('already-applied');
  });

  test.each([
    [{ 'Modules/new/one.c': 'int\nother;\n' }, 'patch/file-there Modules/new/one.c:2'],
    [{ 'Modules/new': 'a file\n' }, 'patch/file-there Modules/new:1'],
    [{ 'Modules/New/One.c': TEXT }, 'patch/file-there Modules/New/One.c:1'],
  ])('refused: %j', async (files, said) => {
    expect(problemsOf(await generate(recipe, memoryTree(files)))[0]).toContain(said);
  });

  test.each([
    ['../a.c'],
    ['/a.c'],
    ['.git/a.c'],
    ['a/.GIT/b.c'],
    ['a//b.c'],
    ['./a.c'],
    ['a/../b.c'],
    ['a b.c'],
    ['a\\b.c'],
    ['a.'],
  ])('no path: %s', (file) => {
    expect(() => recipeWith(edit(`'${file}'`))).toThrow();
  });

  test('must be among the files of the recipe', () => {
    const yaml = `id: a\ntitle: A\nwhy: b\ncpython: ">=3"\nfiles: [b.c]\nedits:\n${edit('a.c')}`;
    expect(() => recipeOf(yaml)).toThrow(/not among the recipe's files/);
  });

  test('edits that would match in it are told', async () => {
    const both = recipeWith(
      `${edit('one.c')}\n  - set-define: {name: A, value: 2}\n  - drop-statement: {match: 'f();'}`,
    );
    const text = '#define A 1\nvoid\ng(void)\n{\n    f();\n}\n';
    expect((await generate(both, memoryTree({ 'a.c': text }))).verdict).toBe('applies');
  });

  test('what it brings under a name that changes is told', async () => {
    const both = recipeWith(`${edit('one.c').replace('return 1', 'return old')}\n  - rename: {from: old, to: renamed}`);
    const said = problemsOf(await generate(both, memoryTree({ 'a.c': 'int old;\n' })));
    expect(said.join('\n')).toContain('patch/not-idempotent one.c:');
  });

  test('a series may edit it, and what it brings is not taken for new twice', async () => {
    const second = recipeWith("  - replace-expression: {match: 'ONE', with: '2'}", 'after: []');
    const first = recipeWith(edit('one.c').replace('return 1', 'return ONE'));
    const items = [
      { recipe: first, params: {} },
      { recipe: { ...second, recipe: { ...second.recipe, id: 'second' } }, params: {} },
    ];
    const made = await generateSeries(items, memoryTree({ 'a.c': 'int x;\n' }));
    expect(made.map(({ result }) => result.verdict)).toEqual(['applies', 'applies']);
    const [, last] = made;
    expect(last === undefined ? '' : after(last.result, 'one.c')).toContain('return 2');
    expect(last?.result.verdict === 'applies' && last.result.patch.text).not.toContain('/dev/null');
  });
});

describe('a patch that makes a file, applied', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'add-file-'));
    writeFileSync(path.join(root, 'a.c'), 'int x;\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const at = (file: string) => path.join(root, file);

  test('writes it with its folder, once, and takes both away again', async () => {
    const patch = await patchOf({ 'a.c': 'int x;\n' });
    expect(await applyPatches(root, [patch])).toEqual({ files: ['Modules/new/one.c'], nothingToDo: false });
    expect(readFileSync(at('Modules/new/one.c'), 'latin1')).toBe(TEXT);
    expect((await applyPatches(root, [patch])).nothingToDo).toBe(true);
    await applyPatches(root, [patch], { reverse: true });
    expect(existsSync(at('Modules'))).toBe(false);
    expect((await applyPatches(root, [patch], { reverse: true })).nothingToDo).toBe(true);
  });

  test('git and patch do the same, forwards and backwards', async () => {
    const patch = await patchOf({ 'a.c': 'int x;\n' });
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: root, input: Buffer.from(patch.text, 'latin1') });
    for (const [command, ...args] of [
      ['git', 'apply', '-'],
      ['patch', '-p1', '-F0', '-s'],
    ] as const) {
      run(command, ...args);
      expect(readFileSync(at('Modules/new/one.c'), 'latin1')).toBe(TEXT);
      run(command, ...args.filter((a) => a !== '-'), '-R');
      expect(existsSync(at('Modules/new/one.c'))).toBe(false);
    }
  });

  test.each([
    ['another file', () => writeFileSync(at('Modules/new/one.c'), 'mine\n'), 'Modules/new/one.c is there already'],
    ['a folder', () => mkdirSync(at('Modules/new/one.c')), 'Modules/new/one.c is there already'],
    ['a link', () => symlinkSync('/nowhere', at('Modules/new/one.c')), 'symbolic link'],
  ])('nothing is written over %s', async (_, put, said) => {
    mkdirSync(at('Modules/new'), { recursive: true });
    put();
    const patch = await patchOf({ 'a.c': 'int x;\n' });
    await expect(applyPatches(root, [patch])).rejects.toThrow(said);
  });

  test.each([['..'], ['elsewhere'], ['nowhere']])('no link on the way: %s', async (to) => {
    mkdirSync(at('elsewhere'));
    symlinkSync(to, at('Modules'));
    const patch = await patchOf({ 'a.c': 'int x;\n' });
    await expect(applyPatches(root, [patch])).rejects.toThrow('symbolic link');
  });

  test('when a later file cannot be written, nothing stays', async () => {
    const both = recipeWith(`${edit('Modules/new/one.c')}\n  - set-define: {name: A, value: 2}`);
    writeFileSync(at('z.c'), '#define A 1\n');
    const patch = await patchOf({ 'z.c': '#define A 1\n' }, both);
    mkdirSync(at('other'));
    rmSync(at('z.c'));
    symlinkSync('other', at('z.c'));
    await expect(applyPatches(root, [patch])).rejects.toThrow();
    expect(existsSync(at('Modules'))).toBe(false);
  });
});
