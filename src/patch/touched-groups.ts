import { type Group, groupsAt } from '../c/conditionals.ts';
import { tokens } from '../c/lex.ts';
import type { CSource, Range } from '../c/source.ts';

/**
 * The `#if` groups that decide what a statement is, or what it is part of:
 * - those that share text with it, other than those in one branch of which it lies as a whole;
 * - those right behind it when an `else` comes in one of them, or after them: it is the statement's under some settings;
 * - those right before it when a branch ends in the middle of a statement (`if (x)`, `else`): what comes next belongs to it;
 * - those around which braces do not balance: what they open or close is another block under each setting.
 * @param region the functions that are looked at.
 */
export function touchedGroups(source: CSource, extent: Range, region: Range): Group[] {
  const holds = (g: Group) => g.branches.some((b) => b.bodyStart <= extent.start && extent.end <= b.bodyEnd);
  const others = groupsAt(source.conditionals, region.start, region.end).filter((g) => !holds(g));
  const across = others.filter((g) => g.start < extent.end && g.end > extent.start);
  const after = stretchAfter(source, extent.end, region, others);
  const before = stretchBefore(source, extent.start, region, others);
  return [...new Set([...across, ...after, ...before, ...others.filter((g) => !isBalanced(source, g))])];
}

/** The groups between an offset and the next code that is seen whatever they say, if an `else` may come there. */
function stretchAfter(source: CSource, offset: number, region: Range, others: readonly Group[]): Group[] {
  const groups = new Set<Group>();
  let isElse = false;
  let at = nextCode(source, offset, region.end);
  while (at !== undefined) {
    const here = at;
    const around = others.filter((g) => g.start >= offset && g.start <= here && here < g.end);
    // An outer group of the statement goes on with its other branches, which are not seen beside it.
    const outer = elsewhere(source, offset, here);
    if (outer !== undefined) {
      at = nextCode(source, outer.end, region.end);
      continue;
    }
    isElse ||= /^else\b/.test(source.text.slice(here, here + 5));
    if (around.length === 0) break;
    for (const g of around) groups.add(g);
    const branches = around.flatMap((g) => g.branches).filter((b) => b.bodyStart <= here && here < b.bodyEnd);
    at = nextCode(source, Math.min(...branches.map((b) => b.bodyEnd)), region.end);
  }
  return isElse ? [...groups] : [];
}

/** The group of which an offset lies in one branch, and a later one in another. */
function elsewhere(source: CSource, offset: number, later: number): Group | undefined {
  return source.conditionals.groups.find(
    (g) =>
      g.start < offset &&
      later < g.end &&
      later >= (g.branches.find((b) => b.bodyStart <= offset && offset <= b.bodyEnd)?.bodyEnd ?? g.end),
  );
}

/**
 * Groups that end right before an offset, with a branch that ends in the middle of a statement, or behind code that does:
 * where they are empty, that is what comes before it.
 */
function stretchBefore(source: CSource, offset: number, region: Range, others: readonly Group[]): Group[] {
  const groups = new Set<Group>();
  let to = offset;
  let isOpen = false;
  for (;;) {
    const last = lastCode(source, region.start, to);
    isOpen = last !== undefined && !/[;{}]/.test(source.text[last] ?? '');
    const near = others.filter((g) => g.end <= to && g.start > (last ?? region.start - 1));
    const around = last === undefined ? [] : others.filter((g) => g.start <= last && last < g.end && g.end <= offset);
    for (const g of [...near, ...around]) groups.add(g);
    const outer = around.reduce<Group | undefined>(
      (least, g) => (least === undefined || g.start < least.start ? g : least),
      undefined,
    );
    if (outer === undefined) break;
    to = outer.start;
  }
  if (isOpen) return [...groups];
  const open = [...groups].filter((g) => g.branches.some((b) => endsOpen(source, b.bodyStart, b.bodyEnd)));
  return others.filter((g) => open.some((o) => o.start <= g.start && g.end <= o.end));
}

/** Whether code ends in the middle of a statement, or in a label: after neither `;` nor a brace. */
function endsOpen(source: CSource, start: number, end: number): boolean {
  const last = lastCode(source, start, end);
  if (last === undefined) return false;
  const inner = source.conditionals.groups.find(
    (g) => start <= g.start && g.end <= end && g.start <= last && last < g.end,
  );
  if (inner === undefined) return !/[;{}]/.test(source.text[last] ?? '');
  // What comes last may not be there: then what stands before its #if does.
  return inner.branches.some((b) => endsOpen(source, b.bodyStart, b.bodyEnd)) || endsOpen(source, start, inner.start);
}

/** Whether every branch closes what it opens. */
function isBalanced(source: CSource, group: Group): boolean {
  return group.branches.every((b) => {
    let depth = 0;
    for (const t of tokens(source.text, b.bodyStart, b.bodyEnd)) {
      if (t.kind !== 'punctuation') continue;
      const c = source.text[t.start];
      if (c === '{' || c === '(' || c === '[') depth++;
      else if ((c === '}' || c === ')' || c === ']') && --depth < 0) return false;
    }
    return depth === 0;
  });
}

function nextCode(source: CSource, from: number, to: number): number | undefined {
  for (const t of codeTokens(source, from, to)) return t;
  return undefined;
}

/** Where the last code token before an offset starts. */
function lastCode(source: CSource, from: number, to: number): number | undefined {
  let last: number | undefined;
  for (const t of codeTokens(source, from, to)) last = t;
  return last;
}

/** Where tokens start that are neither comments nor in a directive. */
function* codeTokens(source: CSource, from: number, to: number): Generator<number> {
  const { directives } = source.conditionals;
  for (const t of tokens(source.text, from, to)) {
    if (t.kind === 'comment' || directives.some(([s, e]) => s <= t.start && t.start < e)) continue;
    yield t.start;
  }
}
