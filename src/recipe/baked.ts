import { readFile } from 'node:fs/promises';
import { assetPath } from '../system/assets.ts';
import type { Recipe } from './schema.ts';
import type { LoadedRecipe, YamlPath } from './types.ts';

/** Line, column, length, where a member of the YAML stands. */
type Span = readonly [line: number, column: number, length: number];

/** A recipe that was parsed and checked when Forkwright was bundled. */
export interface BakedRecipe {
  readonly recipe: Recipe;
  /** By the path's JSON; the whole document is `[]`. */
  readonly places: Readonly<Record<string, Span>>;
}

/** In the bundle: by the SHA-256 of the recipe file's bytes. */
export const BAKED_ASSET = 'recipe/baked.json';

let all: Promise<Readonly<Record<string, BakedRecipe>>> | undefined;

/**
 * A recipe as it was baked, when its file is still the same: to load the YAML parser and the schemas takes longer than
 * to make a patch. Without a bundle there are none.
 */
export async function bakedRecipe(file: string, hash: string): Promise<LoadedRecipe | undefined> {
  all ??= readBaked().catch(() => ({}));
  const baked = (await all)[hash];
  return baked === undefined ? undefined : unbake(file, hash, baked);
}

async function readBaked(): Promise<Readonly<Record<string, BakedRecipe>>> {
  return JSON.parse(await readFile(assetPath(BAKED_ASSET), 'utf8'));
}

export function unbake(file: string, hash: string, { recipe, places }: BakedRecipe): LoadedRecipe {
  const placeOf = (path: YamlPath) => {
    for (let n = path.length; n >= 0; n--) {
      const span = places[JSON.stringify(path.slice(0, n))];
      if (span !== undefined) return { file, line: span[0], column: span[1], length: span[2] };
    }
    return { file };
  };
  return { recipe, file, hash, placeOf };
}

/** @param data the YAML as plain data: its paths are those that have a place. */
export function bake(loaded: LoadedRecipe, data: unknown): BakedRecipe {
  const places: Record<string, Span> = {};
  const visit = (value: unknown, path: YamlPath): void => {
    const { line = 1, column = 1, length = 0 } = loaded.placeOf(path);
    places[JSON.stringify(path)] = [line, column, length];
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value))
      visit(member, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(data, []);
  return { recipe: loaded.recipe, places };
}
