import type { Diagnostic, Place } from '../system/diagnostic.ts';
import type { Recipe } from './schema.ts';

export type ParamValue = string | number | boolean;
/** Every parameter of a recipe with its value: given or default. */
export type Params = Readonly<Record<string, ParamValue>>;

/** A path into the YAML document: `["edits", 2, "fold", "if"]`. */
export type YamlPath = readonly (string | number)[];

/** A recipe that passed all checks. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  /** Globs of files beside the recipe's own in which its edits of code are made as well: a fork's second users of a field. */
  readonly include?: readonly string[] | undefined;
  /** Where a member stands in the file, for messages. */
  readonly placeOf: (path: YamlPath) => Place;
}

/** What came of a folder full of recipes. */
export interface RecipeList {
  readonly loaded: readonly LoadedRecipe[];
  readonly bad: readonly { readonly file: string; readonly diagnostics: readonly Diagnostic[] }[];
}
