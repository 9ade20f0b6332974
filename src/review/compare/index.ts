import { likeness, pieces } from '../model/words.ts';
import type { ChangeStatus, FileComparison, PatchComparison, ReviewComparison, ReviewPatch } from '../types.ts';
import { assign, pairEqual } from './assign.ts';
import { compareFiles } from './files.ts';

/** One side: a series of patches, and what it is called. */
export interface ComparedSide {
  readonly label: string;
  readonly patches: readonly ReviewPatch[];
}

/** Below this two patches are not versions of one another. */
const LEAST = 0.4;

/**
 * What changed between two reviews: since the last one, between two versions of CPython, or of a whole series, as
 * git-range-diff(1) does it. Patches of one recipe belong together, others by their titles and by what they change.
 * A difference of what is removed or added is never called one of context.
 */
export function compareReviews(old: ComparedSide, now: ComparedSide): ReviewComparison {
  const { pairs, restA, restB } = pairEqual(old.patches, now.patches, recipeKey);
  const counterpart = new Map<ReviewPatch, ReviewPatch>(pairs.map(([one, other]) => [other, one]));
  // One and one were given to be compared, however little they have in common.
  const alone = old.patches.length === 1 && now.patches.length === 1;
  for (const [i, j] of assign(restA, restB, alone ? () => 1 : likePatches)) {
    const [one, other] = [restA[i], restB[j]];
    if (one !== undefined && other !== undefined) counterpart.set(other, one);
  }
  const kept = new Set(counterpart.values());
  const gone = old.patches.filter((patch) => !kept.has(patch));
  const place = (side: ComparedSide, patch: ReviewPatch | undefined) =>
    patch === undefined ? undefined : side.patches.indexOf(patch) + 1;
  const out: PatchComparison[] = [];
  const tell = (before: ReviewPatch | undefined, after: ReviewPatch | undefined) =>
    out.push(comparePatches(before, after, place(old, before), place(now, after)));
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

/** Equal for patches of the same recipe; one that is of none has a key of its own. */
const recipeKey = (patch: ReviewPatch): string => idOf(patch) ?? `\0${patch.file}\0${patch.title}\0${patch.sha256}`;
const idOf = ({ recipe, header }: ReviewPatch): string | undefined => recipe?.id ?? header?.recipe.id;

function likePatches(one: ReviewPatch, other: ReviewPatch): number {
  if (idOf(one) !== undefined && idOf(other) !== undefined) return 0;
  const changes = ({ files }: ReviewPatch) =>
    pieces(
      files
        .flatMap(({ hunks }) => hunks.flatMap(({ rows }) => rows.filter(({ kind }) => kind !== 'context')))
        .map(({ text }) => text)
        .join('\n')
        .slice(0, 200_000),
    );
  const titles = likeness(pieces(one.title), pieces(other.title));
  const alike = likeness(changes(one), changes(other));
  return Math.max(alike, titles === 1 ? 1 : 0) >= LEAST ? alike + titles : 0;
}

function comparePatches(
  old: ReviewPatch | undefined,
  now: ReviewPatch | undefined,
  oldIndex: number | undefined,
  newIndex: number | undefined,
): PatchComparison {
  const either = now ?? old;
  if (either === undefined) throw new Error('nothing to compare');
  const sameRecipe = old?.recipe !== undefined && old.recipe.id === now?.recipe?.id;
  const files = compareFiles(old?.files ?? [], now?.files ?? [], sameRecipe);
  return {
    id: either.id,
    title: either.title,
    oldIndex,
    newIndex,
    oldSha256: old?.sha256,
    newSha256: now?.sha256,
    status: patchStatus(old, now, files),
    facts: old === undefined || now === undefined ? [] : factsOf(old, now),
    files,
  };
}

function patchStatus(
  old: ReviewPatch | undefined,
  now: ReviewPatch | undefined,
  files: readonly FileComparison[],
): ChangeStatus {
  if (old === undefined) return 'added';
  if (now === undefined) return 'removed';
  if (old.sha256 !== undefined && old.sha256 === now.sha256) return 'same';
  const options = (patch: ReviewPatch) => patch.buildOptions.join(' ');
  if (options(old) !== options(now)) return 'changed';
  if (files.every(({ status }) => status === 'same')) return 'same';
  return files.every(({ status }) => status === 'same' || status === 'context-only') ? 'context-only' : 'changed';
}

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
  ];
  return rows.flatMap(([label, of]) => {
    const [before, after] = [of(old), of(now)];
    return before === after ? [] : [{ label, old: before, new: after }];
  });
}
