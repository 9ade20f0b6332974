import { cParser } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import type { HunkLine, PatchHunk } from '../../diff/types.ts';
import { hunkLines } from '../../diff/write.ts';
import { replaced } from './apply-old.ts';
import type { Item } from './conflicts.ts';
import type { Files, TreeFile } from './files.ts';
import { restore, type TextFile } from './lines.ts';
import { outlineOf } from './outline.ts';
import { describeSite } from './site.ts';
import type { OldHunk, Piece, Placement, PortedChange } from './types.ts';
import { sitesOf } from './verify-place.ts';

/** Two changes that want the same lines: what is proven stays, of two alike neither is placed. */
export function refuseOverlaps(items: readonly Item[]): void {
  const taken = items.flatMap((item) =>
    'placement' in item.found && item.found.how !== 'already-there' ? [{ ...item.found.placement, item }] : [],
  );
  taken.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end));
  for (const [n, place] of taken.entries()) {
    const previous = taken[n - 1];
    if (previous === undefined || previous.file !== place.file) continue;
    const both = place.start === previous.start && place.end === place.start && previous.end === previous.start;
    // Insertions of one hunk at one gap stand in their order.
    if (place.start >= previous.end && !(both && previous.item.hunk !== place.item.hunk)) continue;
    const pair = [previous.item, place.item];
    const weak = pair.filter((item) => item.found.grade === 'likely');
    for (const item of weak.length === 1 ? weak : pair)
      refuse(item, 'another change of the patch wants the same lines', place);
  }
}

function refuse(item: Item, reason: string, { file, start }: Placement): void {
  const candidates = [{ file, line: start + 1, similarity: 1, text: '' }];
  item.found = { grade: 'conflict', reasons: [reason], candidates };
  item.placed = false;
}

/** What a C file has of what the grammar cannot read, and of `#if`s without a partner. */
async function defects(path: string, text: string): Promise<number> {
  const source = new CSource(path, text);
  const view = openView(await cParser(), source, { start: 0, end: text.length }, new Map());
  const count = view.errors.length;
  view.tree.delete();
  return count + 1000 * source.conditionals.unbalanced.length;
}

/**
 * The files with what was placed in them. One that cannot be read as C afterwards is left, and its changes with it: those that
 * are likely first.
 */
export async function changesOf(items: readonly Item[], to: Files, old: TextFile, after: string) {
  const isC = /\.[ch]$/.test(old.path);
  let tolerated: number | undefined;
  for (;;) {
    const placed = items.flatMap((item) => {
      const { found } = item;
      return item.placed && 'placement' in found && found.how !== 'already-there'
        ? [{ item, place: found.placement }]
        : [];
    });
    const out: { readonly path: string; readonly now: TreeFile; readonly text: string }[] = [];
    let spoilt: string | undefined;
    for (const path of new Set(placed.map(({ place }) => place.file))) {
      const now = await to.read(path);
      if (now === undefined) throw new Error(`${path} was there a moment ago`);
      const mine = placed.map(({ place }) => place).filter(({ file }) => file === path);
      mine.sort((a, b) => a.start - b.start || a.end - b.end);
      const text = replaced(now.file.lines, mine).join('');
      if (isC && /\.[ch]$/.test(path)) {
        tolerated ??= Math.max(0, (await defects(old.path, after)) - (await defects(old.path, old.text)));
        if ((await defects(path, text)) > (await defects(path, now.file.text)) + tolerated) spoilt = path;
      }
      out.push({ path, now, text: restore(text, now.file.crlf) });
    }
    if (spoilt === undefined) return out;
    const there = placed.filter(({ place }) => place.file === spoilt);
    const weak = there.filter(({ item }) => item.found.grade === 'likely');
    for (const { item, place } of weak.length > 0 ? weak : there)
      refuse(item, `${spoilt} could not be read as C any more`, place);
  }
}

