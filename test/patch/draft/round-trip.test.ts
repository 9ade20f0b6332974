/** What a recipe makes of a source, drafted back into a recipe, makes the same bytes: for each kind of edit and each shape. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { draftEdits } from '../../../src/patch/draft/draft.ts';
import { loadRecipe } from '../../../src/recipe/index.ts';
import { memoryTree } from '../memory-tree.ts';
import { generate, recipeOf, recipesFolder } from '../recipes.ts';
import { shapes, sourcesBefore } from '../zombie-sources.ts';

const EXAMPLES = parse(
  readFileSync(new URL('../../recipe/language-examples.yaml', import.meta.url), 'utf8'),
) as Readonly<Record<string, { readonly files: Readonly<Record<string, string | null>>; readonly edits: string }>>;
/** Those that change no file, or by a run of CPython's generators. */
const OTHERS = new Set(['build-option', 'regenerate']);

/** The kinds of edits that a draft has, which the generator made the same bytes of. */
async function redrafted(
  recipe: Parameters<typeof generate>[0],
  files: Readonly<Record<string, string>>,
  python = '3.9.2',
) {
  const tree = memoryTree(files, python);
  const made = await generate(recipe, tree);
  if (made.verdict !== 'applies') throw new Error(`${made.verdict}: ${JSON.stringify(made)}`);
  const patched = made.patch.files.map((f) => ({ path: f.path, before: files[f.path], after: f.after, mode: false }));
  const drafted = await draftEdits(patched, tree);
  expect(drafted).toMatchObject({ differs: undefined, left: [] });
  return drafted;
}

test.each(Object.entries(EXAMPLES).filter(([kind]) => !OTHERS.has(kind)))(
  'what %s makes',
  async (_, { files, edits }) => {
    const there = Object.fromEntries(
      Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
    );
    const head = `id: example\ntitle: An example\nwhy: because\ncpython: ">=2.5"\nfiles: [${Object.keys(files).join(', ')}]`;
    await redrafted(recipeOf(`${head}\nedits:\n${edits}`), there);
  },
);

test.each(shapes)('the removal of the zombie frame, of $python', async (shape) => {
  const recipe = await loadRecipe(`${recipesFolder}/remove-zombieframe.yaml`);
  await redrafted(recipe, sourcesBefore(shape), shape.python);
});
