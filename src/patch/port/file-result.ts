import { cParser } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import type { Files, TreeFile } from './files.ts';
import { restore, type TextFile } from './lines.ts';
import { type HunkFound, withPlacements } from './place-hunk.ts';

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

export interface FileResult {
  readonly path: string;
  readonly now: TreeFile;
  readonly text: string;
}

/** The files with what was placed in them. One that cannot be read as C afterwards is left, and its hunks with it. */
export async function changesOf(results: HunkFound[], to: Files, old: TextFile, after: string): Promise<FileResult[]> {
  const tolerated = /\.[ch]$/.test(old.path)
    ? Math.max(0, (await defects(old.path, after)) - (await defects(old.path, old.text)))
    : 0;
  for (;;) {
    const paths = new Set(results.flatMap((r) => ('placements' in r ? r.placements.map((p) => p.file) : [])));
    const out: FileResult[] = [];
    let spoilt: string | undefined;
    for (const path of paths) {
      const now = await to.read(path);
      if (now === undefined) throw new Error(`${path} was there a moment ago`);
      const text = withPlacements(
        now.file,
        results.flatMap((r) => ('placements' in r ? r.placements.filter((p) => p.file === path) : [])),
      );
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
