import type { ReviewFile, ReviewPatch, ReviewRow } from '../types.ts';

/**
 * What a text says, without order: words with how often each stands there. Comparing two takes no more than reading
 * them, so many can be compared with many.
 */
export interface Bag {
  readonly counts: ReadonlyMap<string, number>;
  /** Characters of all the words. */
  readonly weight: number;
}

/** The same word of two kinds is two words. */
type Said = Pick<ReviewRow, 'kind' | 'text'>;

const WORDS = /[\p{L}\p{N}_]+/gu;
const OTHERS = /[^\p{L}\p{N}_\s]/gu;

/** Brackets and operators stand in every other line: they count only where there is nothing else. */
export function bagOf(texts: readonly Said[]): Bag {
  const words = bagBy(texts, WORDS);
  return words.weight > 0 ? words : bagBy(texts, OTHERS);
}

function bagBy(texts: readonly Said[], pattern: RegExp): Bag {
  const counts = new Map<string, number>();
  let weight = 0;
  for (const { kind, text } of texts) {
    for (const word of text.match(pattern) ?? []) {
      const key = `${kind[0]}${word}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      weight += word.length;
    }
  }
  return { counts, weight };
}

/** Characters of the words that two have in common. */
function common(a: Bag, b: Bag): number {
  const [few, many] = a.counts.size <= b.counts.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [key, count] of few.counts) {
    const other = many.counts.get(key);
    // The kind does not count.
    if (other !== undefined) sum += (key.length - 1) * Math.min(count, other);
  }
  return sum;
}

/** How much two have in common, 0 to 1: Dice's coefficient, by characters. Of two that say nothing, all. */
export function alike(a: Bag, b: Bag): number {
  const total = a.weight + b.weight;
  return total === 0 ? 1 : (2 * common(a, b)) / total;
}

const changedIn = ({ hunks }: ReviewFile): readonly ReviewRow[] =>
  hunks.flatMap(({ rows }) => rows.filter(({ kind }) => kind !== 'context'));

export const bagOfFile = (file: ReviewFile): Bag => bagOf(changedIn(file));

/** What a patch does and says: its words count as its lines do, as for git-range-diff(1). */
export const bagOfPatch = ({ title, why, files }: ReviewPatch): Bag =>
  bagOf([
    ...[title, why, ...files.map(({ path }) => path)].map((text) => ({ kind: 'context', text }) as const),
    ...files.flatMap(changedIn),
  ]);

/** Equal for patches that do the same to the same files, wherever in them. */
export const deedsOf = ({ files }: ReviewPatch): string =>
  JSON.stringify(
    files.map((file) => [
      file.path,
      file.oldPath,
      file.status,
      file.mode,
      changedIn(file).map(({ kind, text, eol }) => [kind[0], text, eol]),
    ]),
  );
