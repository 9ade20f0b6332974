/**
 * Writes docs/recipes.md from the recipes.
 * `node scripts/docs-recipes.ts` keeps the table of verdicts; with source trees as arguments it is made anew from them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../src/system/cache-folder.ts';
import type { Context } from '../src/system/context.ts';
import { openFolder, verdictsOn } from './recipe-verdicts.ts';
import { recipesPage, verdictsIn } from './recipes-page.ts';

const PAGE = fileURLToPath(new URL('../docs/recipes.md', import.meta.url));
const RECIPES = fileURLToPath(new URL('../recipes', import.meta.url));

const ctx: Context = {
  emit: () => {},
  signal: new AbortController().signal,
  cacheDir: cacheFolder(process.env),
  jobs: 1,
  env: process.env,
};
const folders = process.argv.slice(2);
const table =
  folders.length === 0
    ? verdictsIn(await readFile(PAGE, 'utf8').catch(() => ''))
    : await verdictsOn(RECIPES, await Promise.all(folders.map((f) => openFolder(f, ctx))));
await writeFile(PAGE, await recipesPage(RECIPES, table));
