import type { Formula } from '../../c/condition.ts';
import { findConditionals } from '../../c/conditionals.ts';
import { codeTokens, lineEnd, lineStart, newlineAt, tokens, withNewlines } from '../../c/lex.ts';
import { type CSource, type Range, readC } from '../../c/source.ts';
import { functionOf, startOf, type View } from '../../c/view.ts';
import { nextLine } from '../parts/whole-lines.ts';
import { BadPattern, type Pattern } from '../pattern.ts';
import type { Finder, FinderContext, Site } from '../site.ts';
import { fill, type Template } from '../template.ts';
import { boundRanges, hiddenCode } from './hidden-code.ts';
import { type Hit, hitsOf } from './hits.ts';
import { findLines } from './lines.ts';
import { indentAt, problemAt, startsLine } from './removal.ts';
import type { TextFinding, TextPlace } from './text.ts';

/** The directives that are put around code. */
export interface Guard {
  /** `#ifdef X`, as it is put there. */
  readonly under: string;
  readonly condition: string;
  /** What the comment behind `#endif` says. */
  readonly label?: string | undefined;
}

/** What two conditions must have in common to be the same. */
const same = (condition: Formula | undefined): string => JSON.stringify(condition);

/** Reads a directive: `#ifdef X`, `#if X > 1`; `#elif X` for a branch. @throws BadPattern when it is none. */
export function readDirective(text: string, is: 'if' | 'elif'): { readonly line: string; readonly condition: string } {
  const line = text.trim();
  const around = is === 'if' ? `${line}\n#endif\n` : `#if X\n${line}\n#endif\n`;
  const { groups, unbalanced } = findConditionals(around);
  const branch = groups[0]?.branches[is === 'if' ? 0 : 1];
  if (/\n/.test(line) || groups.length !== 1 || unbalanced.length > 0 || branch?.condition === undefined)
    throw new BadPattern(`"${line}" is no ${is === 'if' ? '#if, #ifdef or #ifndef' : '#elif'} in one line`);
  return { line, condition: same(branch.condition) };
}

const DIFFERENT = 'it stands under this condition already, but not as the recipe says';

/** How lines stand under a condition already. Of code in a function, what is around the whole function may become another. */
function standing(source: CSource, { start, end }: Range, guard: Guard, other: string | undefined, from = 0) {
  for (const { branches, start: at } of source.conditionals.groups) {
    if (at < from) continue;
    const [first, second] = branches;
    const inside = branches.find((b) => b.bodyStart <= start && end <= b.bodyEnd);
    if (inside === undefined || first === undefined || same(first.condition) !== guard.condition) continue;
    const rest = second === undefined ? undefined : source.text.slice(second.bodyStart, second.bodyEnd);
    const isAll = inside === first && first.bodyStart === start && first.bodyEnd === end && branches.length < 3;
    return isAll && second?.condition === undefined && rest === other ? 'done' : 'different';
  }
  return undefined;
}

/** Why whole lines cannot be put under an `#if` of their own; `undefined` where they can. */
function torn({ conditionals }: CSource, { start, end }: Range): string | undefined {
  const crosses = conditionals.groups.some(
    (g) =>
      [g.start, ...g.branches.map((b) => b.start), g.endifStart].some((at) => start <= at && at < end) &&
      !(start <= g.start && g.end <= end),
  );
  return crosses ? 'an #if around a part of it begins or ends in it' : undefined;
}

/** The lines before and behind what goes under the condition. */
function around({ under, label }: Guard, other: string | undefined, newline: string): [string, string] {
  const otherwise = other === undefined ? '' : `#else${newline}${other}`;
  const end = label === undefined ? '#endif' : `#endif /* ${label} */`;
  return [under + newline, otherwise + end + newline];
}

/** Statements in a row of a function go under an `#if` of their own; without the condition others may take their place. */
export function guardFinder(guard: Guard, pattern: Pattern, otherwise: Template | undefined): Finder {
  return {
    anchor: pattern.words[0] ?? '',
    looksFor: `${pattern.text}, to stand under ${guard.under}`,
    find: (view, context) => hitsOf(view, pattern).map((hit) => siteOf(view, hit, guard, otherwise, context)),
  };
}

