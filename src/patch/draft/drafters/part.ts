import type { Range } from '../../../c/source.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { findLines } from '../../edits/lines.ts';
import { indentAt } from '../../edits/removal.ts';
import { formatOf, partsIn } from '../../parts/index.ts';
import type { Group } from '../groups.ts';
import { asBlock, unindentedAll } from './addition.ts';

/** Lines of files that are not C: in their part of the file, beside a line of it. */
export function* partEdits(group: Group): Iterable<Iterable<Edit>> {
  if (formatOf(group.file.path) === undefined) return;
  if (group.removed === '') yield adding(group);
  else if (group.added === '') yield dropping(group);
  else yield changing(group);
}

/** Lines of C outside of functions: beside a line there. */
export function* lineEdits(group: Group): Iterable<Iterable<Edit>> {
  const { source } = group.file;
  const assignment = source.assignmentFor(group.start);
  const unit = assignment && source.units(assignment).find((u) => u.start < group.start && group.start < u.end);
  if (unit?.isFunction) return;
  if (group.removed === '') yield adding(group);
  else if (group.added === '') yield dropping(group);
}

function* adding(group: Group): Iterable<Edit> {
  const { before } = group.file;
  const text = asBlock(unindentedAll(group.added));
  const line = (offset: number) =>
    before.slice(before.lastIndexOf('\n', offset - 1) + 1, before.indexOf('\n', offset)).trim();
  const previous = group.start === 0 ? '' : line(group.start - 1);
  const next = line(group.start);
  const beside = function* (part: { readonly in?: string | string[] }): Iterable<Edit> {
    for (const [where, anchor, offset] of [
      ['after', previous, group.start - 1],
      ['before', next, group.start],
    ] as const) {
      const lines = anchor === '' ? undefined : without(group.added, indentAt(before, offset));
      if (lines !== undefined && (part.in !== undefined || isOne(before, anchor)))
        yield { kind: 'add-lines', ...part, [where]: anchor, text: lines } as Edit;
    }
  };
  for (const part of namesAround(group)) {
    for (const at of ['end', 'start'] as const) yield { kind: 'add-lines', in: part, at, text };
    yield* beside({ in: part });
  }
  yield* beside({});
  // Two lines tell a place where one does not.
  const [above, below] = [around(before, group.start, -2), around(before, group.start, 2)];
  for (const lines of [above, around(before, group.start, -3)])
    if (isOne(before, lines)) yield { kind: 'add-lines', after: lines, text };
  for (const lines of [below, around(before, group.start, 3)])
    if (isOne(before, lines)) yield { kind: 'add-lines', before: lines, text };
  if (group.start === 0) yield { kind: 'add-lines', at: 'start', text };
  if (group.start === before.length) yield { kind: 'add-lines', at: 'end', text };
}

/** Whether lines tell one place of a file. To try others takes long. */
const isOne = (text: string, lines: string): boolean =>
  lines.trim() !== '' && findLines(text, lines, [{ start: 0, end: text.length }]).length === 1;

/** Lines without an indentation that all of them have. */
function without(lines: string, indent: string): string | undefined {
  const all = lines.replace(/\r?\n$/, '').split(/\r?\n/);
  if (!all.every((l) => l.trim() === '' || l.startsWith(indent))) return undefined;
  return asBlock(all.map((l) => l.slice(indent.length)).join('\n'));
}

/** Some whole lines before or after the start of one. */
function around(text: string, offset: number, count: number): string {
  let [start, end] = [offset, offset];
  for (let i = 0; i < -count; i++) start = start === 0 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  for (let i = 0; i < count; i++) end = end >= text.length ? end : text.indexOf('\n', end) + 1 || text.length;
  return asBlock(unindentedAll(text.slice(start, end)));
}

function* dropping(group: Group): Iterable<Edit> {
  const find = unindentedAll(group.removed);
  for (const part of namesAround(group)) {
    yield { kind: 'drop-lines', in: part };
    yield { kind: 'drop-lines', in: part, find };
  }
  yield { kind: 'drop-lines', find };
}

