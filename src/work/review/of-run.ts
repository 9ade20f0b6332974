import path from 'node:path';
import { readLatin1 } from '../../checkout/latin1.ts';
import type { Checkout } from '../../checkout/types.ts';
import { runChecksOnFiles } from '../../review/checks/index.ts';
import { renderReviewHtml } from '../../review/html/page.ts';
import { readPatchText } from '../../review/model/read-patch.ts';
import type { Review } from '../../review/types.ts';
import type { RunRecord } from '../../run/types.ts';
import type { Context } from '../../system/context.ts';
import { readInside, writeFileAtomic } from '../../system/files.ts';
import { patchesOf } from '../series.ts';
import { runFacts } from './run-facts.ts';
import { type GeneratedSubject, reviewOfSubject } from './subject.ts';

/**
 * Writes `review.html` into a run folder: the patches with what the run said of them. Where the checkout has changed since
 * they were made, they are shown as their files have them.
 * @param subject what the run was made from.
 * @returns the review; `undefined` when the run has no patch.
 */
export async function writeRunReview(
  dir: string,
  record: RunRecord,
  subject: GeneratedSubject & { readonly checkout: Checkout },
  ctx: Context,
): Promise<Review | undefined> {
  if (!record.patches.some(({ verdict }) => verdict === 'applies')) return undefined;
  const review = (await asItWas(subject))
    ? await reviewOfSubject(subject, undefined, runFacts(record), ctx)
    : await reviewOfRunFiles(dir, record);
  await writeFileAtomic(path.join(dir, 'review.html'), renderReviewHtml(review));
  return review;
}

async function asItWas(subject: GeneratedSubject & { readonly checkout: Checkout }): Promise<boolean> {
  const first = Map.groupBy(
    patchesOf(subject).flatMap(({ files }) => files),
    ({ path: name }) => name,
  );
  for (const [name, [{ before } = { before: '' }]] of first) {
    if (((await readLatin1(path.join(subject.checkout.root, name))) ?? '') !== before) return false;
  }
  return true;
}

/** Of a run whose checkout is not at hand: its patches as their files in the run folder have them. */
export async function reviewOfRunFiles(dir: string, record: RunRecord): Promise<Review> {
  const files = record.patches.flatMap(({ file }) => file ?? []);
  const read = async (file: string) => (await readInside(dir, file, `read ${file}`)).toString('latin1');
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await read(file) })));
  const patches = texts.flatMap(({ file, text }) => readPatchText(text, { file: path.basename(file) }));
  const checks = await runChecksOnFiles(patches, 'The checkout is not as it was when the patches were made.');
  const title = `${record.patches.map(({ recipe }) => recipe.id).join(', ')} on CPython ${record.checkout.pythonVersion}`;
  return { schemaVersion: 1, title, patches, checks, run: runFacts(record).run };
}
