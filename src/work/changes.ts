import { existsSync } from 'node:fs';
import path from 'node:path';
import { givenCommits, rangeOf } from '../change/commits.ts';
import { givenEdits } from '../change/edits.ts';
import { namesPatches, parseFolders, patchFolders } from '../change/patch-files.ts';
import { givenPatches } from '../change/patches.ts';
import { VERSION_FILE } from '../checkout/version.ts';
import { parsePatch } from '../diff/read.ts';
import type { ParsedPatch } from '../diff/types.ts';
import type { GivenChange, SeriesItem } from '../patch/series.ts';
import { recipeItem } from '../recipe/item.ts';
import type { RunRequest } from '../run/request.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { refuseTogether, usage } from './options.ts';
import { portFiles } from './port.ts';
import { paramsOf, recipeFolders, recipeId, refuseStrayParams } from './recipes.ts';
import type { ChangeOptions, RecipeOptions } from './run-options.ts';

export interface AskedChanges {
  readonly items: readonly SeriesItem[];
  /** The same, for the request. */
  readonly changes: RunRequest['changes'];
  /** The commit that they are made on, where it is not the checkout as it is. */
  readonly base: string | undefined;
}

type Options = RecipeOptions & ChangeOptions & { readonly ref?: string | undefined };

/**
 * What was named, as changes in the order in which they were written: recipes, patch files and folders of them, ranges of
 * commits. Commits of --head come first, uncommitted edits after all commits.
 * @param taken names that changes beside these have.
 * @throws UserError for what is not there, or cannot be together.
 */
export async function changesAsked(
  names: readonly string[],
  options: Options,
  ctx: Context,
  taken: Set<string> = new Set(),
): Promise<AskedChanges> {
  const ranges = names.flatMap((name) => rangeNamed(name) ?? []);
  const ofHead = headRange(options);
  const all = [...(ofHead === undefined ? [] : [ofHead]), ...ranges];
  const [range, second] = all;
  if (second !== undefined)
    throw usage(
      `${range?.from}..${range?.to} and ${second.from}..${second.to}: one range of commits makes one base`,
      'name one of them',
    );
  if (range !== undefined || options.dirty)
    refuseTogether(options, range === undefined ? '--dirty' : 'commits', ['ref']);
  const recipes = names.filter((name) => rangeNamed(name) === undefined && !isPatch(name));
  refuseStrayParams(recipes.map(recipeId), options.param);
  const [stray] = recipes.length === 0 ? options.param : [];
  if (stray !== undefined) throw usage(`--param ${stray.name}: no recipe is named that could take it`, 'leave it out');
  for (const name of recipes) taken.add(recipeId(name));
  const commits = range && (await givenCommits(options.checkout, range.from, range.to, ctx));
  const edits = options.dirty ? await givenEdits(options.checkout, ctx) : undefined;
  const items: SeriesItem[] = [];
  const changes: RunRequest['changes'] = [];
  const give = (given: readonly GivenChange[]) => {
    for (const one of given) {
      taken.add(one.identity.id);
      items.push({ given: one, params: {} });
      changes.push({ given: one.identity.id });
    }
  };
  give(commits?.changes ?? []);
  give(edits === undefined ? [] : [edits.change]);
  for (const name of names) {
    if (rangeNamed(name) !== undefined) continue;
    if (isPatch(name)) {
      const patches = await patchesIn(name, options, ctx);
      give(givenPatches(patches, options.strip, taken, ctx));
      continue;
    }
    const params = paramsOf(recipeId(name), options.param);
    items.push(await recipeItem(name, recipeFolders(options.recipesDir), params, options.include));
    changes.push({ recipe: name, params });
  }
  return { items, changes, base: commits?.base ?? edits?.base };
}

/** `BASE..HEAD`, unless a file is called so. */
export const rangeNamed = (name: string) =>
  existsSync(name) || /[\\/]\.\.|^\.\./.test(name) ? undefined : rangeOf(name);

function headRange({ head, upstream }: ChangeOptions) {
  if (head === undefined && upstream === undefined) return undefined;
  return { from: upstream ?? 'HEAD', to: head ?? 'HEAD' };
}

/** @throws UserError for a CPython tree: it is what recipes are made for. */
function isPatch(name: string): boolean {
  if (!namesPatches(name)) return false;
  if (!existsSync(path.join(name, VERSION_FILE))) return true;
  throw new UserError({
    code: 'change/tree',
    message: `${name} is a CPython tree, not a change of one`,
    place: { file: name },
    hint: `did you mean --checkout ${name}?`,
  });
}

/** The patches of a file or folder; with --port-from as they are after they were carried to the checkout. */
async function patchesIn(
  name: string,
  { portFrom, checkout, strip }: Options,
  ctx: Context,
): Promise<readonly ParsedPatch[]> {
  const folders = await patchFolders([name], ctx);
  if (portFrom === undefined) return parseFolders(folders);
  if (name === '-') throw usage('--port-from: standard input cannot be ported', 'write the patch to a file first');
  const files = folders.flatMap(({ patches }) => patches.map(({ file }) => file));
  const { result } = await portFiles(
    files,
    { checkout, from: portFrom, ...(strip === undefined ? {} : { strip }) },
    ctx,
  );
  const left = result.patches.flatMap(({ changes }) => changes.filter(({ outcome }) => outcome === 'needs-a-person'));
  if (left.length > 0) {
    throw new UserError(
      left.map(({ patch, patchLine, oldFile, reasons }) => ({
        code: 'change/not-ported',
        message: `this hunk of ${oldFile} cannot be carried from ${portFrom} to the checkout: ${reasons.join('; ')}`,
        place: { file: patch, line: patchLine },
        hint: 'carry the patch with `forkwright port`, place the rest by hand, and name the result',
      })),
      1,
    );
  }
  return result.patches.flatMap(({ name: file, text }) => (text === '' ? [] : parsePatch(text, file)));
}
