import type { TextFile } from './lines.ts';
import { describeSite, outlineOf } from './outline.ts';
import type { Located } from './paths.ts';
import type { HunkFound } from './place-hunk.ts';
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
    quote: quoteOf(hunk.hunk),
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

type Hunk = Located['patch']['hunks'][number];

export function quoteOf(hunk: Hunk): string[] {
  const range = (start: number, count: number) => (count === 1 ? `${start}` : `${start},${count}`);
  const lines = hunk.lines.flatMap(({ mark, text }) =>
    text.endsWith('\n') ? [mark + text.slice(0, -1)] : [mark + text, '\\ No newline at end of file'],
  );
  const section = hunk.section === '' ? '' : ` ${hunk.section}`;
  return [`@@ -${range(hunk.oldStart, hunk.oldCount)} +${range(hunk.newStart, hunk.newCount)} @@${section}`, ...lines];
}

/** Hunks in their old form. */
export function rejectedText(located: Located, hunks: readonly Hunk[]): string {
  const { patch, old, now } = located;
  const head: string[] = [];
  if (patch.git || patch.oldMode !== undefined || patch.newMode !== undefined) {
    head.push(`diff --git a/${old ?? now} b/${now ?? old}`);
    if (patch.copied) head.push(`copy from ${old}`, `copy to ${now}`);
    else if (patch.renamed) head.push(`rename from ${old}`, `rename to ${now}`);
    if (old === undefined) head.push(`new file mode ${patch.newMode ?? '100644'}`);
    else if (now === undefined) head.push(`deleted file mode ${patch.oldMode ?? '100644'}`);
    else if (patch.newMode !== undefined && patch.oldMode !== undefined)
      head.push(`old mode ${patch.oldMode}`, `new mode ${patch.newMode}`);
  }
  if (hunks.length > 0)
    head.push(
      `--- ${old === undefined ? '/dev/null' : `a/${old}`}`,
      `+++ ${now === undefined ? '/dev/null' : `b/${now}`}`,
    );
  return `${[...head, ...hunks.flatMap(quoteOf)].join('\n')}\n`;
}
