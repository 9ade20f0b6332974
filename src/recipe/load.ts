import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { readAtOnce } from '../system/files.ts';
import { sha256 } from '../system/hash.ts';
import { bakedRecipe } from './baked.ts';
import type { LoadedRecipe, YamlPath } from './types.ts';

/**
 * Reads a recipe and checks everything that can be checked without a tree.
 * @throws UserError (exit code 2) with every problem found, each with the line and column in the YAML.
 */
export async function loadRecipe(file: string): Promise<LoadedRecipe> {
  const bytes = await readRecipe(file);
  const baked = await bakedRecipe(file, sha256(bytes));
  if (baked !== undefined) return baked;
  const { parseRecipe } = await import('./parse.ts');
  const { loaded, diagnostics } = parseRecipe(file, bytes);
  if (loaded === undefined) throw new UserError(diagnostics);
  return loaded;
}

/** A recipe, or all that is wrong with it but for its C, which `lintEdits` reads. @throws UserError when it cannot be read. */
export async function lintRecipe(
  file: string,
): Promise<{ readonly loaded?: LoadedRecipe; readonly diagnostics: readonly Diagnostic[] }> {
  const bytes = await readRecipe(file);
  const { parseRecipe } = await import('./parse.ts');
  const parsed = parseRecipe(file, bytes);
  return parsed.loaded === undefined ? parsed : { ...parsed, diagnostics: unfinished(parsed.loaded) };
}

/** Texts of the template that nobody has filled in. */
function unfinished({ recipe, placeOf }: LoadedRecipe): Diagnostic[] {
  const walk = (value: unknown, path: YamlPath): Diagnostic[] => {
    if (Array.isArray(value)) return value.flatMap((one, i) => walk(one, [...path, i]));
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, one]) => walk(one, [...path, name]));
    if (typeof value !== 'string' || !/\bTODO\b/.test(value)) return [];
    const message = `"${path.at(-1)}" is not filled in yet: ${value}`;
    return [{ code: 'recipe/unfinished', message, place: placeOf(path), hint: 'write what belongs there' }];
  };
  const edits = recipe.edits.map(({ kind, ...edit }) => ({ [kind]: edit }));
  return walk({ ...recipe, edits }, []);
}

/** A recipe longer than this is none: the longest that is shipped has 9 kB. */
const LONGEST = 1 << 20;

const PATCH = /^(?:diff |Index: |From |--- .*\n\+\+\+ )/;

async function readRecipe(file: string): Promise<Uint8Array> {
  const bytes = await readAtOnce(file, `read the recipe ${file}`, (stat) => {
    if (stat.isDirectory())
      return notARecipe(file, 'it is a folder', 'name the files in it: forkwright recipes lint FOLDER/*.yaml');
    if (!stat.isFile()) return notARecipe(file, 'it is not a regular file', 'write the recipe to a file first');
    const why = `it has ${stat.size} bytes, which no recipe has`;
    return stat.size > LONGEST ? notARecipe(file, why, 'check the path') : undefined;
  });
  if (!/\.(?:patch|diff)$/.test(file) && !PATCH.test(bytes.toString('latin1', 0, 999))) return bytes;
  throw notARecipe(
    file,
    'it is a patch',
    '`forkwright run` takes it as it is; or use `git apply`, `forkwright review`, `forkwright port`, or draft a recipe of it: `forkwright recipes new NAME --from FILE`',
  );
}

function notARecipe(file: string, why: string, hint: string): UserError {
  return new UserError({ code: 'recipe/not-a-file', message: `cannot read the recipe: ${why}`, place: { file }, hint });
}
