import type { Review, ReviewPatch } from '../types.ts';

/**
 * The review as JSON has it: the value itself (`Review`, schemaVersion 1), without the whole texts of the files.
 * @returns plain data; what is `undefined` is left out when it is written.
 */
export function reviewJson(review: Review): unknown {
  return { ...review, patches: review.patches.map(withoutContents) };
}

function withoutContents(patch: ReviewPatch): ReviewPatch {
  return { ...patch, files: patch.files.map(({ contents: _, ...file }) => file) };
}
