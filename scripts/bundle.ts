/** What the bundle of the command line and that of the Action have in common. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RolldownLog } from 'rolldown';
import { parse } from 'yaml';
import { BAKED_ASSET, bake } from '../src/recipe/baked.ts';
import { parseRecipe } from '../src/recipe/parse.ts';
import { PROGRAMS } from '../src/system/assets.ts';
import { byCodeUnit } from '../src/system/hash.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Programs of ours that are started as processes of their own: an entry each. */
export const PROGRAM_INPUTS = Object.fromEntries(
  Object.entries(PROGRAMS).map(([name, file]) => [name, path.join(root, 'src', file)]),
);

/** Libraries are as they are; what is said of our own code counts. */
export function onLog(level: 'info' | 'debug' | 'warn', log: RolldownLog, say: LogSink): void {
  if (!`${log.id ?? ''} ${log.message}`.includes('node_modules/')) say(level, log);
}
type LogSink = (level: 'info' | 'debug' | 'warn' | 'error', log: RolldownLog) => void;

/** Everything that is not TypeScript: the rooms' assets, the parsers' WASM, the recipes read beforehand. */
export async function writeAssets(out: string): Promise<void> {
  for (const room of (await readdir(path.join(root, 'src'))).sort(byCodeUnit)) {
    const from = path.join(root, 'src', room, 'assets');
    await cp(from, path.join(out, 'assets', room), { recursive: true }).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await mkdir(path.join(out, 'assets/wasm'), { recursive: true });
  for (const wasm of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm']) {
    await cp(path.join(root, 'node_modules', wasm), path.join(out, 'assets/wasm', path.basename(wasm)));
  }
  const baked: Record<string, unknown> = {};
  const recipes = (await readdir(path.join(root, 'recipes'))).filter((file) => file.endsWith('.yaml'));
  for (const name of recipes.sort(byCodeUnit)) {
    const bytes = await readFile(path.join(root, 'recipes', name));
    const { loaded } = parseRecipe(name, bytes);
    // A recipe with a mistake is told when it is asked for, as every recipe is.
    if (loaded !== undefined) baked[loaded.hash] = bake(loaded, parse(bytes.toString()));
  }
  await mkdir(path.dirname(path.join(out, 'assets', BAKED_ASSET)), { recursive: true });
  await writeFile(path.join(out, 'assets', BAKED_ASSET), JSON.stringify(baked));
}
