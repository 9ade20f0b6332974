import { hunkLines } from '../../diff/write.ts';
import type { TextFile } from './lines.ts';
import { outlineOf } from './outline.ts';
import type { HunkFound } from './place-hunk.ts';
import { describeSite } from './site.ts';
import type { OldHunk, PortedHunk } from './types.ts';
import { sitesOf } from './verify-place.ts';

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
  const own =
    region === undefined || now === undefined
      ? []
      : [{ file: now.path, line: region.start + 1, similarity: 0, text: `${keys[0]} starts here` }];
  return {
    ...common,
    outcome: 'needs-a-person',
    notes,
    reasons: found.reasons,
    candidates: [...found.candidates, ...own],
    quote: hunkLines(hunk.hunk),
  };
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
