import { findConditionals } from '../../c/conditionals.ts';
import { columnAt, lineAt, lineStart, newlineAt, tokens, withNewlines } from '../../c/lex.ts';
import { seenWith } from '../../c/seen-with.ts';
import type { Range } from '../../c/source.ts';

/** A place of an edit on plain text: what to replace, or that it is already as wanted. */
export interface TextPlace extends Range {
  readonly replacement: string;
  readonly decision: string;
  /** What of the file people are shown, where that is not the start: the line that new ones come behind. */
  readonly shown?: number;
  /** Whole lines put in: another edit may put its own beside them. */
  readonly beside?: true;
}

export interface TextFinding {
  readonly places: readonly TextPlace[];
  /** Offsets where the text already is what the edit would make of it. */
  readonly done: readonly number[];
  /** What is changed with it, in any number: values for a new member. */
  readonly also?: readonly TextPlace[] | undefined;
  /** What whoever reads the patch must know, about the whole file. */
  readonly note?: string | undefined;
  /** Why a place that is meant cannot be edited. */
  readonly problem?: { readonly offset: number; readonly message: string } | undefined;
}

export const literally = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Text whose white space stands for any white space, a comment's leading asterisks included. */
function flexible(text: string): RegExp {
  const words = text.trim().split(/\s+/).map(literally);
  return new RegExp(words.join('\\s+(?:\\*(?!/)[ \\t]*)?'), 'g');
}

function matches(pattern: RegExp, text: string): Range[] {
  return [...text.matchAll(pattern)].map((m) => ({ start: m.index, end: m.index + m[0].length }));
}

/** A part of the comment that is about something, from one text to another, becomes other text. */
export function findComment(
  text: string,
  edit: { readonly about: string; readonly from: string; readonly to?: string | undefined; readonly with: string },
): TextFinding {
  const about = flexible(edit.about);
  const from = flexible(edit.from);
  const to = flexible(edit.to ?? edit.from);
  const result = edit.with.trim() === '' ? undefined : flexible(edit.with);
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  for (const t of tokens(text)) {
    if (t.kind !== 'comment') continue;
    const comment = text.slice(t.start, t.end);
    if (comment.search(about) < 0) continue;
    const starts = matches(from, comment);
    const [start] = starts;
    if (start === undefined) {
      if (result !== undefined && comment.search(result) >= 0) done.push(t.start);
      continue;
    }
    const ends = edit.to === undefined ? [start] : matches(to, comment).filter((e) => e.start >= start.end);
    const [end] = ends;
    if (starts.length > 1 || ends.length > 1 || end === undefined) {
      const what = end === undefined ? `"${edit.to}" does not follow` : 'the part to replace is there more than once';
      problem ??= { offset: t.start, message: `the comment is not as expected: ${what}` };
      continue;
    }
    const at = t.start + start.start;
    const lead = text.slice(lineStart(text, at), at);
    const indent = /^[ \t]*(?:\*[ \t]*)?$/.test(lead) ? lead : `${/^[ \t]*/.exec(lead)?.[0] ?? ''}   `;
    // An empty line gets no white space at its end.
    const lines = edit.with.trim().split('\n');
    const indented = lines.map((l, i) => (i === 0 ? l : (indent + l).trimEnd())).join('\n');
    const replacement = withNewlines(indented, newlineAt(text, at));
    places.push({ start: at, end: t.start + end.end, replacement, decision: 'this part of the comment is replaced' });
  }
  return { places, done, problem };
}

/**
 * Exact text becomes other text, whatever ends its lines; the new lines end as those do whose place they take.
 * @param parts where it is looked for.
 */
export function findText(
  text: string,
  choices: readonly { readonly find: string; readonly with: string }[],
  parts: readonly Range[],
): TextFinding {
  const inParts = (range: Range) => parts.some((part) => part.start <= range.start && range.end <= part.end);
  const places: TextPlace[] = [];
  const done: number[] = [];
  for (const choice of choices) {
    const [find, by] = [withNewlines(choice.find, '\n'), withNewlines(choice.with, '\n')];
    // Where the new text holds the old one, a place that is already as wanted must not be taken for one to edit.
    const made = by.includes(find) ? rangesOf(text, by) : [];
    for (const { start, end } of rangesOf(text, find).filter(inParts)) {
      if (made.some((m) => m.start <= start && end <= m.end)) continue;
      places.push({
        start,
        end,
        replacement: withNewlines(by, newlineAt(text, start)),
        decision: 'the text is replaced',
      });
    }
    if (by !== '')
      done.push(
        ...rangesOf(text, by)
          .filter(inParts)
          .map(({ start }) => start),
      );
  }
  return { places, done };
}

/** Where a text stands, whatever ends its lines there. */
export function rangesOf(text: string, find: string): Range[] {
  return matches(new RegExp(find.split(/\r?\n/).map(literally).join('\\r?\\n'), 'g'), text);
}

/**
 * A `#define`'s value, wherever the name is defined; its comment and spacing stay.
 * @param keep values that stay: they are as wanted, too.
 * @param given macros that are defined (`true`) or not: a definition that cannot be seen then is another one's.
 */
export function findDefine(
  text: string,
  name: string,
  value: string,
  given: Readonly<Record<string, boolean>> = {},
  keep: readonly string[] = [],
): TextFinding {
  const seen = Object.keys(given).length === 0 ? () => true : seenWith(findConditionals(text), given);
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  const line = new RegExp(`^([ \\t]*#[ \\t]*define[ \\t]+${name})(?![\\w(])([ \\t]*)(.*)$`, 'gm');
  for (const m of text.matchAll(line)) {
    const [, head = '', space = '', rest = ''] = m;
    if (!seen(m.index)) continue;
    const start = m.index + head.length + space.length;
    if (/\\\r?$/.test(rest)) {
      problem ??= { offset: m.index, message: `the value of ${name} goes on in the next line` };
      continue;
    }
    let length = 0;
    for (const t of tokens(rest)) {
      if (t.kind === 'comment') break;
      length = t.end;
    }
    const old = rest.slice(0, length);
    if (old === value || keep.includes(old)) done.push(m.index);
    else
      places.push({
        start,
        end: start + length,
        replacement: space === '' ? ` ${value}` : value,
        decision: `${old === '' ? 'nothing' : old} becomes ${value}`,
      });
  }
  return { places, done, problem };
}

/** The name of an `#include`, between its quotes or brackets. */
export function findInclude(text: string, header: string, wanted: string): TextFinding {
  const places: TextPlace[] = [];
  const done: number[] = [];
  for (const m of text.matchAll(/^([ \t]*#[ \t]*include[ \t]*["<])([^">\n]*)[">]/gm)) {
    const [, head = '', name = ''] = m;
    const start = m.index + head.length;
    if (name === wanted) done.push(m.index);
    else if (name === header)
      places.push({ start, end: start + name.length, replacement: wanted, decision: `it includes ${wanted}` });
  }
  return { places, done };
}

/** A place in a file, for messages. */
export function placeAt(file: string, text: string, offset: number) {
  return { file, line: lineAt(text, offset), column: columnAt(text, offset) };
}
