import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { folderTree, openCheckout } from '../../checkout/index.ts';
import { generateSeries } from '../../patch/index.ts';
import { findRecipe, resolveParams } from '../../recipe/index.ts';
import { runChecks, runChecksOnFiles } from '../../review/checks/index.ts';
import { renderReviewHtml } from '../../review/html/page.ts';
import { readPatchText } from '../../review/model/read-patch.ts';
import type { Review } from '../../review/types.ts';
import type { RunRequest } from '../../run/request.ts';
import type { RunRecord } from '../../run/types.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { buildsOf, proofsOf, reviewRun } from './run-facts.ts';
import {
  checkedPatches,
  checkoutFacts,
  type GeneratedSubject,
  generatedPatches,
  reviewPatches,
  titleOf,
} from './subject.ts';

/**
 * Writes `review.html` into a run folder: the patches with what the run said of them. Where the checkout has changed since
 * they were made, they are shown as their files have them.
 * @returns the file; `undefined` when the run has no patch.
 */
export async function writeRunReview(
  dir: string,
  request: RunRequest,
  record: RunRecord,
  recipeFolders: readonly string[],
  ctx: Context,
): Promise<string | undefined> {
  const review = await reviewOfRun(dir, request, record, recipeFolders, ctx);
  if (review === undefined) return undefined;
  const file = path.join(dir, 'review.html');
  await writeFileAtomic(file, renderReviewHtml(review));
  return file;
}

/** The review that `writeRunReview` writes; `undefined` when the run has no patch. */
export async function reviewOfRun(
  dir: string,
  request: RunRequest,
  record: RunRecord,
  recipeFolders: readonly string[],
  ctx: Context,
): Promise<Review | undefined> {
  if (!record.patches.some(({ verdict }) => verdict === 'applies')) return undefined;
  const subject = await sameSubject(request, record, recipeFolders, ctx);
  return subject === undefined ? reviewOfRunFiles(dir, record) : ofSubject(subject, record, ctx);
}

/** The recipes on the checkout once more, when they yield what the run measured. */
async function sameSubject(
  request: RunRequest,
  record: RunRecord,
  recipeFolders: readonly string[],
  ctx: Context,
): Promise<GeneratedSubject | undefined> {
  try {
    const items = await Promise.all(
      request.recipes.map(async ({ name, params }) => {
        const found = await findRecipe(name, recipeFolders);
        const recipe = request.include === undefined ? found : { ...found, include: request.include };
        const given = Object.entries(params).map(([key, value]) => [key, String(value)] as const);
        return { recipe, params: resolveParams(recipe, Object.fromEntries(given)) };
      }),
    );
    const checkout = await openCheckout(request.checkout, ctx);
    const tree = folderTree(checkout, ctx);
    const subject = { tree, checkout, series: await generateSeries(items, tree) };
    const made = generatedPatches(subject).map(({ sha256 }) => sha256);
    const measured = record.patches.flatMap(({ sha256 }) => (sha256 === undefined ? [] : [sha256]));
    return made.join() === measured.join() ? subject : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function ofSubject(subject: GeneratedSubject, record: RunRecord, ctx: Context): Promise<Review> {
  const patches = reviewPatches(subject, proofsOf(record));
  return {
    schemaVersion: 1,
    title: titleOf(subject),
    checkout: checkoutFacts(subject),
    patches,
    checks: await runChecks({ ...checkedPatches(subject), tree: subject.tree, builds: buildsOf(record) }, ctx),
    run: reviewRun(record),
  };
}

/** Of a run whose checkout is not at hand: its patches as their files in the run folder have them. */
export async function reviewOfRunFiles(dir: string, record: RunRecord): Promise<Review> {
  const files = record.patches.flatMap(({ file }) => (file === undefined ? [] : [path.join(dir, file)]));
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'latin1') })));
  const patches = texts.flatMap(({ file, text }) => readPatchText(text, { file: path.basename(file) }));
  const checks = await runChecksOnFiles(patches, 'The checkout is not as it was when the patches were made.');
  const title = `${record.patches.map(({ recipe }) => recipe.id).join(', ')} on CPython ${record.checkout.pythonVersion}`;
  return { schemaVersion: 1, title, patches, checks, run: reviewRun(record) };
}
