import type { ChangeStatus, FileComparison, PatchComparison, ReviewComparison, ReviewPatch } from '../types.ts';
import { VERDICT } from '../words.ts';
import { compareFiles } from './files.ts';
import { pairPatches } from './series.ts';

/** One side: a series of patches, and what it is called. */
export interface ComparedSide {
  readonly label: string;
  readonly patches: readonly ReviewPatch[];
}

/**
 * What changed between two reviews: since the last one, between two versions of CPython, or of a whole series, as
 * git-range-diff(1) does it. Patches of one recipe belong together, others by their titles and by what they change.
 * A difference of what is removed or added is never called one of context.
 */
export function compareReviews(old: ComparedSide, now: ComparedSide): ReviewComparison {
  const counterpart = new Map(pairPatches(old.patches, now.patches).map(([one, other]) => [other, one]));
  const kept = new Set(counterpart.values());
  const gone = old.patches.filter((patch) => !kept.has(patch));
  const place = (side: ComparedSide, patch: ReviewPatch | undefined) =>
    patch === undefined ? undefined : side.patches.indexOf(patch) + 1;
  const out: PatchComparison[] = [];
  const tell = (before: ReviewPatch | undefined, after: ReviewPatch | undefined) => {
    const either = after ?? before;
    if (either === undefined) return;
    // Numbers of edits mean the same while the recipe is the same to the byte.
    const byEdit = before?.recipe !== undefined && before.recipe.hash === after?.recipe?.hash;
    const files = compareFiles(before?.files ?? [], after?.files ?? [], byEdit);
    out.push({
      id: either.id,
      title: either.title,
      oldIndex: place(old, before),
      newIndex: place(now, after),
      oldSha256: before?.sha256,
      newSha256: after?.sha256,
      status: patchStatus(before, after, files),
      facts: before === undefined || after === undefined ? [] : factsOf(before, after),
      files,
    });
  };
  for (const patch of now.patches) {
    const before = counterpart.get(patch);
    const at = place(old, before);
    while (gone[0] !== undefined && at !== undefined && (place(old, gone[0]) ?? 0) < at) tell(gone.shift(), undefined);
    tell(before, patch);
  }
  for (const patch of gone) tell(patch, undefined);
  const counts: Record<ChangeStatus, number> = { same: 0, 'context-only': 0, changed: 0, removed: 0, added: 0 };
  for (const { status } of out) counts[status]++;
  return { old: old.label, new: now.label, patches: out, counts };
}

function patchStatus(
  old: ReviewPatch | undefined,
  now: ReviewPatch | undefined,
  files: readonly FileComparison[],
): ChangeStatus {
  if (old === undefined) return 'added';
  if (now === undefined) return 'removed';
  const asked = (patch: ReviewPatch) => [verdictOf(patch), ...patch.buildOptions].join(' ');
  if (asked(old) !== asked(now)) return 'changed';
  // Of binary files nothing but this tells that they are the same.
  if (old.sha256 !== undefined && old.sha256 === now.sha256) return 'same';
  if (files.every(({ status }) => status === 'same')) return 'same';
  return files.every(({ status }) => status === 'same' || status === 'context-only') ? 'context-only' : 'changed';
}

/** What came of a recipe, in words; what was read from a file once came as a patch. */
const verdictOf = ({ verdict, files }: ReviewPatch): string =>
  VERDICT[verdict === 'read' && files.length > 0 ? 'applies' : verdict].word;

/** What differs of how the two were made, and of their words. */
function factsOf(old: ReviewPatch, now: ReviewPatch): PatchComparison['facts'] {
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
