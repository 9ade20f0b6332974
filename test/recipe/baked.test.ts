import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { bake, unbake } from '../../src/recipe/baked.ts';
import { parseRecipe } from '../../src/recipe/index.ts';
import type { YamlPath } from '../../src/recipe/types.ts';

const folder = fileURLToPath(new URL('../../recipes', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function* pathsOf(value: unknown, at: YamlPath = []): Generator<YamlPath> {
  yield at;
  // Places of what is not there are asked for too: a parameter that is missing, say.
  yield [...at, 'none'];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value))
    yield* pathsOf(member, [...at, Array.isArray(value) ? Number(key) : key]);
}

test.each(files)('%s comes back from the bundle as it was parsed, places included', (name) => {
  const bytes = readFileSync(path.join(folder, name));
  const { loaded } = parseRecipe(name, bytes);
  if (loaded === undefined) throw new Error(`${name} is not valid`);
  const data = parse(bytes.toString());
  const back = unbake(name, loaded.hash, JSON.parse(JSON.stringify(bake(loaded, data))));
  expect(back.recipe).toEqual(loaded.recipe);
  expect(back.hash).toBe(loaded.hash);
  for (const at of pathsOf(data)) expect(back.placeOf(at), JSON.stringify(at)).toEqual(loaded.placeOf(at));
});
