import type { ChangeStatus, FileComparison, PatchComparison, ReviewComparison, ReviewPatch } from '../types.ts';
import { VERDICT } from '../words.ts';
import { bestSum, elementsAt, pairEqual } from './assign.ts';
import { alike, bagOfPatch, deedsOf } from './bag.ts';
import { compareFiles } from './files.ts';

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

/**
 * Below this two patches are not versions of one another: what git-range-diff(1) has as --creation-factor=60, that two
 * new patches cost 60 % of what they say, and a pair costs what differs.
 */
const LEAST = 0.4;
/** Patches of two recipes are two, unless a recipe was given another name. */
const LEAST_OF_TWO_RECIPES = 0.7;

type PatchPair = readonly [old: ReviewPatch, now: ReviewPatch];

/**
 * Which patches of two series belong together, each at most once: those of the same recipe; those that do the same; the
 * others so that the least differs in all (git-range-diff's assignment); at last those of the same title.
 */
function pairPatches(old: readonly ReviewPatch[], now: readonly ReviewPatch[]): readonly PatchPair[] {
  // One and one were given to be compared, however little they have in common.
  const [one, other] = [old[0], now[0]];
  if (old.length === 1 && now.length === 1 && one !== undefined && other !== undefined) return [[one, other]];
  const out: PatchPair[] = [];
  let [a, b] = [old, now];
  const take = (pairs: readonly PatchPair[]) => {
    out.push(...pairs);
    const taken = new Set(pairs.flat());
    a = a.filter((patch) => !taken.has(patch));
    b = b.filter((patch) => !taken.has(patch));
  };
  take(pairKnown(a, b, (patch) => idOf(patch) && JSON.stringify([idOf(patch), deedsOf(patch)])));
  take(pairKnown(a, b, idOf));
  take(pairKnown(a, b, (patch) => (patch.files.length > 0 ? deedsOf(patch) : undefined)));
  take(pairAlike(a, b));
  take(pairKnown(a, b, (patch) => (idOf(patch) === undefined && patch.title !== '' ? patch.title : undefined)));
  return out;
}

const idOf = ({ recipe, header }: ReviewPatch): string | undefined => recipe?.id ?? header?.recipe.id;

/** Pairs by a key; one without a key is in no pair. */
function pairKnown(
  old: readonly ReviewPatch[],
  now: readonly ReviewPatch[],
  keyOf: (patch: ReviewPatch) => string | undefined,
): readonly PatchPair[] {
  const known = (all: readonly ReviewPatch[]) => all.filter((patch) => keyOf(patch) !== undefined);
  return pairEqual(known(old), known(now), (patch) => keyOf(patch) ?? '').pairs;
}

function pairAlike(old: readonly ReviewPatch[], now: readonly ReviewPatch[]): readonly PatchPair[] {
  const withBags = (all: readonly ReviewPatch[]) =>
    all.map((patch) => ({ bag: bagOfPatch(patch), hasId: idOf(patch) !== undefined }));
  const [a, b] = [withBags(old), withBags(now)];
  const gain = (i: number, j: number): number => {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) return 0;
    const value = alike(one.bag, other.bag);
    const least = one.hasId && other.hasId ? LEAST_OF_TWO_RECIPES : LEAST;
    return value < least ? 0 : (value - LEAST) * (one.bag.weight + other.bag.weight);
  };
  return elementsAt(bestSum(old.length, now.length, gain), old, now);
}
