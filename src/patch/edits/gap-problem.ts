import type { Node } from '../../c/parser.ts';
import { isMacroName } from '../../c/precedence.ts';
import type { Range } from '../../c/source.ts';
import { codeChildren, endOf, functionOf, startOf, type View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { type Bindings, type Gap, LABELS, ONE, type Pattern, type PatternNode, REST } from '../pattern.ts';
import type { Template } from '../template.ts';
import type { Hit } from './hits.ts';
import { problemAt } from './removal.ts';

const LOOP = /^(?:for|while|do)_statement$/;

/** What hinders that the code which `…` stands for is left alone while what is around it changes; `undefined` when nothing does. */
export function gapProblem(view: View, hit: Hit, pattern: Pattern, by: Template): Diagnostic | undefined {
  const labels = labelsAround(hit.nodes[0]);
  for (const [i, gap] of pattern.gaps.entries()) {
    const now = by.gaps[i];
    const own = labels.filter((label) => isInside(startOf(view, label), hit.gaps[i])).map(labelName);
    const nodes = hit.bindings.get(gap.name)?.nodes ?? [];
    const found =
      now === undefined
        ? undefined
        : (jump(nodes, gap, now, own) ??
          declaration(nodes, gap, now) ??
          reassigned(nodes, hit.bindings, movedAcross(gap, i, pattern, by)));
    if (found !== undefined) {
      const hint = 'change this place by hand, or let the pattern have the statement instead of …';
      return problemAt(view, found.at, 'gap', found.why, hint);
    }
  }
  return labelProblem(view, hit, labels, pattern, by);
}

interface Found {
  readonly at: Node;
  readonly why: string;
}

/** @param own labels among the statements, or right behind them: a jump to one does not leave them. */
function jump(nodes: readonly Node[], was: Gap, now: Gap, own: readonly string[]): Found | undefined {
  const passes = was.after || now.after;
  for (const node of nodes) {
    const any = leaving(node, { breaks: true, continues: true }).find(
      ({ node: at, kind }) =>
        (passes && !(at.type === 'goto_statement' && own.includes(labelName(at)))) ||
        (kind === 'break' && was.break !== now.break) ||
        (kind === 'continue' && was.continue !== now.continue),
    );
    if (any === undefined) continue;
    const why = passes
      ? 'this would pass by what comes after … in the pattern'
      : `this ${any.kind} would leave another statement than before`;
    return { at: any.node, why };
  }
  return undefined;
}

interface Leaving {
  readonly node: Node;
  readonly kind: 'break' | 'continue' | 'other';
}

/** Statements that leave the one that they are in. */
function leaving(node: Node, free: { readonly breaks: boolean; readonly continues: boolean }): Leaving[] {
  if (/^(?:return|goto)_statement$/.test(node.type)) return [{ node, kind: 'other' }];
  if (node.type === 'break_statement') return free.breaks ? [{ node, kind: 'break' }] : [];
  if (node.type === 'continue_statement') return free.continues ? [{ node, kind: 'continue' }] : [];
  const inLoop = LOOP.test(node.type);
  const inside = {
    breaks: free.breaks && !inLoop && node.type !== 'switch_statement',
    continues: free.continues && !inLoop,
  };
  return codeChildren(node).flatMap((child) => leaving(child, inside));
}

/** What a block of its own would hide. */
function declaration(nodes: readonly Node[], was: Gap, now: Gap): Found | undefined {
  const at = nodes.find((n) => n.type === 'declaration');
  if (at === undefined || was.depth === now.depth) return undefined;
  return { at, why: 'this declaration would stand in another block than before' };
}

/** Metavariables that the new code has on another side of a `…` than the pattern. */
function movedAcross(gap: Gap, index: number, pattern: Pattern, by: Template): readonly string[] {
  const inPattern = (nodes: readonly PatternNode[]): string[] =>
    nodes.flatMap((n) => (n.type === ONE || n.type === REST ? [n.text] : inPattern(n.children)));
  const places = [...by.slots, ...by.gaps].sort((a, b) => a.start - b.start).map(({ name }) => name);
  const sides = (names: readonly string[], name: string, of = '') =>
    [names.slice(0, names.indexOf(of)), names.slice(names.indexOf(of))].map((side) => side.includes(name));
  return [...new Set(by.slots.map(({ name }) => name))].filter((name) => {
    const [was, now] = [sides(inPattern(pattern.row), name, gap.name), sides(places, name, by.gaps[index]?.name)];
    return was.some((side, i) => side !== now[i]);
  });
}

/** What gets another value in between: the new code would take it from before, or from after that. */
function reassigned(nodes: readonly Node[], bindings: Bindings, moved: readonly string[]): Found | undefined {
  const words = new Set(
    moved.flatMap((name) => bindings.get(name)?.nodes ?? []).flatMap((n) => n.text.match(/[A-Za-z_]\w*/g) ?? []),
  );
  if (words.size === 0) return undefined;
  const at = nodes.flatMap(changedIn).find((node) => words.has(nameOf(node)));
  return at && { at, why: `${nameOf(at)} is changed here, and would be taken on the other side of it` };
}

const CHANGES = ['assignment_expression', 'update_expression', 'pointer_expression', 'call_expression'];
/** Passed to a macro of that name it keeps its value. */
const KEEPS = /^_?Py_X?(?:INC|DEC)REF$/;

/** What code gives another value, or may: its address is taken, or a macro gets it. */
function changedIn(node: Node): Node[] {
  return node.descendantsOfType(CHANGES).flatMap((n): Node[] => {
    const of = (field: string) => n?.childForFieldName(field) ?? undefined;
    if (n?.type === 'call_expression') {
      const called = of('function')?.text ?? '';
      return isMacroName(called) && !KEEPS.test(called) ? codeChildren(of('arguments') as Node) : [];
    }
    if (n?.type === 'pointer_expression' && !n.text.startsWith('&')) return [];
    const target = of('left') ?? of('argument');
    return target === undefined ? [] : [target];
  });
}

/** The name of what is changed: of a member its own. */
function nameOf(target: Node): string {
  if (target.type === 'parenthesized_expression') return nameOf(target.namedChild(0) ?? target);
  const inner = target.childForFieldName('field') ?? target.childForFieldName('argument');
  return inner === null || inner.id === target.id ? target.text : nameOf(inner);
}

/** Labels among the statements: a jump to one passes by what comes before it. */
function labelProblem(
  view: View,
  hit: Hit,
  labels: readonly Node[],
  pattern: Pattern,
  by: Template,
): Diagnostic | undefined {
  let own = 0;
  let last: Node | undefined;
  for (const label of labels) {
    const at = startOf(view, label);
    if (at <= hit.extent.start || at >= hit.extent.end) continue;
    const i = hit.gaps.findIndex((g) => isInside(at, g));
    const [was, now] = [pattern.gaps[i], by.gaps[i]];
    if (was === undefined || now === undefined) {
      own++;
      last = label;
      continue;
    }
    const isCase = label.type === 'case_statement';
    const of = isCase ? switchOf(label) : undefined;
    if (of !== undefined && startOf(view, of) >= (hit.gaps[i]?.start ?? 0)) continue;
    const passed = (was.before || now.before) && (isCase || isReached(view, label, hit.gaps[i]));
    if (!passed && !(isCase && was.break !== now.break)) continue;
    const why = passed
      ? 'a jump to this label would pass by what comes before … in the pattern'
      : 'this case would be of another switch';
    return problemAt(view, label, 'gap', why, 'change this place by hand');
  }
  if (last === undefined || own === pattern.labels) return undefined;
  return problemAt(view, last, 'label', 'a label would go with the code', 'let the pattern have the label, too');
}

const isInside = (at: number, range: Range | undefined): boolean =>
  range !== undefined && range.start <= at && at < range.end;
const labelName = (node: Node): string => node.childForFieldName('label')?.text ?? '';

/** Whether a label may be jumped to from outside of a stretch, under any setting of the `#if`s. */
function isReached(view: View, label: Node, range: Range | undefined): boolean {
  const definition = functionOf(label);
  if (definition === undefined) return true;
  const start = startOf(view, definition);
  const text = view.source.text.slice(start, endOf(view, definition));
  const jumps = text.matchAll(new RegExp(`(?:\\bgoto\\s+|&&\\s*)${labelName(label)}\\b`, 'g'));
  return [...jumps].some((m) => m[0].startsWith('&') || !isInside(start + m.index, range));
}

export function labelsAround(statement: Node): Node[] {
  let block = statement.parent ?? statement;
  while (block.parent !== null && block.type === 'labeled_statement') block = block.parent;
  return block.descendantsOfType([...LABELS]).filter((n) => n !== null);
}

function switchOf(label: Node): Node | undefined {
  let n: Node | null = label;
  while (n !== null && n.type !== 'switch_statement') n = n.parent;
  return n ?? undefined;
}
