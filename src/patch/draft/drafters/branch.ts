import type { Branch, Group as IfGroup } from '../../../c/conditionals.ts';
import type { Range } from '../../../c/source.ts';
import { codeChildren, endOf, startOf, type View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { indentAt } from '../../edits/removal.ts';
import { type Code, patternOf } from '../code.ts';
import type { DraftFile, Group } from '../groups.ts';
import { localNames, withMetavariables } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';
import { unindentedAll } from './addition.ts';
import { narrowings } from './condition.ts';
import { unindented } from './insertion.ts';

/** `#if`s that come in around code that stays, and branches that an `#if` gets. */
export function* branchEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  const { file, now } = group;
  if (!/^[ \t]*#[ \t]*(?:if|el|endif)/m.test(group.added)) return;
  const isHere = (offset: number) => now.start <= offset && offset < now.end;
  for (const made of file.result.conditionals.groups) {
    const [first, ...rest] = made.branches;
    if (first === undefined) continue;
    if (isHere(first.start) || isHere(made.endifStart)) yield guarding(group, made, first, code);
    for (const branch of rest) if (isHere(branch.start)) yield adding(group, made, branch);
  }
}

/** A pattern that is longer tells no more. */
const LONGEST = 600;

function* guarding(group: Group, made: IfGroup, first: Branch, code: Code): Iterable<Edit> {
  const { file } = group;
  const [start, end] = [before(file, first.bodyStart), before(file, first.bodyEnd)];
  const [, second] = made.branches;
  const isNew = (offset: number) => file.groups.some(({ now }) => now.start <= offset && offset < now.end);
  if (!isNew(first.start) || !isNew(made.endifStart) || made.branches.length > 2 || second?.condition !== undefined)
    return;
  if (start === undefined || end === undefined || start >= end) return;
  const lines = file.before.slice(start, end);
  const directive = (at: number, to: number) => file.after.slice(at, to).trim();
  const comment = /\/\*\s*(.*?)\s*\*\//.exec(file.after.slice(made.endifStart, made.end))?.[1];
  const other = second === undefined ? undefined : file.after.slice(second.bodyStart, second.bodyEnd);
  const edit = (found: object, otherwise: string | undefined): Edit => ({
    kind: 'guard',
    ...found,
    under: directive(first.start, first.bodyStart),
    ...(otherwise === undefined ? {} : { else: otherwise }),
    ...(comment === undefined ? {} : { label: comment }),
  });
  if (/^[ \t]*#/.test(lines)) yield edit({ lines: unindentedAll(lines) }, other);
  const view = code.old({ ...group, start, end });
  const run = view === undefined ? [] : runOf(view, { start, end });
  const [node] = run;
  if (view === undefined || node === undefined) return;
  const indent = indentAt(file.before, startOf(view, node));
  const otherwise = other === undefined ? undefined : unindented(other, indent);
  if (other !== undefined && otherwise === undefined) return;
  const match = run.map((n) => patternOf(view, n)).join('\n');
  if (match.length > LONGEST) return;
  const names = localNames(node);
  const general = withMetavariables(match, names);
  const by = otherwise === undefined ? undefined : (withMetavariables(otherwise, names) ?? otherwise);
  if (general !== undefined) yield* inItsFunction(edit({ match: general }, by), node, view);
  yield* inItsFunction(edit({ match }, otherwise), node, view);
}

/** The statements that are the lines of a range, with nothing else. */
function runOf(view: View, { start, end }: Range) {
  for (const block of view.root.descendantsOfType(['compound_statement', 'case_statement'])) {
    if (block === null || startOf(view, block) >= start || endOf(view, block) <= start) continue;
    const run = codeChildren(block).filter((n) => n.isNamed && startOf(view, n) >= start && startOf(view, n) < end);
    const last = run.at(-1);
    const isDirect =
      run.length > 0 && !codeChildren(block).some((n) => startOf(view, n) < start && endOf(view, n) > start);
    if (isDirect && last !== undefined && endOf(view, last) <= end) return run;
  }
  return [];
}

function* adding(group: Group, made: IfGroup, branch: Branch): Iterable<Edit> {
  const { file } = group;
  const [first] = made.branches;
  const start = first === undefined ? undefined : before(file, first.start);
  const old = file.source.conditionals.groups.find((g) => g.start === start);
  const [whole] = old?.branches ?? [];
  if (old === undefined || whole === undefined) return;
  const line = (at: Branch, text: string) => text.slice(at.start, at.bodyStart).trim();
  const lines = file.after.slice(branch.bodyStart, branch.bodyEnd);
  const to = line(whole, file.before);
  const all = { ...whole, bodyEnd: old.branches.at(-1)?.bodyEnd ?? whole.bodyEnd };
  const others = file.source.conditionals.groups
    .filter((g) => g !== old && g.branches[0] !== undefined && line(g.branches[0], file.before) === to)
    .map((g) => ({ ...all, ...g.branches[0], bodyEnd: g.branches.at(-1)?.bodyEnd ?? g.end }));
  const elif = branch.condition === undefined ? {} : { elif: line(branch, file.after) };
  for (const text of new Set([unindentedAll(lines), lines.replace(/\r?\n$/, '')]))
    for (const where of narrowings(group, all, others)) yield { kind: 'add-branch', to, ...elif, text, ...where };
}

/** Where a place of the new file is in the old one; `undefined` inside of what came in. */
function before({ groups, before: text }: DraftFile, offset: number): number | undefined {
  const inside = groups.find(({ now }) => now.start < offset && offset < now.end);
  if (inside !== undefined) return undefined;
  const last = groups.findLast(({ now }) => now.end <= offset && now.start < offset);
  return last === undefined ? Math.min(offset, text.length) : last.end + (offset - last.now.end);
}
