export { findRecipe, listRecipes } from './find.ts';
export { lintRecipe, loadRecipe } from './load.ts';
export { MEASURED_HOW, measuredRows } from './measured.ts';
export { resolveParams } from './params.ts';
export { parseRecipe } from './parse.ts';
export type { Edit } from './schema.ts';
export { recipeTemplate } from './template.ts';
export type { LoadedRecipe } from './types.ts';
export { inRange, parseVersionRange } from './version-range.ts';