/** The report's row of a change. */
export function changeRow(
  patch: string,
  old: TextFile,
  { hunk, piece, found, placed }: Item,
  notes: readonly string[],
  now: TextFile | undefined,
): PortedChange {
  const [site] = sitesOf(old, piece.start, piece.end, piece.inserted);
  const alone = onlyPieces(hunk, [piece]);
  const common = {
    patch,
    patchLine: lineInPatch(hunk, piece),
    oldFile: old.path,
    oldLine: piece.start + 1,
    within: site === undefined ? 'top level' : describeSite(site),
    grade: found.grade,
    evidence: 'reasons' in found ? undefined : found.evidence,
  };
  if (!('reasons' in found)) {
    const { file, start } = found.placement;
    const at = { newFile: file, newLine: start + 1, notes: [...notes, ...found.notes, ...strangers(old, piece, now)] };
    if (placed) return { ...common, ...at, outcome: found.how, reasons: [], candidates: [], quote: [] };
    const reasons = [`it is likely, not proven: ${found.evidence}`];
    const candidates = [{ file, line: start + 1, similarity: 0, text: '' }];
    return { ...common, outcome: 'needs-a-person', notes, reasons, candidates, quote: hunkLines(alone) };
  }
  const { keys = [] } = site ?? {};
  const [region] = now === undefined || keys.length === 0 ? [] : outlineOf(now).regions(keys);
  const text = `${keys[0]} starts here`;
  const own = region && now ? [{ file: now.path, line: region.start + 1, similarity: 0, text }] : [];
  const { reasons } = found;
  const candidates = [...found.candidates, ...own];
  return { ...common, outcome: 'needs-a-person', notes, reasons, candidates, quote: hunkLines(alone) };
}

/** The line of the patch at which a change begins. */
function lineInPatch(hunk: OldHunk, piece: Piece): number {
  let at = hunk.start;
  let before = false;
  for (const [i, { mark }] of hunk.hunk.lines.entries()) {
    if (mark !== ' ' && !before && at === piece.start) return hunk.hunk.line + 1 + i;
    before = mark !== ' ';
    if (mark !== '+') at++;
  }
  return hunk.hunk.line;
}

/** Lines of context of a hunk. */
const CONTEXT = 3;

/** A hunk with some of its changes: what the others remove stays as context, what they add is left out. */
export function onlyPieces({ hunk, start, pieces }: OldHunk, keep: readonly Piece[], delta = 0): PatchHunk {
  const lines: HunkLine[] = [];
  let at = start;
  for (const line of hunk.lines) {
    const mine = pieces.find((piece) => piece.start <= at && at <= piece.end && (line.mark === '+' || at < piece.end));
    const kept = line.mark === ' ' || (mine !== undefined && keep.includes(mine));
    if (kept) lines.push(line);
    else if (line.mark === '-') lines.push({ mark: ' ', text: line.text });
    if (line.mark !== '+') at++;
  }
  // No more context than a diff has: patch(1) takes a hunk with less of it below than above for the end of the file.
  const head = Math.max(0, lines.findIndex(({ mark }) => mark !== ' ') - CONTEXT);
  const tail = Math.max(0, lines.length - 1 - lines.findLastIndex(({ mark }) => mark !== ' ') - CONTEXT);
  const cut = lines.slice(head, lines.length - tail);
  const oldLines = cut.filter(({ mark }) => mark !== '+').length;
  const newLines = cut.filter(({ mark }) => mark !== '-').length;
  const first = (oldLines === 0 ? hunk.oldStart : Math.max(1, hunk.oldStart)) + head;
  const newStart = first + delta + (oldLines === 0 ? 1 : 0) - (newLines === 0 ? 1 : 0);
  return { ...hunk, oldStart: first, oldLines, newStart, newLines, lines: cut };
}

/** Names that a change brings in, that its old file has elsewhere, and that the new file does not have at all. */
function strangers(old: TextFile, piece: Piece, now: TextFile | undefined): string[] {
  if (now === undefined || !/\.[ch]$/.test(old.path)) return [];
  const names = (text: string) =>
    new Set(text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, ' ').match(/[A-Za-z_]\w{2,}/g));
  const has = names(now.text);
  const had = names(old.text);
  const brought = names(piece.inserted.join(''));
  const lost = [...brought].filter((name) => had.has(name) && !has.has(name));
  return lost.length === 0 ? [] : [`check: ${now.path} does not mention ${lost.slice(0, 4).join(', ')} any more`];
}
