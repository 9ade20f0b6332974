import { findRecipe } from './find.ts';
import { resolveParams } from './params.ts';
import type { LoadedRecipe, Params } from './types.ts';

export interface RecipeItem {
  readonly recipe: LoadedRecipe;
  readonly params: Params;
}

type Given = Readonly<Record<string, string | number | boolean>>;

/**
 * A recipe by its name or file, with the parameters that were given for it.
 * @param given by name; or by the id of the recipe, which a file may not be called by.
 * @param include globs of files beside its own in which its edits are made as well.
 * @throws UserError when there is no such recipe, or it does not take these.
 */
export async function recipeItem(
  name: string,
  folders: readonly string[],
  given: Given | ((id: string) => Given),
  include: readonly string[] = [],
): Promise<RecipeItem> {
  const found = await findRecipe(name, folders);
  const recipe = include.length === 0 ? found : { ...found, include };
  const values = typeof given === 'function' ? given(recipe.recipe.id) : given;
  const texts = Object.entries(values).map(([key, value]) => [key, String(value)] as const);
  return { recipe, params: resolveParams(recipe, Object.fromEntries(texts)) };
}
