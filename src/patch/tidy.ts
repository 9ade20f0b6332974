import { lineEnd, lineStart, newlineAt, tokens } from '../c/lex.ts';
import type { CSource, Range } from '../c/source.ts';
import { startsLine } from './edits/removal.ts';
import type { MergedRegion } from './merge.ts';
import type { TextEdit } from './ranges.ts';
import type { Dedent } from './site.ts';

/** The offset after the line break that ends the line of `offset`. */
function nextLine(text: string, offset: number): number {
  const n = text.indexOf('\n', offset);
  return n < 0 ? text.length : n + 1;
}

const isBlank = (text: string, start: number, end: number) => !/[^ \t\r\n]/.test(text.slice(start, end));

/** The raw text edits for what was decided on tokens: whole lines where nothing else is on them, no holes left behind. */
export function textEdits(
  source: CSource,
  merged: MergedRegion,
  dedents: readonly (Dedent & { edit: number })[],
): TextEdit[] {
  const { text } = source;
  const out: TextEdit[] = [];
  const insertAt = new Map(merged.inserts.map((i) => [i.at, i]));
  const used = new Set<number>();
  for (const s of merged.stretches) {
    const insert = insertAt.get(s.start);
    if (insert !== undefined) {
      used.add(s.start);
      out.push({ start: s.start, end: s.end, replacement: insert.text, edit: s.edit });
    } else out.push({ ...removal(text, s), replacement: '', edit: s.edit });
  }
  for (const i of merged.inserts)
    if (!used.has(i.at)) out.push({ start: i.at, end: i.at, replacement: i.text, edit: i.edit });
  for (const r of merged.rewrites) out.push({ start: r.start, end: r.end, replacement: r.text, edit: r.edit });
  for (const { at, after, edit } of merged.movedElses) {
    const end = lineEnd(text, after);
    const newline = newlineAt(text, after);
    const indent = text.slice(lineStart(text, at), at);
    out.push({ start: end, end, replacement: `${newline}${/^[ \t]*$/.test(indent) ? indent : ''}else`, edit });
    out.push({ ...removal(text, { start: at, end: at + 4 }), replacement: '', edit });
  }
  for (const d of dedents) out.push(...dedentEdits(text, d));
  return out;
}

/** What to cut out so that a stretch of tokens goes and the rest looks as if it had never been there. */
export function removal(text: string, stretch: Range): Range {
  const { start, end } = stretch;
  const rest = text.slice(end, lineEnd(text, end));
  if (!startsLine(text, start)) {
    const before = start - (/[ \t]*$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0);
    if (/^[ \t]*$/.test(rest) || /^[;,)]/.test(rest)) return { start: before, end };
    return { start, end: end + (/^[ \t]*/.exec(rest)?.[0].length ?? 0) };
  }
  if (/^[ \t]*$/.test(rest)) return seam(text, { start: lineStart(text, start), end: nextLine(text, end) });
  const last = text[end - 1];
  const comment = last === ';' || last === '}' ? trailingComment(text, end) : undefined;
  if (comment !== undefined) return seam(text, { start: lineStart(text, start), end: nextLine(text, comment) });
  return { start, end: end + (/^[ \t]*/.exec(rest)?.[0].length ?? 0) };
}

/** The end of the comments that follow on the same line with nothing after them on theirs. */
function trailingComment(text: string, offset: number): number | undefined {
  let end = offset;
  for (const t of tokens(text, offset)) {
    if (/\n/.test(text.slice(end, t.start))) break;
    if (t.kind !== 'comment') return undefined;
    end = t.end;
  }
  return end === offset ? undefined : end;
}

/** One blank line where two would meet, none at the ends of a block. */
function seam(text: string, lines: Range): Range {
  let { start, end } = lines;
  const before = start === 0 ? start : lineStart(text, start - 1);
  const blankBefore = start > 0 && isBlank(text, before, start);
  const after = nextLine(text, end);
  const blankAfter = end < text.length && isBlank(text, end, after);
  const opens = start > 0 && /\{[ \t]*\r?\n$/.test(text.slice(before, start));
  if (blankAfter && (blankBefore || opens)) end = after;
  else if (blankBefore && /^[ \t]*\}/.test(text.slice(end, after))) start = before;
  return { start, end };
}

function dedentEdits(text: string, dedent: Dedent & { edit: number }): TextEdit[] {
  const out: TextEdit[] = [];
  for (let at = lineStart(text, dedent.start); at < dedent.end; at = nextLine(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (/^\s*$/.test(line) || /^[ \t]*#/.test(line) || !line.startsWith(dedent.from)) continue;
    const start = at + dedent.to.length;
    out.push({ start, end: at + dedent.from.length, replacement: '', edit: dedent.edit, cosmetic: true });
  }
  return out;
}
