import { describe, expect, test } from 'vitest';
import type { SourceTree } from '../../src/checkout/types.ts';
import { interdiff } from '../../src/diff/interdiff.ts';
import { checkShipped, generatePatch, generateSeries, type PatchHeader } from '../../src/patch/index.ts';
import { type LoadedRecipe, resolveParams } from '../../src/recipe/index.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { memoryTree } from './memory-tree.ts';
import { headerOf, recipeOf } from './recipes.ts';

const yaml = (id: string, value: string, more = '') => `id: ${id}
title: A test
why: |
  Recipe: a line that looks like a field.

  Python: 1.0
cpython: ">=2.5"
files: [a.c]
params:
  limit: { type: int, default: 3, why: the limit }
${more}edits:
  - set-define: { name: ${id.toUpperCase()}, value: "${value}", why: less }
`;
const first = recipeOf(yaml('first', '10'));
const second = recipeOf(yaml('second', '20', 'after: [first]\n'));
const source = '#define FIRST 200\nint a;\n#define SECOND 200\n';
const tree = memoryTree({ 'a.c': source });

async function patchText(recipe: LoadedRecipe, on: SourceTree = tree, given = {}): Promise<string> {
  const result = await generatePatch(recipe, resolveParams(recipe, given), on);
  if (result.verdict !== 'applies') throw new Error(result.verdict);
  return result.patch.text;
}

const itemFor = (recipes: readonly LoadedRecipe[]) => async (header: PatchHeader) => {
  const recipe = recipes.find((r) => r.recipe.id === header.recipe.id);
  if (recipe === undefined) throw new UserError({ code: 'recipe/not-found', message: 'no such recipe', hint: '' });
  return { recipe, params: resolveParams(recipe, header.params) };
};

function check(text: string, on: SourceTree = tree, recipes = [first, second]) {
  const folder = { patches: [{ file: 'patches/x.patch', text }], isSeries: false };
  return checkShipped(folder, on, itemFor(recipes), generatePatch);
}

describe('the header of a patch', () => {
  test('is read back, whatever the reason in it says', async () => {
    expect(headerOf(await patchText(first, tree, { limit: '7' }))).toEqual({
      recipe: { id: 'first', version: '1', hash: first.hash },
      params: { limit: '7' },
      configure: [],
      include: [],
      pythonVersion: '3.9.2',
      base: `folder, tree ${'0'.repeat(64)}`,
    });
  });

  test.each([
    ['a diff alone', (text: string) => text.slice(text.indexOf('diff --git'))],
    ['without its recipe', (text: string) => text.replace(/^Recipe: first.*\n/m, '')],
    ['without its hash', (text: string) => text.replace(/^Recipe-SHA256: .*\n/m, '')],
    ['without its base', (text: string) => text.replace(/^Base: .*\n/m, '')],
    ['nothing', () => ''],
  ])('%s is none of ours', async (_, spoil) => {
    const spoilt = spoil(await patchText(first));
    expect(headerOf(spoilt)?.recipe.id).not.toBe('first');
    expect(await check(spoilt)).toMatchObject([{ verdict: 'unusable' }]);
  });
});

describe('a shipped patch', () => {
  test('is equal to what its recipe yields, from whichever base', async () => {
    const text = await patchText(first);
    expect(await check(text)).toEqual([{ file: 'patches/x.patch', verdict: 'equal' }]);
    const elsewhere: SourceTree = {
      ...tree,
      base: { kind: 'git', commit: 'a'.repeat(40), dirty: false, treeHash: '' },
    };
    expect(await check(text, elsewhere)).toMatchObject([{ verdict: 'equal' }]);
  });

  test('is equal where the folder has CRLF and the repository LF; where both have CRLF it is not', async () => {
    const text = await patchText(first);
    const crlf = memoryTree({ 'a.c': source.replaceAll('\n', '\r\n') });
    expect(await check(text, crlf)).toMatchObject([{ verdict: 'differs' }]);
    expect(await check(text, { ...crlf, asStored: async () => tree })).toMatchObject([{ verdict: 'equal' }]);
    expect(await check(await patchText(first, crlf), { ...crlf, asStored: async () => tree })).toMatchObject([
      { verdict: 'equal' },
    ]);
  });

  test('differs when the recipe has changed: the interdiff shows where', async () => {
    const later = recipeOf(yaml('first', '11'));
    const [result] = await check(await patchText(first), tree, [later]);
    if (result?.verdict !== 'differs') throw new Error(result?.verdict);
    expect(result.interdiff).toContain('--- patches/x.patch');
    expect(result.interdiff).toContain('\n-+#define FIRST 10\n++#define FIRST 11\n');
    expect(result.interdiff).toContain(`\n-Recipe-SHA256: ${first.hash}\n`);
    expect(result.interdiff).not.toMatch(/^[-+]index/m);
  });

  test('differs when the sources around it have changed', async () => {
    const [moved] = await check(await patchText(first), memoryTree({ 'a.c': `int new;\n${source}` }));
    expect(moved?.verdict === 'differs' && moved.interdiff).toContain('\n+ int new;\n');
  });

  test('is not there any more when the code has gone', async () => {
    const [gone] = await check(await patchText(first), memoryTree({ 'a.c': 'int a;\n' }));
    expect(gone).toMatchObject({ verdict: 'no-patch', result: { result: { verdict: 'drifted' } } });
  });

  test('of another version is not compared; of a lost recipe or parameter it is said', async () => {
    const text = await patchText(first);
    expect(await check(text, memoryTree({ 'a.c': source }, '3.8.1'))).toMatchObject([
      { verdict: 'other-version', pythonVersion: '3.9.2' },
    ]);
    expect(await check(text, tree, [])).toMatchObject([{ verdict: 'unusable' }]);
    expect(await check(text.replace('limit=3', 'gone=3'))).toMatchObject([
      { verdict: 'unusable', problems: [{ code: 'recipe/unknown-param' }] },
    ]);
  });

  test('of a series is compared on what those before it made', async () => {
    const items = [first, second].map((recipe) => ({ recipe, params: resolveParams(recipe, {}) }));
    const made = await generateSeries(items, tree);
    const patches = made.map(({ identity, result }) => ({
      file: `${identity.id}.patch`,
      text: result.verdict === 'applies' ? result.patch.text : '',
    }));
    const verdicts = async (isSeries: boolean) =>
      (await checkShipped({ patches, isSeries }, tree, itemFor([first, second]), generatePatch)).map((r) => r.verdict);
    expect(await verdicts(true)).toEqual(['equal', 'equal']);
    expect(await verdicts(false)).toEqual(['equal', 'differs']);
  });
});

test('an interdiff of blob ids and line numbers shows them when nothing else differs', () => {
  const names = { shipped: 'a', made: 'b' };
  const text = 'Base: x\nindex 11..22 100644\n@@ -1,3 +1,3 @@\n-a\n+b\n';
  expect(interdiff(text, text.replace('Base: x', 'Base: y'), names)).toBeUndefined();
  expect(interdiff(text, text.replace('-1,3', '-9,3'), names)).toContain('+@@ -9,3 +1,3 @@');
  expect(interdiff(text, text.replace('-1,3', '-9,3').replace('+b', '+c'), names)).not.toContain('+@@ -9');
});
