import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { recipesPage, verdictsIn } from '../../scripts/recipes-page.ts';
import { listRecipes } from '../../src/recipe/index.ts';

const recipes = fileURLToPath(new URL('../../recipes', import.meta.url));
const page = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');

test('docs/recipes.md is what the recipes yield', async () => {
  expect(await recipesPage(recipes, verdictsIn(page))).toBe(page);
});

test('its table has a row for every recipe', async () => {
  const rows = verdictsIn(page)
    .split('\n')
    .slice(2)
    .map((line) => line.split('|')[1]?.trim());
  expect(rows).toEqual((await listRecipes([recipes])).loaded.map((l) => l.recipe.id));
});
