export { didYouMean, suggest } from './did-you-mean.ts';
export { findRecipe, listRecipes } from './find.ts';
export { recipeJsonSchema } from './json-schema.ts';
export { lintRecipe, loadRecipe, parseRecipe } from './load.ts';
export { holds, interpolate, resolveParams } from './params.ts';
export type { Edit, EditKind, EditOf, ParamDeclaration, Recipe } from './schema.ts';
export { recipeTemplate } from './template.ts';
export type { LoadedRecipe, Params, ParamValue, RecipeList, YamlPath } from './types.ts';
export { inRange, parseVersionRange, type VersionRange } from './version-range.ts';
