import { lineAt, lineStart, lineStarts, tokens } from '../../c/lex.ts';
import { isBlank, isTelling, type LineRange, occurrences, sameAround, similarity, type TextFile } from './lines.ts';
import { outlineOf } from './outline.ts';
import { reindented, retokened, sameTokens } from './respace.ts';
import { type Site, siteDifference } from './site.ts';
import type { Piece, Placement } from './types.ts';
import { sitesDiffer, sitesOf } from './verify-place.ts';

/** A token with its place in the file, comments with their white space made one. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly comment: boolean;
}

type StructureFound = { readonly placement: Placement } | { readonly reason: string };

/** What replaces lines must consist of this many tokens to be its own anchor. */
const STRONG = 4;
/** How much of a function must be the same for it to count as the same one in another file. */
const SAME_FUNCTION = 0.5;

/**
 * Finds a piece of C in the function that it belongs to, by its tokens: white space and comments around do not count.
 * What is replaced must stand there, token for token, and once; what is inserted only must stand between statements that
 * are the same, next to each other, and stand together once. The place must be under the same `#if`s and in the same
 * statement. Nothing is placed where the new file's lines are not the piece's own.
 */
export function findByStructure(old: TextFile, piece: Piece, now: TextFile): StructureFound {
  if ([...old.lines.slice(piece.start, piece.end), ...piece.inserted].some((line) => !line.endsWith('\n')))
    return { reason: 'a line without a newline at its end is placed as it is only' };
  if (/\.py$/.test(old.path) && /\.py$/.test(now.path)) return findByItsLines(old, piece, now);
  if (!/\.[ch]$/.test(old.path) || !/\.[ch]$/.test(now.path))
    return { reason: 'structure is known of C and Python only' };
  const sites = sitesOf(old, piece.start, piece.end, piece.inserted);
  const [site] = sites;
  if (site === undefined || site.keys.length === 0) return { reason: 'it is in no function or declaration' };
  if (sites.some((s) => s.keys[0] !== site.keys[0])) return { reason: 'it changes several functions at once' };
  const here = outlineOf(old)
    .regions(site.keys)
    .filter((r) => r.start <= piece.start && piece.end <= r.end);
  const all = outlineOf(now).regions(site.keys);
  const there = all.filter((r) => regionConditions(now, r) === regionConditions(old, here[0]));
  const [from, to] = [here[0], there[0]];
  if (from === undefined || here.length > 1) return { reason: `${site.keys[0]} cannot be told from others` };
  if (to === undefined) {
    const under = (file: TextFile, range: LineRange) =>
      regionConditions(file, range).replaceAll('\n', ' / ') || 'no #if';
    const where = all[0] === undefined ? '' : `, at line ${all[0].start + 1} it is under: ${under(now, all[0])}`;
    return { reason: `${now.path} has no ${site.keys[0]} under the same #if (${under(old, from)})${where}` };
  }
  if (there.length > 1) return { reason: `${now.path} has ${there.length} of ${site.keys[0]}` };
  const code = (file: TextFile, range: LineRange) => texts(regionWords(file, range).filter((w) => !w.comment));
  if (old.path !== now.path && similarity(code(old, from), code(now, to)) < SAME_FUNCTION)
    return { reason: `${site.keys[0]} in ${now.path} is a different one` };
  return align(old, from, piece, sites, now, to);
}

/** Python's white space counts: lines that are replaced must stand in the same function as they are, and once, here and there. */
function findByItsLines(old: TextFile, piece: Piece, now: TextFile): StructureFound {
  const gone = old.lines.slice(piece.start, piece.end);
  const [site] = sitesOf(old, piece.start, piece.end, piece.inserted);
  if (gone.length === 0) return { reason: 'the lines beside it are other ones' };
  if (site === undefined || site.keys.length === 0) return { reason: 'it is in no function' };
  if (!gone.some(isTelling)) return { reason: 'what it replaces does not tell its place' };
  const here = occurrences(old.lines, gone, outlineOf(old).regions(site.keys));
  const there = occurrences(now.lines, gone, outlineOf(now).regions(site.keys));
  const [at] = there;
  if (at === undefined) return { reason: 'what it replaces is not there' };
  if (there.length > 1 || here.length > 1) return { reason: 'what it replaces stands several times in the function' };
  const differs = sitesDiffer(old, piece, now, at, true);
  if (differs !== undefined) return { reason: differs };
  const beside = (file: TextFile, from: number, step: number) => {
    let i = from;
    while (isBlank(file.lines[i] ?? 'x')) i += step;
    return file.lines[i];
  };
  const end = at + gone.length;
  if (beside(old, piece.start - 1, -1) !== beside(now, at - 1, -1) && beside(old, piece.end, 1) !== beside(now, end, 1))
    return { reason: 'the lines beside it are other ones' };
  return { placement: { file: now.path, start: at, end: at + gone.length, inserted: piece.inserted } };
}

