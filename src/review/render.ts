import { UserError } from '../system/diagnostic.ts';
import type { TerminalStyle } from './terminal/rows.ts';
import type { Review } from './types.ts';

export const REVIEW_FORMATS = [
  'terminal',
  'markdown',
  'html',
  'json',
  'sarif',
  'rdjson',
  'github',
  'range-diff',
] as const;
export type ReviewFormat = (typeof REVIEW_FORMATS)[number];

export interface RenderOptions extends TerminalStyle {
  /** Markdown's longest, in characters. */
  readonly limit?: number | undefined;
}

/** A review as text. Each renderer is loaded only when it is asked for. @throws UserError for a range-diff of one side. */
export async function renderReview(review: Review, format: ReviewFormat, options: RenderOptions): Promise<string> {
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  switch (format) {
    case 'terminal': {
      const { renderReviewTerminal } = await import('./terminal/render.ts');
      return renderReviewTerminal(review, options);
    }
    case 'markdown': {
      const { renderReviewMarkdown } = await import('./markdown/render.ts');
      return renderReviewMarkdown(review, options.limit === undefined ? {} : { limit: options.limit });
    }
    case 'html':
      return (await import('./html/page.ts')).renderReviewHtml(review);
    case 'json':
      return json(reviewJson(review));
    case 'sarif':
      return json((await import('./formats/sarif.ts')).reviewSarif(review));
    case 'rdjson':
      return json((await import('./formats/rdjson.ts')).reviewRdjson(review));
    case 'github':
      return json((await import('./formats/github-comments.ts')).reviewComments(review));
    case 'range-diff': {
      if (review.comparison === undefined)
        throw new UserError({
          code: 'cli/usage',
          message: 'a range-diff needs two sides',
          hint: 'add --against, two --ref, or --series OLD NEW',
        });
      return (await import('./formats/range-diff.ts')).rangeDiffText(review.comparison);
    }
  }
}

/**
 * The review as JSON has it: the value itself (`Review`, schemaVersion 1), without the whole texts of the files.
 * @returns plain data; what is `undefined` is left out when it is written.
 */
export const reviewJson = (review: Review): unknown => ({
  ...review,
  patches: review.patches.map((patch) => ({
    ...patch,
    files: patch.files.map(({ contents: _, ...file }) => file),
  })),
});
