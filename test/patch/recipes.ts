import { fileURLToPath } from 'node:url';
import type { SourceTree } from '../../src/checkout/types.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { generatePatch, type PatchHeader, readPatchHeader } from '../../src/patch/index.ts';
import type { GenerateResult } from '../../src/patch/types.ts';
import { type LoadedRecipe, parseRecipe, resolveParams } from '../../src/recipe/index.ts';

export const recipesFolder = fileURLToPath(new URL('../../recipes', import.meta.url));

/** A recipe from YAML text; throws what is wrong with it. */
export function recipeOf(yaml: string): LoadedRecipe {
  const { loaded, diagnostics } = parseRecipe('test.yaml', Buffer.from(yaml));
  if (loaded === undefined) throw new Error(diagnostics.map((d) => `${d.place?.line}: ${d.message}`).join('\n'));
  return loaded;
}

/** A recipe with just these edits on `a.c` (YAML, indented by two). */
export function recipeWith(edits: string, more = ''): LoadedRecipe {
  return recipeOf(
    `id: test\ntitle: A test\nwhy: because\ncpython: ">=2.5"\nfiles: ["**/*.c", "**/*.h", "**/*.py"]\n${more}\nedits:\n${edits}`,
  );
}

export function generate(
  recipe: LoadedRecipe,
  tree: SourceTree,
  given: Readonly<Record<string, string>> = {},
): Promise<GenerateResult> {
  return generatePatch(recipe, resolveParams(recipe, given), tree);
}

/** The text of a file after the patch; fails with the problems when there is no patch. */
export function after(result: GenerateResult, path: string): string {
  if (result.verdict !== 'applies') throw new Error(`${result.verdict}: ${problemsOf(result).join('\n')}`);
  return result.patch.files.find((f) => f.path === path)?.after ?? '(unchanged)';
}

/** Problems as `code file:line message`. */
export function problemsOf(result: GenerateResult): string[] {
  if (result.verdict === 'already-applied' || result.verdict === 'not-applicable') return [result.why];
  const list = result.verdict === 'applies' ? result.warnings : result.problems;
  return list.map((d) => `${d.code} ${d.place?.file ?? ''}:${d.place?.line ?? ''} ${d.message}`);
}

/** What the header of a patch file says, when Forkwright made it. */
export function headerOf(text: string): PatchHeader | undefined {
  const [parsed] = text === '' ? [] : parsePatch(text, 'x.patch');
  return parsed === undefined ? undefined : readPatchHeader(parsed);
}