function align(
  old: TextFile,
  from: LineRange,
  piece: Piece,
  sites: readonly Site[],
  now: TextFile,
  to: LineRange,
): StructureFound {
  const starts = lineStarts(old.text);
  const [start = old.text.length, end = old.text.length] = [starts[piece.start], starts[piece.end]];
  const gone = words(old, start, end);
  // Comments that go are looked for as they are; without any code, they are all that there is to look for.
  const withComments = gone.length > 0 && gone.every((w) => w.comment);
  const pick = (all: readonly Word[]) => (withComments ? all : all.filter((w) => !w.comment));
  const before = pick(regionWords(old, from));
  const after = pick(regionWords(now, to));
  const first = before.findIndex((w) => w.start >= start);
  const a = first < 0 ? before.length : first;
  const core = texts(pick(gone));
  const [had, has] = [texts(before), texts(after)];
  const places = occurrences(has, core).filter((q) => q > 0 || core.length > 0);
  if (places.length === 0) return { reason: 'what it replaces is not there' };
  const here = { start: a, end: a + core.length };
  const scored = places.map((q) => ({ q, ...sameAround(had, here, has, { start: q, end: q + core.length }) }));
  const best = scored.reduce((x, y) => (y.up + y.down > x.up + x.down ? y : x));
  const block = had.slice(a - best.up, here.end + best.down);
  if (occurrences(has, block).length !== 1 || occurrences(had, block).length !== 1)
    return { reason: 'what is the same around it stands several times in the function' };
  const strong = core.length >= STRONG && isTelling(core.join(' '));
  const only = core.length > 0 && places.length === 1 && occurrences(had, core).length === 1;
  const above = (best.up === a && best.q === a) || statementAbove(had, a, best.up);
  const rest = before.length - a - core.length;
  const toTheEnd = best.down === rest && after.length - best.q - core.length === rest;
  const below = toTheEnd || statementBelow(had, here.end, best.down);
  // What stands there once needs one neighbour: without any, it is another place that the same was written to.
  if (strong && only ? !above && !below : !above || !below)
    return { reason: `the statements ${core.length === 0 ? 'beside' : 'around'} it are other ones` };
  const range = core.length > 0 ? goneLines(now, after, best.q, core.length) : gapLine(old, piece, now, after, best.q);
  if (typeof range === 'string') return { reason: range };
  for (const [i, there] of sitesOf(now, range.start, range.end, piece.inserted).entries()) {
    const site = sites[Math.min(i, sites.length - 1)];
    const differs = site === undefined ? undefined : siteDifference(site, there, i === 0);
    if (differs !== undefined) return { reason: differs };
  }
  const is = now.lines.slice(range.start, range.end);
  if (looseText(is.join('')) !== looseText(old.lines.slice(piece.start, piece.end).join('')))
    return { reason: 'a comment beside the code that it replaces is another one' };
  const inserted = respaced(old, piece, now, range);
  if (inserted === undefined) return { reason: 'how its lines are to be indented there cannot be told' };
  if (!sameTokens(inserted.join(''), piece.inserted.join('')))
    return { reason: 'its words would run into each other there' };
  return { placement: { file: now.path, ...range, inserted } };
}

/** The tokens of a stretch, every branch of every #if and the directives included. */
function words(file: TextFile, start: number, end: number): Word[] {
  return [...tokens(file.text, start, end)].map((t): Word => {
    const comment = t.kind === 'comment';
    const text = file.text.slice(t.start, t.end);
    return { text: comment ? spaced(text) : text, start: t.start, end: t.end, comment };
  });
}

