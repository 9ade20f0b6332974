import type { Edit } from '../../recipe/schema.ts';
import type { TextEdit } from '../ranges.ts';
import { asWritten } from './as-written.ts';
import type { Group } from './groups.ts';
import { makes, type Said } from './trial.ts';

/** What the edits that were found say of some groups, when together they make exactly the new lines. */
export function settled(said: readonly Said[], groups: readonly Group[]): readonly Said[] {
  let left = said.filter((s, i) => !said.slice(0, i).some((t) => isOver(s, t)));
  for (;;) {
    const changes = new Map<Group, TextEdit[]>();
    for (const { changes: mine } of left)
      for (const [group, edits] of mine) changes.set(group, [...(changes.get(group) ?? []), ...edits]);
    const half = new Set(groups.filter((g) => !makes(g, changes.get(g) ?? [])));
    const next = left.filter((s) => ![...s.changes.keys()].some((g) => half.has(g)));
    if (next.length === left.length) return left;
    left = next;
  }
}

/** Whether two edits want the same text. */
export function isOver(a: Said, b: Said): boolean {
  for (const [group, mine] of a.changes)
    for (const one of mine)
      for (const other of b.changes.get(group) ?? [])
        if ((one.start < other.end && other.start < one.end) || (one.start === other.start && one.end === other.end))
          return true;
  return false;
}

/** Exact text for groups that no edit says. */
export interface TextSaid {
  readonly edit: Edit;
  readonly groups: readonly Group[];
}

/** How many lines are taken in to tell a place. */
const MOST = 80;

/**
 * Exact text for groups of one file: as many lines around each as tell its place. A group with the next one where the lines
 * between them do not.
 * @param others ranges of lines that are not to be used: other edits change them.
 * @returns `more`: groups that must be said as text, too.
 */
export function textsFor(
  groups: readonly Group[],
  others: readonly Group[],
): { readonly texts: TextSaid[]; readonly more: Group[] } {
  const texts: TextSaid[] = [];
  const more: Group[] = [];
  let open: Group[] = [];
  for (const [i, group] of groups.entries()) {
    open.push(group);
    const [from, to] = reachOf(open, texts.at(-1), others);
    const edit = exactText(open, from, Math.min(to, groups[i + 1]?.start ?? to));
    if (edit !== undefined) {
      texts.push({ edit, groups: open });
      open = [];
    }
  }
  // What is left at the end goes with the text before it.
  while (open.length > 0 && texts.length > 0) {
    open = [...(texts.pop()?.groups ?? []), ...open];
    const edit = exactText(open, ...reachOf(open, texts.at(-1), others));
    if (edit === undefined) continue;
    texts.push({ edit, groups: open });
    open = [];
  }
  if (open.length > 0) {
    const [first] = open;
    const before = others.filter((o) => o.end <= (first?.start ?? 0)).at(-1);
    const after = others.find((o) => o.start >= (first?.end ?? 0));
    const taken = after ?? before;
    if (taken !== undefined) more.push(taken);
  }
  return { texts, more };
}

/** How far text around some groups may reach: to the text before, and to lines that others change. */
function reachOf(open: readonly Group[], last: TextSaid | undefined, others: readonly Group[]): [number, number] {
  const [first, end] = [open[0]?.start ?? 0, open.at(-1)?.end ?? 0];
  const before = others.filter((o) => o.end <= first).map((o) => o.end);
  const after = others.filter((o) => o.start >= end).map((o) => o.start);
  const length = open[0]?.file.before.length ?? 0;
  return [Math.max(0, last === undefined ? 0 : endOf(last), ...before), Math.min(length, ...after)];
}

const reach = new WeakMap<TextSaid['edit'], number>();
const endOf = (text: TextSaid): number => reach.get(text.edit) ?? 0;

function exactText(groups: readonly Group[], from: number, to: number): Edit | undefined {
  const [first, last] = [groups[0], groups.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { before, after, path } = first.file;
  let [start, end] = [first.start, last.end];
  const lineBefore = () => (start <= from ? undefined : Math.max(from, before.lastIndexOf('\n', start - 2) + 1));
  const lineAfter = () => {
    const at = before.indexOf('\n', end);
    return end >= to ? undefined : Math.min(to, at < 0 ? before.length : at + 1);
  };
  for (let lines = 0; lines < MOST; lines++) {
    const find = before.slice(start, end);
    const by =
      before.slice(start, first.start) + after.slice(first.now.start, last.now.end) + before.slice(last.end, end);
    if (
      /\S/.test(find) &&
      count(before, find) === 1 &&
      (by === '' || count(before, by) === 0) &&
      count(after, find) === (by.includes(find) ? 1 : 0)
    ) {
      const edit: Edit = asWritten({ kind: 'edit-text', find: lf(find), with: lf(by), files: [path] });
      reach.set(edit, end);
      return edit;
    }
    const [up, down] = [lineBefore(), lineAfter()];
    if (up === undefined && down === undefined) return undefined;
    if (up !== undefined && (lines % 2 === 0 || down === undefined)) start = up;
    else if (down !== undefined) end = down;
  }
  return undefined;
}

const lf = (text: string) => text.replaceAll('\r\n', '\n');
const count = (text: string, part: string) => text.split(part).length - 1;