function siteOf(view: View, hit: Hit, guard: Guard, otherwise: Template | undefined, context: FinderContext): Site {
  const { source } = view;
  const { text } = source;
  const { extent, nodes, bindings } = hit;
  const site = { extent, deletes: [], inserts: [], decision: `it goes under ${guard.under}` };
  const refuse = (message: string): Site => ({
    ...site,
    problem: problemAt(view, nodes[0], 'guard-place', message, 'let the pattern say other statements'),
  });
  if (!/^(?:compound|case)_statement$/.test(nodes[0].parent?.type ?? ''))
    return refuse('it is the body of another statement, which would be left without one');
  if (nodes[0].parent?.type === 'case_statement' && nodes[0].previousSibling?.type === ':')
    return refuse('it follows its case directly, behind which C wants a statement');
  const lines = { start: lineStart(text, extent.start), end: nextLine(text, lineEnd(text, extent.end)) };
  const behind = [...tokens(text, extent.end)].find((t) => t.kind !== 'comment' || t.end > lines.end);
  if (!startsLine(text, extent.start) || (behind !== undefined && behind.start < lines.end - 1))
    return refuse('it does not have its lines for itself');
  const tear = torn(source, lines);
  if (tear !== undefined) return refuse(tear);
  const indent = indentAt(text, extent.start);
  const newline = newlineAt(text, extent.start);
  let other: string | undefined;
  let taken: Site['taken'];
  if (otherwise !== undefined) {
    const filled = fill(otherwise, bindings, { view, pure: context.pure, matched: undefined, indent });
    if ('lost' in filled) return refuse(`${filled.lost.text} ${filled.why}, and it has effects`);
    const bound = new Map([...bindings].filter(([name]) => otherwise.slots.some((s) => s.name === name)));
    const hidden = hiddenCode(view, boundRanges(view, bound), bound);
    if (hidden !== undefined) return { ...site, problem: hidden };
    taken = filled.taken;
    const [pieces = ''] = filled.pieces;
    other = withNewlines((pieces.startsWith('#') ? '' : indent) + pieces.trimEnd(), newline) + newline;
  }
  const definition = functionOf(nodes[0]);
  const is = standing(source, lines, guard, other, definition && startOf(view, definition));
  if (is === 'done') return { ...site, done: true, decision: `it is under ${guard.under}` };
  if (is === 'different') return refuse(DIFFERENT);
  const [before, after] = around(guard, other, newline);
  return {
    ...site,
    taken,
    raw: [
      { at: lines.start, text: before },
      { at: lines.end, text: after },
    ],
  };
}

/** Directives outside of functions, such as an `#include`, go under an `#if` of their own. */
export function findGuardedLines(
  path: string,
  text: string,
  guard: Guard,
  lines: string,
  otherwise: string | undefined,
): TextFinding {
  const source = readC(path, text);
  const places: TextPlace[] = [];
  const also: TextPlace[] = [];
  const done: number[] = [];
  for (const range of findLines(text, lines, [{ start: 0, end: text.length }])) {
    const newline = newlineAt(text, range.start);
    const other = otherwise === undefined ? undefined : withNewlines(`${otherwise.trimEnd()}\n`, newline);
    const is = standing(source, range, guard, other);
    if (is === 'done') {
      done.push(range.start);
      continue;
    }
    const message = is === 'different' ? DIFFERENT : torn(source, range);
    if (message !== undefined) return { places, done, problem: { offset: range.start, message } };
    const [before, after] = around(guard, other, newline);
    const decision = `it goes under ${guard.under}`;
    places.push({ start: range.start, end: range.start, replacement: before, decision, beside: true });
    also.push({ start: range.end, end: range.end, replacement: after, decision, beside: true });
  }
  return { places, also, done };
}

/** @throws BadPattern when lines are no directives, or hold a part of an `#if`. */
export function onlyDirectives(lines: string): void {
  if (codeTokens(lines.replace(/^[ \t]*#(?:\\\r?\n|[^\n])*/gm, '')).length > 0)
    throw new BadPattern('only directives go by lines: for code in functions, say match', 'write #include or #define');
  if (findConditionals(lines).unbalanced.length > 0) throw new BadPattern('the lines have a part of an #if only');
}
