import path from 'node:path';
import { expect, test } from 'vitest';
import { recipeIdentity } from '../../src/patch/generate.ts';
import { loadRecipe, resolveParams } from '../../src/recipe/index.ts';
import type { Context } from '../../src/system/context.ts';
import { tellSeries } from '../../src/work/series.ts';
import { memoryTree } from '../patch/memory-tree.ts';
import { generate, recipesFolder } from '../patch/recipes.ts';

test('a recipe of configure options alone is told to change no file', async () => {
  const recipe = await loadRecipe(path.join(recipesFolder, 'no-docstrings.yaml'));
  const result = await generate(recipe, memoryTree({ 'configure.ac': 'x\n', configure: 'x --with-doc-strings\n' }));
  const said: string[] = [];
  const ctx: Context = {
    emit: (event) => said.push('text' in event ? event.text : event.type),
    signal: new AbortController().signal,
    cacheDir: '/nowhere',
    jobs: 1,
    env: {},
  };
  tellSeries(
    [{ recipe, identity: recipeIdentity(recipe), params: resolveParams(recipe, {}), result }],
    { root: '/tree' },
    ctx,
  );
  expect(said).toEqual(['no-docstrings changes no file: `run` and `build` give configure --without-doc-strings']);
});
