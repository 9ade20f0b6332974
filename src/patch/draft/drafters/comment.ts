import { tokens } from '../../../c/lex.ts';
import type { Edit } from '../../../recipe/schema.ts';
import type { Group } from '../groups.ts';

/** Comments of which a part becomes other words. */
export function* commentEdits(group: Group): Iterable<Iterable<Edit>> {
  const { file, now } = group;
  const was = commentsAt(file.before, group.start, group.end);
  const is = commentsAt(file.after, now.start, now.end);
  if (was.length !== is.length) return;
  for (const [i, comment] of was.entries()) {
    const other = is[i] ?? '';
    if (comment !== other) yield changing(comment, other);
  }
}

/** The comments that share a character with a range, as wholes. */
function commentsAt(text: string, start: number, end: number): string[] {
  const from = Math.max(text.lastIndexOf('\n\n', start - 1), 0);
  const out: string[] = [];
  for (const t of tokens(text, from)) {
    if (t.start >= end) break;
    if (t.kind === 'comment' && t.end > start) out.push(text.slice(t.start, t.end));
  }
  return out;
}

function* changing(was: string, is: string): Iterable<Edit> {
  const inner = (comment: string) => comment.replace(/^\/[*/]\s*/, '').replace(/\s*\*\/$/, '');
  const [old, now] = [inner(was), inner(is)];
  const words = (text: string) =>
    [...text.matchAll(/\S+/g)].map((m) => ({ text: m[0], start: m.index, end: m.index + m[0].length }));
  const [a, b] = [words(old), words(now)];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head]?.text === b[head]?.text) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail)?.text === b.at(-1 - tail)?.text) tail++;
  // A word beside what differs is taken in where nothing goes, and more of them until the place is told.
  const about = a
    .slice(0, 8)
    .map((w) => w.text)
    .join(' ');
  for (let more = head + tail < a.length ? 0 : 1; more < 8; more++) {
    const from = Math.max(0, head - more);
    const [first, last] = [a[from], a[a.length - 1 - tail]];
    const [newFirst, newLast] = [b[from], b[b.length - 1 - tail]];
    if (first === undefined || last === undefined || last.end < first.start) continue;
    const text =
      newFirst === undefined || newLast === undefined || newLast.end < newFirst.start
        ? ''
        : now.slice(newFirst.start, newLast.end);
    const found = old.slice(first.start, last.end);
    yield { kind: 'edit-comment', about, from: found.replace(/\s*\n[ \t]*(?:\*[ \t]*)?/g, ' '), with: text };
    if (from === 0) return;
  }
}
