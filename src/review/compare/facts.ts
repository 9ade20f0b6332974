import type { PatchComparison, ReviewPatch } from '../types.ts';
import { VERDICT } from '../words.ts';

/** What came of a recipe, in words; what was read from a file once came as a patch. */
export const verdictOf = ({ verdict, files }: ReviewPatch): string =>
  VERDICT[verdict === 'read' && files.length > 0 ? 'applies' : verdict].word;

/** What differs of how the two were made, and of their words. */
export function factsOf(old: ReviewPatch, now: ReviewPatch): PatchComparison['facts'] {
  const params = ({ params: all }: ReviewPatch) =>
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(' ');
  const recipe = ({ recipe: made, header }: ReviewPatch) => {
    const of = made ?? header?.recipe;
    return of === undefined ? '' : `${of.id} ${of.version} (${of.hash.slice(0, 12)})`;
  };
  const options = ({ buildOptions }: ReviewPatch) => buildOptions.join(' ');
  // A file names neither title nor reason as the recipe writes them: line breaks are the mail's.
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const rows: readonly (readonly [string, (patch: ReviewPatch) => string])[] = [
    ['Title', ({ title }) => words(title)],
    ['Reason', ({ why }) => words(why)],
    ['Recipe', recipe],
    ['Parameters', params],
    ['Configure options', options],
    ['Python', ({ pythonVersion }) => pythonVersion ?? ''],
    ['Base', ({ base }) => base ?? ''],
    ['Verdict', verdictOf],
  ];
  return rows.flatMap(([label, of]) => {
    const [before, after] = [of(old), of(now)];
    return before === after ? [] : [{ label, old: before, new: after }];
  });
}
