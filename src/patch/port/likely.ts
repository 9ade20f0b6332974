import { alignmentOf, mergedAt, stretchesAround } from './align-lines.ts';
import { replaced } from './apply-old.ts';
import { isTelling, type LineRange, occurrences, sameAround, type TextFile } from './lines.ts';
import { isCode, outlineOf, regionsOf } from './outline.ts';
import { type Site, siteDifference } from './site.ts';
import type { FilePair, Piece, Placement } from './types.ts';
import { sitesOf } from './verify-place.ts';
import { mergeWords, sameWords, trimmed } from './words.ts';

/** How a change was placed that is not proven to belong there. */
export type HowLikely = 'merge' | 'unique' | 'beside' | 'words';

export type LikelyFound =
  | { readonly how: HowLikely; readonly placement: Placement; readonly evidence: string }
  /** What it makes stands there. */
  | { readonly there: LineRange; readonly evidence: string }
  | { readonly reasons: readonly string[] };

/** How many lines on each side may be drawn in to tell a place. */
const CONTEXT = 8;
/** Longer stretches are rewritten code, not a line that changed. */
const LONG = 60;

/**
 * Where a change most likely belongs, in any kind of file: evidence of the whole file, and nothing that speaks against it.
 * Of 1,460 changes that packagers carried by hand such places were right but for two that were dropped (docs/porting.md).
 */
export async function findLikely(
  { old, now, ctx }: FilePair & { readonly now: TextFile },
  piece: Piece,
): Promise<LikelyFound> {
  const alignment = await alignmentOf(old, now, ctx);
  const gone = old.lines.slice(piece.start, piece.end);
  const reasons: string[] = [];
  const take = (how: HowLikely, at: number, evidence: string): LikelyFound | undefined => {
    const placement = { file: now.path, start: at, end: at + gone.length, inserted: piece.inserted };
    const against = contradiction(old, piece, now, placement);
    if (against === undefined) return { how, placement, evidence };
    reasons.push(`line ${at + 1}: ${against}`);
    return undefined;
  };
  const once = (block: readonly string[]) =>
    block.some(isTelling) && occurrences(old.lines, block).length === 1 && occurrences(now.lines, block).length === 1;
  const merged = mergedAt(alignment, piece);
  if (merged !== undefined) {
    const evidence = mergeEvidence(old, piece, now, merged, once);
    const found =
      evidence === undefined ? undefined : take('merge', merged, `git's merge puts it there, and ${evidence}`);
    if (found !== undefined) return found;
    if (evidence === undefined) reasons.push('git merges it, but what is around it stands there several times');
  } else if (once(gone)) {
    const [at = 0] = occurrences(now.lines, gone);
    const found = take('unique', at, 'what it replaces stands once in both files');
    if (found !== undefined) return found;
  }
  const { here, there } = stretchesAround(alignment, piece, old);
  if (here.end - here.start > LONG || there.end - there.start > LONG) {
    return { reasons: [...reasons, `what is around it was rewritten (lines ${there.start + 1}–${there.end})`] };
  }
  const was = old.lines.slice(here.start, here.end);
  const is = now.lines.slice(there.start, there.end);
  const wanted = replaced(was, [
    { start: piece.start - here.start, end: piece.end - here.start, inserted: piece.inserted },
  ]);
  const already = (evidence: string): LikelyFound => {
    const against = contradiction(old, piece, now, { file: now.path, ...there, inserted: [] }, true);
    return against === undefined ? { there, evidence } : { reasons: [...reasons, `${evidence}, but ${against}`] };
  };
  if (was.length > 0 && sameWords(wanted.join(''), is.join('')) && !sameWords(was.join(''), is.join('')))
    return already('what stands there is what it makes');
  if (gone.length === 0) {
    const beside = besideOne(old, piece, now, once);
    if (typeof beside === 'object') {
      const found = take('beside', beside.at, beside.evidence);
      if (found !== undefined) return found;
    } else if (beside !== undefined) reasons.push(beside);
  }
  // A line of context on both sides, so that what stands at the edge has something beside it.
  const [a, z] = [
    Math.min(1, here.start, there.start),
    here.end < old.lines.length && there.end < now.lines.length ? 1 : 0,
  ];
  const wide = {
    here: { start: here.start - a, end: here.end + z },
    there: { start: there.start - a, end: there.end + z },
  };
  const words = byWords(old, piece, now, wide);
  if ('reason' in words) return { reasons: [...reasons, `word by word: ${words.reason}`] };
  if (words.placement === undefined) return already('what stands there has the words that it makes');
  const against = contradiction(old, piece, now, words.placement, true);
  if (against !== undefined) return { reasons: [...reasons, `word by word: ${against}`] };
  return {
    how: 'words',
    placement: words.placement,
    evidence: 'the words that it changes stand apart from those that changed, once',
  };
}