/** What of a line changes, with more of it until it tells its place in its part. */
function* changing(group: Group): Iterable<Edit> {
  const { removed, added } = group;
  const ends = (text: string) => text.replace(/\r?\n$/, '');
  const [old, now] = [ends(removed), ends(added)];
  const pieces: [string, string][] = [];
  if (!old.includes('\n') && !now.includes('\n')) {
    let head = 0;
    while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
    let tail = 0;
    while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const isWord = (c: string | undefined) => c !== undefined && /[\w.-]/.test(c);
    while (head > 0 && (isWord(old[head - 1]) || head + tail >= old.length)) head--;
    while (tail > 0 && isWord(old.at(-tail))) tail--;
    pieces.push([old.slice(head, old.length - tail), now.slice(head, now.length - tail)]);
  }
  pieces.push([old, now]);
  for (const part of namesAround(group))
    for (const [find, by] of pieces) if (find.trim() !== '') yield { kind: 'edit-text', in: part, find, with: by };
}

/** The parts that a group is in, the innermost first, by a name that only this part has, or by that of the one around it too. */
function* namesAround(group: Group): Iterable<string | string[]> {
  const { before, path } = group.file;
  const format = formatOf(path);
  if (format === undefined) return;
  const holds = (part: Range) => part.start <= group.start && group.end <= part.end;
  const sizes = new Map<string, number>();
  for (const name of namesAbove(before, path, group)) {
    const part = partsIn(before, format, [name]).find(holds);
    if (part !== undefined) sizes.set(name, part.end - part.start);
  }
  const names = [...sizes].sort((a, b) => a[1] - b[1]).map(([name]) => name);
  for (const [i, name] of names.entries()) {
    if (partsIn(before, format, [name]).length === 1) yield name;
    else for (const outer of names.slice(i + 1)) yield [outer, name];
  }
}

/** How far up a part's head is looked for. */
const FAR = 400;

/** Names that parts may have, from the lines above a group and its first one. */
function namesAbove(text: string, path: string, { start }: Range): readonly string[] {
  const above = text
    .slice(0, Math.max(text.indexOf('\n', start), start))
    .split('\n')
    .slice(-FAR)
    .reverse();
  const find = (pattern: RegExp, most: number) =>
    above.flatMap((line) => [...line.matchAll(pattern)].map((m) => (m[1] ?? '').trim())).slice(0, most);
  if (/\.pyw?$/.test(path)) return pythonNames(above);
  if (/[Mm]akefile/.test(path))
    return [...find(/^([\w.$()@-]+)[ \t]*(?:[:?+!]?=|:)/g, 2), ...find(/^[^\t#:=]* ([\w.$()@-]+):/g, 1)];
  if (/(?:^|\/)Setup/.test(path)) return find(/^#?@?(\w+)/g, 2);
  const calls = above.flatMap((line) => {
    const [, macro, argument] = /^[ \t]*(A[CHMSX]_\w+|PKG_\w+|_?PY_\w+)\(\[?([^\],()]*)/.exec(line) ?? [];
    return macro === undefined ? [] : [`${macro}(${argument})`, macro];
  });
  const cases = find(/\b(case \S+ in)\b/g, 3);
  const arms = find(/^[ \t]*\(?([^\s()#][^()#]*\))/g, 2);
  return [...arms, ...cases, ...calls.slice(0, 6)];
}

/** The functions and classes around, by their indentation: `Class.method` and `Class`. */
function pythonNames(above: readonly string[]): string[] {
  const heads: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const line of above) {
    if (line.trim() === '' || /^\s*[#)\]}]/.test(line)) continue;
    const indent = line.search(/\S/);
    const name = /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)/.exec(line)?.[1];
    if (name !== undefined && indent < least) heads.unshift(name);
    least = Math.min(least, indent);
  }
  return heads.map((_, i) => heads.slice(0, heads.length - i).join('.'));
}