const texts = (all: readonly Word[]): string[] => all.map(({ text }) => text);

const spaced = (comment: string): string => comment.replace(/\s+(?:\*(?!\/)\s*)?/g, ' ').trim();

function regionWords(file: TextFile, range: LineRange): Word[] {
  const starts = lineStarts(file.text);
  return words(file, starts[range.start] ?? file.text.length, starts[range.end] ?? file.text.length);
}

/** A text without its white space. */
function looseText(text: string): string {
  return [...tokens(text)].map((t) => spaced(text.slice(t.start, t.end))).join('\n');
}

const ENDS = /^[;{}]$/;

/** Whether a whole statement before is the same, and tells something. */
function statementAbove(all: readonly string[], a: number, up: number): boolean {
  const same = all.slice(a - up, a);
  const ends = same.slice(0, -1).flatMap((text, i) => (ENDS.test(text) ? [i] : []));
  return ends.some((i) => isTelling(same.slice(i + 1).join(' ')));
}

function statementBelow(all: readonly string[], at: number, down: number): boolean {
  const same = all.slice(at, at + down);
  return same.some((text, i) => ENDS.test(text) && isTelling(same.slice(0, i).join(' ')));
}

/** The lines of the tokens that go, when these lines hold nothing else. */
function goneLines(now: TextFile, all: readonly Word[], q: number, length: number): LineRange | string {
  const [first, last] = [all[q], all[q + length - 1]];
  if (first === undefined || last === undefined) return 'what it replaces is not there';
  const start = lineAt(now.text, first.start) - 1;
  const end = lineAt(now.text, last.end - 1);
  const lead = now.text.slice(lineStart(now.text, first.start), first.start);
  const next = all[q + length];
  if (lead.trim() !== '' || (next !== undefined && lineAt(now.text, next.start) <= end))
    return `line ${start + 1} holds what it replaces and other code`;
  return { start, end };
}

/** Where a line is inserted between two tokens: beside the one that it stood beside. */
function gapLine(old: TextFile, piece: Piece, now: TextFile, all: readonly Word[], q: number): LineRange | string {
  const [previous, next] = [all[q - 1], all[q]];
  if (previous === undefined) return 'nothing stands before it';
  const above = lineAt(now.text, previous.end - 1);
  const below = next === undefined ? above + 1 : lineAt(now.text, next.start);
  if (below <= above) return `line ${above} would have to be broken`;
  if (below === above + 1) return { start: above, end: above };
  const code = (line: string | undefined) => line !== undefined && [...tokens(line)].some((t) => t.kind !== 'comment');
  if (code(old.lines[piece.start - 1])) return { start: above, end: above };
  if (code(old.lines[piece.start])) return { start: below - 1, end: below - 1 };
  return 'a comment or a blank line stands where it would be inserted';
}

function regionConditions(file: TextFile, range: LineRange | undefined): string {
  return range === undefined ? '' : outlineOf(file).line(range.start).conditions.join('\n');
}

function respaced(old: TextFile, piece: Piece, now: TextFile, range: LineRange): readonly string[] | undefined {
  const gone = old.lines.slice(piece.start, piece.end);
  const is = now.lines.slice(range.start, range.end);
  if (gone.length === piece.inserted.length && gone.length === is.length) {
    const lines = piece.inserted.map((line, i) => retokened(gone[i] ?? '', line, is[i] ?? ''));
    if (lines.every((line) => line !== undefined)) return lines;
  }
  const anchor = is.length > 0 ? [gone[0], is[0]] : [nearest(old, piece.start), nearest(now, range.start)];
  return reindented(piece.inserted, anchor[0] ?? '', anchor[1] ?? '');
}

/** The line with code before, else after, a gap. */
function nearest(file: TextFile, gap: number): string {
  for (let i = gap - 1; i >= 0 && gap - i < 5; i--) if ((file.lines[i] ?? '').trim() !== '') return file.lines[i] ?? '';
  return file.lines[gap] ?? '';
}
