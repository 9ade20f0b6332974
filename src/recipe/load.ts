import { readFile } from 'node:fs/promises';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { withFileProblems } from '../system/files.ts';
import { sha256 } from '../system/hash.ts';
import { bakedRecipe } from './baked.ts';
import type { LoadedRecipe } from './types.ts';

/**
 * Reads a recipe and checks everything that can be checked without a tree.
 * @throws UserError (exit code 2) with every problem found, each with the line and column in the YAML.
 */
export async function loadRecipe(file: string): Promise<LoadedRecipe> {
  const bytes = await withFileProblems(`read the recipe ${file}`, () => readFile(file));
  const baked = await bakedRecipe(file, sha256(bytes));
  if (baked !== undefined) return baked;
  const { parseRecipe } = await import('./parse.ts');
  const { loaded, diagnostics } = parseRecipe(file, bytes);
  if (loaded === undefined) throw new UserError(diagnostics);
  return loaded;
}

/** All that is wrong with a recipe; empty when it is fine. @throws UserError when it cannot be read. */
export async function lintRecipe(file: string): Promise<readonly Diagnostic[]> {
  const bytes = await withFileProblems(`read the recipe ${file}`, () => readFile(file));
  const { parseRecipe } = await import('./parse.ts');
  return parseRecipe(file, bytes).diagnostics;
}
