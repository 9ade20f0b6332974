import path from 'node:path';
import { packageRoot } from '../system/assets.ts';
import { UserError } from '../system/diagnostic.ts';
import type { ParamOption } from './run-options.ts';

export function paramsOf(recipe: string, params: readonly ParamOption[]): Record<string, string> {
  return Object.fromEntries(
    params.filter((p) => p.recipe === undefined || p.recipe === recipe).map((p) => [p.name, p.value]),
  );
}

/** @throws UserError when a parameter is addressed to a recipe that was not named. */
export function refuseStrayParams(recipes: readonly string[], params: readonly ParamOption[]): void {
  const stray = params.find((p) => p.recipe !== undefined && !recipes.includes(p.recipe));
  if (stray === undefined) return;
  throw new UserError({
    code: 'cli/param',
    message: `--param ${stray.recipe}.${stray.name}: no recipe "${stray.recipe}" was named`,
    hint: `the recipes are: ${recipes.join(', ')}`,
  });
}

/** A recipe's name as parameters are addressed: of a file its base name. */
export function recipeId(nameOrPath: string): string {
  return path.basename(nameOrPath).replace(/\.ya?ml$/, '');
}

/** Where recipes are looked for: the folders that the user named, ./recipes, and the shipped ones. */
export const recipeFolders = (named: readonly string[]): string[] => [
  ...new Set([...named, 'recipes', path.join(packageRoot(), 'recipes')].map((dir) => path.resolve(dir))),
];
