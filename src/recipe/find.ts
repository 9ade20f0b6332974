import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { suggest } from './did-you-mean.ts';
import { loadRecipe } from './load.ts';
import type { LoadedRecipe, RecipeList } from './types.ts';

const YAML = /\.ya?ml$/;

async function recipeFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => YAML.test(name)).sort(byCodeUnit);
  return names.map((name) => path.join(folder, name));
}

/** All recipes of some folders, sorted by id; an earlier folder's recipe hides a later one's of the same id. Bad ones are told, not thrown. */
export async function listRecipes(folders: readonly string[]): Promise<RecipeList> {
  const loaded = new Map<string, LoadedRecipe>();
  const bad: { file: string; diagnostics: readonly Diagnostic[] }[] = [];
  for (const folder of folders) {
    for (const file of await recipeFiles(folder)) {
      try {
        const recipe = await loadRecipe(file);
        if (!loaded.has(recipe.recipe.id)) loaded.set(recipe.recipe.id, recipe);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        bad.push({ file, diagnostics: error.diagnostics });
      }
    }
  }
  return { loaded: [...loaded.values()].sort((a, b) => byCodeUnit(a.recipe.id, b.recipe.id)), bad };
}

/**
 * A recipe by its id, looked for in the folders in order, or by the path of its file (what has a '/' or ends in .yaml).
 * @throws UserError when there is none, with what was probably meant; or when it is not valid.
 */
export async function findRecipe(nameOrPath: string, folders: readonly string[]): Promise<LoadedRecipe> {
  if (/[\\/]|\.(?:patch|diff)$/.test(nameOrPath) || YAML.test(nameOrPath)) return loadRecipe(path.resolve(nameOrPath));
  for (const folder of folders) {
    for (const extension of ['.yaml', '.yml']) {
      const file = path.join(folder, nameOrPath + extension);
      if (existsSync(file)) return loadRecipe(file);
    }
  }
  const { loaded } = await listRecipes(folders);
  const byId = loaded.find((r) => r.recipe.id === nameOrPath);
  if (byId !== undefined) return byId;
  throw new UserError({
    code: 'recipe/not-found',
    message: `there is no recipe "${nameOrPath}"`,
    hint: suggest(
      nameOrPath,
      loaded.map((r) => r.recipe.id),
      'recipes',
    ),
  });
}
