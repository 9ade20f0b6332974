import path from 'node:path';
import { keptChange } from '../change/between-trees.ts';
import { patchSchema } from '../patch/schema.ts';
import type { SeriesItem, SeriesResult } from '../patch/series.ts';
import { recipeItem } from '../recipe/item.ts';
import { UserError } from '../system/diagnostic.ts';
import { readJson, writeJson } from '../system/files.ts';
import type { RunFolder } from './folder.ts';
import type { RunRequest } from './request.ts';

const fileOf = (folder: RunFolder, id: string) => path.join(folder.changes, `${id}.json`);

/** Keeps what no recipe can make again in the run's folder: a patch file may be edited, a branch may move on. */
export async function keepGiven(folder: RunFolder, series: readonly SeriesResult[]): Promise<void> {
  for (const { given, identity, result } of series) {
    if (given !== undefined && result.verdict === 'applies') await writeJson(fileOf(folder, identity.id), result.patch);
  }
}

/** The changes of a run that was begun, by sides. @throws UserError for a recipe that is gone, or a kept change that is damaged. */
export async function requestedItems(
  { changes, sides, include }: RunRequest,
  folder: RunFolder,
  recipeFolders: readonly string[],
): Promise<{ readonly patched: readonly SeriesItem[]; readonly baseline?: readonly SeriesItem[] }> {
  const all = (asked: RunRequest['changes']) => itemsOf(asked, include, folder, recipeFolders);
  if (sides === undefined) return { patched: await all(changes) };
  return { baseline: await all(sides[0].changes), patched: await all(sides[1].changes) };
}

function itemsOf(
  changes: RunRequest['changes'],
  include: RunRequest['include'],
  folder: RunFolder,
  recipeFolders: readonly string[],
): Promise<readonly SeriesItem[]> {
  return Promise.all(
    changes.map(async (change): Promise<SeriesItem> => {
      if ('recipe' in change) return recipeItem(change.recipe, recipeFolders, change.params, include);
      const file = fileOf(folder, change.given);
      const kept = await readJson(file, patchSchema, 'a change that the run was started with');
      if (kept !== undefined) return { given: keptChange(kept, file), params: {} };
      throw new UserError({
        code: 'run/change-gone',
        message: `the run's folder has lost the change ${change.given}`,
        place: { file },
        hint: 'start a new run',
      });
    }),
  );
}
