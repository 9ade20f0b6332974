import { tokens } from '../../c/lex.ts';

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pieces = (line: string): Piece[] =>
  [...tokens(line)].map((t) => ({ text: line.slice(t.start, t.end).replace(/\s+/g, ' '), start: t.start, end: t.end }));

/**
 * A line of the new file with the change that turned `before` into `after`: only the tokens that differ are replaced, the
 * line keeps its own spacing.
 * @returns `undefined` where the change is not within the tokens of the line.
 */
export function retokened(before: string, after: string, now: string): string | undefined {
  const [b, a, n] = [pieces(before), pieces(after), pieces(now)];
  if (b.length !== n.length || b.some((t, i) => t.text !== n[i]?.text)) return undefined;
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head]?.text === b[head]?.text) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail]?.text === b[b.length - 1 - tail]?.text)
    tail++;
  // Only words that go: how much of the space around them goes is not told by the line.
  if (a.length - tail <= head) return undefined;
  const [from, to] = [n[head], n[n.length - 1 - tail]];
  const [first, last] = [a[head], a[a.length - 1 - tail]];
  if (first === undefined || last === undefined) return undefined;
  if (b.length - tail <= head) {
    const [beside, there] = [a[head - 1], n[head - 1]];
    if (beside === undefined || there === undefined) return undefined;
    const [next, then] = [a[a.length - tail], n[head]];
    // Nothing stood between the two words that it comes between, or no more than it needs on one side.
    const space = then !== undefined && then.start === there.end ? after.slice(last.end, next?.start) : '';
    return ifSame(after, now.slice(0, there.end) + after.slice(beside.end, last.end) + space + now.slice(there.end));
  }
  if (from === undefined || to === undefined) return undefined;
  return ifSame(after, now.slice(0, from.start) + after.slice(first.start, last.end) + now.slice(to.end));
}

/** Read again: what was made must consist of the tokens of the patch. */
const ifSame = (wanted: string, made: string): string | undefined => (sameTokens(wanted, made) ? made : undefined);

/** Whether two texts consist of the same tokens, comments included, white space aside. */
export const sameTokens = (one: string, other: string): boolean =>
  pieces(one)
    .map(({ text }) => text)
    .join('\n') ===
  pieces(other)
    .map(({ text }) => text)
    .join('\n');

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/**
 * Lines with the indentation that they have beside `before`, put beside `now`. A tab more is four spaces more where the
 * new file indents by spaces (PEP 7).
 * @returns `undefined` where a line is indented less than the one beside it, and both are indented differently.
 */
export function reindented(lines: readonly string[], before: string, now: string): readonly string[] | undefined {
  const [old, is] = [indentOf(before), indentOf(now)];
  if (old === is) return lines;
  const out: string[] = [];
  for (const line of lines) {
    const mine = indentOf(line);
    if (line.trim() === '' || line.startsWith('#')) {
      out.push(line);
      continue;
    }
    if (!mine.startsWith(old)) return undefined;
    const more = mine.slice(old.length);
    if (more !== '' && old.includes('\t') !== is.includes('\t') && /[^\t]/.test(more)) return undefined;
    out.push(is + (is.includes('\t') ? more : more.replaceAll('\t', '    ')) + line.slice(mine.length));
  }
  return out;
}
