import { lineEnd, tokens } from '../../c/lex.ts';
import type { Range } from '../../c/source.ts';
import type { View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { evenedOut, type Pattern } from '../pattern.ts';
import { problemAtOffset } from './removal.ts';

/** Comments that the pattern has, right before the code or behind it, are a part of it. */
export function withQuoted(view: View, own: readonly Range[], quoted: ReadonlySet<string>): Range[] {
  const { text } = view.source;
  const out = own.map((range) => ({ ...range }));
  const [first, last] = [out[0], out.at(-1)];
  if (quoted.size === 0 || first === undefined || last === undefined) return out;
  for (;;) {
    const before = /(?:\/\*(?:(?!\*\/)[\s\S])*\*\/|\/\/[^\n]*)\s*$/.exec(text.slice(0, first.start));
    if (before === null || !quoted.has(evenedOut(before[0].trim()))) break;
    first.start = before.index;
  }
  for (const t of tokens(text, last.end, lineEnd(text, last.end))) {
    if (t.kind !== 'comment' || !quoted.has(evenedOut(text.slice(t.start, t.end)))) break;
    last.end = t.end;
  }
  return out;
}

/** With the comments that would go with a line. */
export function withTrailing(text: string, range: Range): Range {
  let { end } = range;
  for (const t of tokens(text, end, lineEnd(text, end))) {
    if (t.kind !== 'comment') break;
    end = t.end;
  }
  return { start: range.start, end };
}

/** A comment of a stretch that the new text does not have, and of which the pattern says nothing. */
export function lostComment(view: View, { start, end }: Range, put: string, pattern: Pattern): Diagnostic | undefined {
  const commentsOf = (text: string, from: number, to: number) =>
    [...tokens(text, from, to)]
      .filter((t) => t.kind === 'comment')
      .map((t) => ({ at: t.start, said: evenedOut(text.slice(t.start, t.end)) }));
  const there = commentsOf(put, 0, put.length).map(({ said }) => said);
  for (const { at, said } of commentsOf(view.source.text, start, end)) {
    const kept = there.indexOf(said);
    if (kept >= 0) there.splice(kept, 1);
    else if (!pattern.comments.includes(said)) {
      const hint = 'write the comment in the pattern, too, if it goes with the code';
      return problemAtOffset(view, at, 'comment', 'this comment would be lost', hint, undefined);
    }
  }
  return undefined;
}
