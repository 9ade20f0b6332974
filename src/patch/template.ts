import { atomsOf } from '../c/conditionals.ts';
import { codeTokens, tokens } from '../c/lex.ts';
import { type Node, type Parser, parseC } from '../c/parser.ts';
import { isConditional, LEVEL, levelOf, roomFor } from '../c/precedence.ts';
import { allAssignments, CSource } from '../c/source.ts';
import { endOf, startOf, type View } from '../c/view.ts';
import { suggest } from '../recipe/did-you-mean.ts';
import { endsOpen } from './edits/removal.ts';
import {
  BadPattern,
  type Bindings,
  isMetavariable,
  isStatement,
  type Metavariable,
  type Pattern,
  readC,
} from './pattern.ts';
import { effectsOf } from './truth.ts';

/** C with metavariables, that is put where a pattern has matched. */
export interface Template {
  readonly text: string;
  /** How tightly the whole holds together. */
  readonly level: number;
  /** A statement that an `else` after it would join. */
  readonly endsOpen: boolean;
  readonly slots: readonly Slot[];
}

interface Slot extends Metavariable {
  readonly start: number;
  readonly end: number;
  /** The least level that fits there without parentheses. */
  readonly room: number;
}

/** What a template comes in place of, or stands beside. */
export interface TemplateOf {
  readonly pattern: Pattern;
  /** Lines of a function's body; else what the pattern is, an expression or a statement. */
  readonly lines?: true;
}

/**
 * Reads C with metavariables.
 * @throws BadPattern when it is not C, is not of the pattern's kind, or has a metavariable that the pattern has not.
 */
export function compileTemplate(parser: Parser, text: string, of?: TemplateOf): Template {
  const template = of?.lines ? linesOf(parser, text) : oneOf(parser, text.trim());
  if (of === undefined) return template;
  const { pattern } = of;
  if (!of.lines && isStatement(template.text) !== pattern.isStatement)
    throw new BadPattern(
      `"${template.text}" is ${pattern.isStatement ? 'no statement, but takes the place of one' : 'a statement, but takes the place of an expression'}`,
      pattern.isStatement ? "let it end in ';'" : "leave out the ';', or let the pattern end in one",
    );
  const known = pattern.metavariables.map((m) => m.name);
  for (const { index, 0: name } of template.text.matchAll(/\$[A-Za-z_]\w*/g)) {
    if (known.includes(name) && template.slots.some((s) => s.start === index)) continue;
    if (known.includes(name)) throw new BadPattern(`${name} stands in text here, where nothing is put in`);
    throw new BadPattern(`no pattern of the edit binds ${name}`, suggest(name, known, 'metavariables'));
  }
  return template;
}

function oneOf(parser: Parser, source: string): Template {
  return readC(parser, source, isStatement(source), (root, offset) => ({
    text: source,
    level: source.startsWith('(') && root.startIndex > offset ? LEVEL.primary : levelOf(root),
    endsOpen: endsOpen(root),
    slots: slotsOf(root, root, offset),
  }));
}

/** Lines are read under every setting of their `#if`s. */
function linesOf(parser: Parser, text: string): Template {
  const head = 'void f(void) {\n';
  const source = new CSource('', `${head}${text}\n;}`);
  if (source.conditionals.unbalanced.length > 0) throw new BadPattern('an #if, #else or #endif has no partner');
  const slots = new Map<number, Slot>();
  for (const assignment of allAssignments(atomsOf(source.conditionals.groups))) {
    const tree = parseC(parser, source.mask(assignment));
    try {
      if (tree.rootNode.hasError) throw new BadPattern('the lines cannot be read as statements of C');
      for (const slot of slotsOf(tree.rootNode, tree.rootNode, head.length)) slots.set(slot.start, slot);
    } finally {
      tree.delete();
    }
  }
  const inOrder = [...slots.values()].sort((a, b) => a.start - b.start);
  return { text, level: LEVEL.primary, endsOpen: false, slots: inOrder };
}

function slotsOf(node: Node, root: Node, offset: number): Slot[] {
  if (node.childCount > 0) return node.children.flatMap((c) => (c === null ? [] : slotsOf(c, root, offset)));
  if (!isMetavariable(node)) return [];
  const range = { start: node.startIndex - offset, end: node.endIndex - offset };
  return [{ ...range, name: node.text, room: roomFor(node), conditional: isConditional(node, root) }];
}

/** What came of filling a template: the text, or the code that would be evaluated more or less often than before. */
export type Filled = { readonly text: string; readonly level: number } | { readonly lost: Node; readonly why: string };

/**
 * Puts what metavariables stand for into a template, in parentheses where it would fall apart. What has effects must be
 * evaluated as often as before.
 * @param matched the pattern in whose place the template comes; without it, the code that was matched stays as well.
 */
export function fill(
  template: Template,
  bindings: Bindings,
  view: View,
  pure: ReadonlySet<string>,
  matched: Pattern | undefined,
): Filled {
  for (const [name, { node }] of bindings) {
    const effect = effectsOf(node, pure)[0];
    if (effect === undefined) continue;
    const said = (list: readonly Metavariable[]) => list.filter((m) => m.name === name);
    const [before, now] = [said(matched?.metavariables ?? []), said(template.slots)];
    if (matched === undefined && now.length === 0) continue;
    const why =
      now.length > before.length || matched === undefined
        ? 'would be evaluated once more'
        : now.length < before.length
          ? 'would not be evaluated any more'
          : now.some((m, i) => m.conditional !== before[i]?.conditional)
            ? 'would not be evaluated under the same conditions'
            : undefined;
    if (why !== undefined) return { lost: effect, why };
  }
  let out = '';
  let at = 0;
  let level = template.level;
  for (const slot of template.slots) {
    const bound = bindings.get(slot.name);
    if (bound === undefined) continue;
    const text = sourceOf(view, bound.node);
    const fits = levelOf(bound.node) >= slot.room;
    // A metavariable alone holds together as what it stands for does.
    if (slot.start === 0 && slot.end === template.text.length) level = levelOf(bound.node);
    out = joined(out + template.text.slice(at, slot.start), fits ? text : `(${text})`);
    at = slot.end;
  }
  return { text: joined(out, template.text.slice(at)), level };
}

/** Two texts side by side, with a space where their tokens would run together: `-` and `-b`. */
function joined(left: string, right: string): string {
  if (left === '' || right === '') return left + right;
  return runsTogether(left, right) ? `${left} ${right}` : left + right;
}

/** Whether the last token of a text and the first of another would become one. */
export function runsTogether(left: string, right: string): boolean {
  const [a, b] = [left.slice(left.lastIndexOf('\n') + 1), right.split('\n', 1)[0] ?? ''];
  return codeTokens(a + b).length !== codeTokens(a).length + codeTokens(b).length;
}

/** A node as it stands in the file, without comments; on one line where it had any, or more lines than one. */
function sourceOf(view: View, node: Node): string {
  const [start, end] = [startOf(view, node), endOf(view, node)];
  const visible = view.source.visible(view.assignment);
  const text = visible.slice(start, end);
  if (!/\n|\/[*/]/.test(text)) return text;
  let out = '';
  let last = start;
  for (const t of tokens(visible, start, end)) {
    if (t.kind === 'comment') continue;
    out += (out !== '' && t.start > last ? ' ' : '') + visible.slice(t.start, t.end);
    last = t.end;
  }
  return out;
}
