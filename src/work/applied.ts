import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { gitTree } from '../checkout/index.ts';
import type { Checkout } from '../checkout/types.ts';
import { generateSeries } from '../patch/index.ts';
import { patchSchema } from '../patch/schema.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { RecipeItem } from '../recipe/item.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { readJson, writeJson } from '../system/files.ts';
import { sha256 } from '../system/hash.ts';

/** What `apply` remembers of a checkout, so that `apply --reverse` can give every byte back. */
const appliedSchema = z.object({
  root: z.string(),
  patches: z.array(patchSchema),
});

const fileFor = (root: string, ctx: Context) => path.join(ctx.cacheDir, 'applied', `${sha256(root).slice(0, 16)}.json`);

const knownOf = async (root: string, ctx: Context): Promise<readonly GeneratedPatch[]> =>
  (await readJson(fileFor(root, ctx), appliedSchema, 'the record of applied patches').catch(() => undefined))
    ?.patches ?? [];

export async function rememberApplied(
  checkout: Checkout,
  patches: readonly GeneratedPatch[],
  ctx: Context,
): Promise<void> {
  const { root } = checkout;
  const ids = new Set(patches.map((patch) => patch.recipe.id));
  const others = (await knownOf(root, ctx)).filter((patch) => !ids.has(patch.recipe.id));
  await writeJson(fileFor(root, ctx), { root, patches: [...others, ...patches] });
}

/**
 * The patches that are to be taken out of a checkout, in the order in which they were applied: as `apply` remembers them,
 * or, in a git checkout, as they would be made from HEAD. Only patches whose result the files are now, to the byte.
 * @throws UserError (exit code 1) when neither is what the checkout holds: nothing is guessed.
 */
export async function appliedPatches(
  checkout: Checkout,
  items: readonly RecipeItem[],
  ctx: Context,
): Promise<readonly GeneratedPatch[]> {
  const wanted = items.map(({ recipe }) => recipe.recipe.id);
  const remembered = (await knownOf(checkout.root, ctx)).filter((patch) => wanted.includes(patch.recipe.id));
  if (remembered.length === wanted.length && (await isResult(checkout.root, remembered))) return remembered;
  if (checkout.base.kind === 'git') {
    const results = await generateSeries(items, await gitTree(checkout.root, 'HEAD', ctx));
    const made = results.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));
    if (made.length === wanted.length && (await isResult(checkout.root, made))) return made;
  }
  throw new UserError(
    {
      code: 'cli/not-applied',
      message: `the checkout does not hold exactly what ${wanted.join(', ')} made of it`,
      place: { file: checkout.root },
      hint: 'use `git revert` or `git checkout` for what is under version control, or `patch -R -p1 < FILE` with the patch that was applied',
    },
    1,
  );
}

async function isResult(root: string, patches: readonly GeneratedPatch[]): Promise<boolean> {
  const last = new Map(
    patches.flatMap((patch) =>
      patch.files.map((file) => [file.path, file.is === 'removed' ? undefined : file.after] as const),
    ),
  );
  for (const [file, after] of last) {
    const is = await readFile(path.join(root, file), 'latin1').catch(() => undefined);
    if (is !== after) return false;
  }
  return last.size > 0;
}
