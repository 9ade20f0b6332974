import { cParser } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import { hunkLines } from '../../diff/write.ts';
import { replaced } from './apply-old.ts';
import type { Files, TreeFile } from './files.ts';
import { restore, type TextFile } from './lines.ts';
import { outlineOf } from './outline.ts';
import type { HunkFound } from './place-hunk.ts';
import { describeSite } from './site.ts';
import type { OldHunk, PortedHunk } from './types.ts';
import { sitesOf } from './verify-place.ts';

/** Two hunks that want the same lines: neither is placed. */
export function refuseOverlaps(results: HunkFound[]): void {
  const taken = results.flatMap((r, i) => ('placements' in r ? r.placements.map((p) => ({ ...p, i })) : []));
  taken.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end));
  for (const [n, place] of taken.entries()) {
    const previous = taken[n - 1];
    if (previous === undefined || previous.file !== place.file || previous.i === place.i) continue;
    const both = place.start === previous.start && place.end === place.start && previous.end === previous.start;
    if (place.start >= previous.end && !both) continue;
    for (const i of [previous.i, place.i])
      results[i] = { reasons: ['another hunk of the patch wants the same lines'], candidates: [] };
  }
}

/** What a C file has of what the grammar cannot read, and of `#if`s without a partner. */
async function defects(path: string, text: string): Promise<number> {
  const source = new CSource(path, text);
  const view = openView(await cParser(), source, { start: 0, end: text.length }, new Map());
  const count = view.errors.length;
  view.tree.delete();
  return count + 1000 * source.conditionals.unbalanced.length;
}

/** The files with what was placed in them. One that cannot be read as C afterwards is left, and its hunks with it. */
export async function changesOf(results: HunkFound[], to: Files, old: TextFile, after: string) {
  const tolerated = /\.[ch]$/.test(old.path)
    ? Math.max(0, (await defects(old.path, after)) - (await defects(old.path, old.text)))
    : 0;
  for (;;) {
    const paths = new Set(results.flatMap((r) => ('placements' in r ? r.placements.map((p) => p.file) : [])));
    const out: { readonly path: string; readonly now: TreeFile; readonly text: string }[] = [];
    let spoilt: string | undefined;
    for (const path of paths) {
      const now = await to.read(path);
      if (now === undefined) throw new Error(`${path} was there a moment ago`);
      const placed = results.flatMap((r) => ('placements' in r ? r.placements.filter((p) => p.file === path) : []));
      placed.sort((a, b) => a.start - b.start || a.end - b.end);
      const text = replaced(now.file.lines, placed).join('');
      if (/\.[ch]$/.test(path) && (await defects(path, text)) > (await defects(path, now.file.text)) + tolerated)
        spoilt = path;
      out.push({ path, now, text: restore(text, now.file.crlf) });
    }
    if (spoilt === undefined) return out;
    for (const [i, r] of results.entries()) {
      if ('placements' in r && r.placements.some((p) => p.file === spoilt))
        results[i] = {
          reasons: [`${spoilt} could not be read as C any more`],
          candidates: [{ file: spoilt, line: r.at.line + 1, similarity: 1, text: '' }],
        };
    }
  }
}

/** The report's row of a hunk. */
export function hunkRow(
  patch: string,
  old: TextFile,
  hunk: OldHunk,
  found: HunkFound,
  notes: readonly string[],
  now: TextFile | undefined,
): PortedHunk {
  const first = hunk.pieces[0];
  const [site] = first === undefined ? [] : sitesOf(old, first.start, first.end, first.inserted);
  const common = {
    patch,
    patchLine: hunk.hunk.line,
    oldFile: old.path,
    oldLine: (first?.start ?? hunk.start) + 1,
    within: site === undefined ? 'top level' : describeSite(site),
  };
  if ('placements' in found) {
    return {
      ...common,
      outcome: found.how,
      newFile: found.at.file,
      newLine: found.at.line + 1,
      notes: [...notes, ...found.notes, ...strangers(old, hunk, now)],
      reasons: [],
      candidates: [],
      quote: [],
    };
  }
  const { keys = [] } = site ?? {};
  const [region] = now === undefined || keys.length === 0 ? [] : outlineOf(now).regions(keys);
  const text = `${keys[0]} starts here`;
  const own = region && now ? [{ file: now.path, line: region.start + 1, similarity: 0, text }] : [];
  const { reasons } = found;
  const candidates = [...found.candidates, ...own];
  return { ...common, outcome: 'needs-a-person', notes, reasons, candidates, quote: hunkLines(hunk.hunk) };
}

/** Names that a hunk brings in, that its old file has elsewhere, and that the new file does not have at all. */
function strangers(old: TextFile, hunk: OldHunk, now: TextFile | undefined): string[] {
  if (now === undefined || !/\.[ch]$/.test(old.path)) return [];
  const names = (text: string) =>
    new Set(text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, ' ').match(/[A-Za-z_]\w{2,}/g));
  const has = names(now.text);
  const had = names(old.text);
  const brought = names(hunk.pieces.flatMap((p) => p.inserted).join(''));
  const lost = [...brought].filter((name) => had.has(name) && !has.has(name));
  return lost.length === 0 ? [] : [`check: ${now.path} does not mention ${lost.slice(0, 4).join(', ')} any more`];
}