/** What shows that git's merge did not go to one of several equal places. */
function mergeEvidence(
  old: TextFile,
  piece: Piece,
  now: TextFile,
  at: number,
  once: (block: readonly string[]) => boolean,
): string | undefined {
  if (once(old.lines.slice(piece.start, piece.end))) return 'what it replaces stands once in both files';
  const { up, down } = sameAround(old.lines, piece, now.lines, { start: at, end: at + piece.end - piece.start });
  const [above, below] = [Math.min(up, CONTEXT), Math.min(down, CONTEXT)];
  if (once(old.lines.slice(piece.start - above, piece.end + below)))
    return 'with what is around it, it stands once in both files';
  return undefined;
}

/** The place after the lines before an insertion, or before those after it, where one of both is unique in both files. */
function besideOne(
  old: TextFile,
  { start, inserted }: Piece,
  now: TextFile,
  once: (block: readonly string[]) => boolean,
): { readonly at: number; readonly evidence: string } | string | undefined {
  const anchor = (side: 1 | -1): number | undefined => {
    for (let k = 1; k <= 3; k++) {
      const [from, to] = side === 1 ? [start, start + k] : [start - k, start];
      if (from < 0 || to > old.lines.length) return undefined;
      const block = old.lines.slice(from, to);
      if (!once(block)) continue;
      const [at = 0] = occurrences(now.lines, block);
      return side === 1 ? at : at + k;
    }
    return undefined;
  };
  const [above, below] = [anchor(-1), anchor(1)];
  if (above === undefined && below === undefined) return undefined;
  if (above !== undefined && below !== undefined && above !== below) {
    // What came in between may stand on either side of it.
    return `it belongs after line ${above} or before line ${below + 1}, and more stands between them now`;
  }
  const at = above ?? below ?? 0;
  if (!inserted.some(isTelling)) return 'what it adds tells nothing';
  return { at, evidence: `the line ${above === undefined ? 'after' : 'before'} it stands once in both files` };
}

function byWords(
  old: TextFile,
  piece: Piece,
  now: TextFile,
  { here, there }: { readonly here: LineRange; readonly there: LineRange },
): { readonly placement: Placement | undefined } | { readonly reason: string } {
  const was = old.lines.slice(here.start, here.end);
  const is = now.lines.slice(there.start, there.end);
  if (is.length === 0) return { reason: 'nothing stands there' };
  const wanted = replaced(was, [
    { start: piece.start - here.start, end: piece.end - here.start, inserted: piece.inserted },
  ]);
  const merged = mergeWords(was.join(''), wanted.join(''), is.join(''), !isCode(old.path));
  if ('reason' in merged) return merged;
  const change = trimmed(is, there.start, merged.text);
  if (change.start === change.end && change.inserted.length === 0) return { placement: undefined };
  return { placement: { file: now.path, ...change } };
}

/**
 * What speaks against a place: another function where the old one is still there, other `#if`s, a comment where code was.
 * @param apart the lines that are replaced are not those of the piece: only the first line of both is compared.
 */
function contradiction(
  old: TextFile,
  piece: Piece,
  now: TextFile,
  placement: Placement,
  apart = false,
): string | undefined {
  const here = sitesOf(old, piece.start, piece.end, piece.inserted);
  const there = sitesOf(now, placement.start, placement.end, placement.inserted);
  const pairs = apart ? [[here[0], there[0]] as const] : here.map((site, i) => [site, there[i]] as const);
  for (const [site, other] of pairs) {
    if (site === undefined || other === undefined) continue;
    // A function that was renamed is there under another name: its lines say so.
    const renamed = site.keys.length > 0 && other.keys.length > 0 && outlineOf(now).regions(site.keys).length === 0;
    const difference = siteDifference(renamed ? { ...site, keys: other.keys } : site, other, false);
    if (difference !== undefined) return difference;
    const around = otherStatement(site, other, old, now);
    if (around !== undefined) return around;
  }
  return undefined;
}

/** A statement that changed its words is the same one still; not so where each file has the other's, too. */
function otherStatement(site: Site, other: Site, old: TextFile, now: TextFile): string | undefined {
  if (site.block === other.block) return undefined;
  if (!isCode(old.path) && !(isTarget(site.block) && isTarget(other.block))) return undefined;
  const [was, is] = [site, other].map(({ block }) => block.split(' / ').filter((header) => header !== ''));
  const spaced = (text: string) => text.replace(/\s+/g, ' ');
  const has = (file: TextFile, header: string) =>
    regionsOf(file, site).some(({ start, end }) =>
      file.lines.slice(start, end).some((line) => spaced(line).includes(header)),
    );
  const lost = was?.some((header) => is?.includes(header) !== true && has(now, header));
  const gained = is?.some((header) => was?.includes(header) !== true && has(old, header));
  return lost || gained ? `the statement around it is "${other.block}", not "${site.block}"` : undefined;
}

/** A line that begins the rule of a Makefile. */
const isTarget = (line: string): boolean => /^[^\s:=#][^:=#]*:(?![:=])/.test(line);
