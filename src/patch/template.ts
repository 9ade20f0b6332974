import { hasBareMacro, takenForWhole } from '../c/bare-macros.ts';
import { codeTokens } from '../c/lex.ts';
import { type Node, parseC } from '../c/parser.ts';
import { isConditional, LEVEL, levelOf, roomFor } from '../c/precedence.ts';
import { CSource } from '../c/source.ts';
import { codeChildren, endOf, startOf, type View } from '../c/view.ts';
import { suggest } from '../recipe/did-you-mean.ts';
import { endsOpen } from './edits/removal.ts';
import {
  BadPattern,
  type Bindings,
  type CKind,
  type Gap,
  gapsIn,
  isGap,
  isMetavariable,
  isStatement,
  type Metavariable,
  nameOf,
  type Pattern,
  REST,
  type Reader,
  readC,
  settingsOf,
  shown,
} from './pattern.ts';
import { effectsOf } from './truth.ts';

/** C with metavariables, that is put where a pattern has matched. */
export interface Template {
  /** With the places of `$...ARGS` and `…` taken by C. */
  readonly text: string;
  /** How tightly the whole holds together. */
  readonly level: number;
  /** Statements that may not stand alone where C wants one: not just one, a declaration, or an `if` without `else`. */
  readonly needsBlock: boolean;
  /** It begins with a declaration. */
  readonly declares: boolean;
  readonly slots: readonly Slot[];
  readonly gaps: readonly (Gap & Place)[];
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Slot extends Metavariable, Place {
  /** The least level that fits there without parentheses. */
  readonly room: number;
  /** Of a list of arguments: what goes with it where it is empty. */
  readonly empty?: Place | undefined;
}

/** What a template comes in place of, or stands beside. */
export interface TemplateOf {
  readonly pattern: Pattern;
  /** Lines of a function's body; else what the pattern is, an expression or statements. */
  readonly lines?: true;
}

/**
 * Reads C with metavariables.
 * @throws BadPattern when it is not C, is not of the pattern's kind, or has a metavariable that the pattern has not.
 */
export function compileTemplate(reader: Reader, text: string, of?: TemplateOf): Template {
  const source = text.trim();
  const template = of?.lines
    ? linesOf(reader, text)
    : source === '' && of?.pattern.isStatement
      ? NOTHING
      : ofKind(reader, source, of === undefined ? undefined : kindOf(reader, source, of.pattern));
  if (of === undefined) return template;
  const { pattern } = of;
  if (!of.lines && template.gaps.length !== pattern.gaps.length) {
    const counts = [pattern, template].map(({ gaps }) => (gaps.length === 1 ? 'one …' : `${gaps.length} …`));
    throw new BadPattern(
      `the pattern has ${counts[0]}, and what takes its place has ${counts[1]}`,
      'what … stands for stays: let both have as many, in the same order',
    );
  }
  const known = pattern.metavariables.map((m) => m.name);
  for (const { index, 0: said } of template.text.matchAll(/\$+(?:\.\.\.)?[A-Za-z_]\w*/g)) {
    const name = said.replace(/^\$\$+/, '$...');
    if (known.includes(name) && template.slots.some((s) => s.start === index)) continue;
    if (known.includes(name)) throw new BadPattern(`${name} stands in text here, where nothing is put in`);
    throw new BadPattern(`no pattern of the edit binds ${name}`, suggest(name, known, 'metavariables'));
  }
  return template;
}

const NOTHING: Template = { text: '', level: LEVEL.primary, needsBlock: true, declares: false, slots: [], gaps: [] };

function kindOf({ macros }: Reader, source: string, pattern: Pattern): CKind {
  if (isStatement(source, macros) === pattern.isStatement) return pattern.isStatement ? 'block' : 'expression';
  throw new BadPattern(
    `"${shown(source)}" is ${pattern.isStatement ? 'no statement, but takes the place of one' : 'a statement, but takes the place of an expression'}`,
    pattern.isStatement ? "let it end in ';'" : "leave out the ';', or let the pattern end in one",
  );
}

function ofKind(reader: Reader, text: string, kind: CKind = isStatement(text) ? 'statement' : 'expression'): Template {
  return readC(reader, text, kind, (nodes, source, offset) => {
    const [first] = nodes as [Node];
    const whole = text.startsWith('(') && first.startIndex > offset;
    const isAlone = nodes.length === 1 && !/declaration$/.test(first.type) && !endsOpen(first);
    return {
      text: source,
      level: kind !== 'expression' ? LEVEL.any : whole ? LEVEL.primary : levelOf(first),
      needsBlock: kind !== 'expression' && !isAlone,
      declares: /declaration$/.test(first.type),
      slots: nodes.flatMap((node) => slotsOf(node, node, offset)),
      gaps: nodes.flatMap((node) => placedGaps(node, offset)),
    };
  });
}

/** Lines are read under every setting of their `#if`s. */
function linesOf({ parser, macros }: Reader, text: string): Template {
  const head = 'void f(void) {\n';
  const source = new CSource('', `${head}${text}\n;}`, macros);
  if (source.conditionals.unbalanced.length > 0) throw new BadPattern('an #if, #else or #endif has no partner');
  const slots = new Map<number, Slot>();
  let declares = false;
  for (const assignment of settingsOf(source)) {
    const tree = parseC(parser, source.mask(assignment));
    try {
      if (tree.rootNode.hasError) throw new BadPattern('the lines cannot be read as statements of C');
      for (const slot of slotsOf(tree.rootNode, tree.rootNode, head.length)) slots.set(slot.start, slot);
      const body = tree.rootNode.descendantsOfType('compound_statement')[0];
      declares ||= body?.namedChildren.find((n) => n?.type !== 'comment')?.type === 'declaration';
    } finally {
      tree.delete();
    }
  }
  const inOrder = [...slots.values()].sort((a, b) => a.start - b.start);
  return { text, level: LEVEL.primary, needsBlock: false, declares, slots: inOrder, gaps: [] };
}

function slotsOf(node: Node, root: Node, offset: number): Slot[] {
  if (isGap(node)) return [];
  if (node.childCount > 0) return node.children.flatMap((c) => (c === null ? [] : slotsOf(c, root, offset)));
  if (!isMetavariable(node)) return [];
  const name = nameOf(node);
  return [
    {
      ...placeOf(node, offset),
      name,
      room: roomFor(node),
      conditional: isConditional(node, root),
      empty: name.startsWith(REST) ? emptied(node, offset) : undefined,
    },
  ];
}

const placeOf = (node: Node, offset: number): Place => ({
  start: node.startIndex - offset,
  end: node.endIndex - offset,
});

/** The place of a list of arguments with the comma that has no sense without it. */
function emptied(node: Node, offset: number): Place {
  const beside = codeChildren(node.parent ?? node);
  const at = beside.findIndex((c) => c.id === node.id);
  const [before, after, next] = [beside[at - 1], beside[at + 1], beside[at + 2]];
  const place = placeOf(node, offset);
  if (before?.text === ',') return { start: before.startIndex - offset, end: place.end };
  return after?.text === ',' && next !== undefined ? { start: place.start, end: next.startIndex - offset } : place;
}

function placedGaps(node: Node, offset: number): (Gap & Place)[] {
  if (!isGap(node)) return codeChildren(node).flatMap((child) => placedGaps(child, offset));
  return gapsIn(node).map((gap) => ({ ...gap, ...placeOf(node, offset) }));
}

/**
 * What came of filling a template: the texts between its gaps, of which there is one where it has none; or the code that
 * would be evaluated more or less often than before.
 */
export type Filled =
  | ({ readonly pieces: readonly string[]; readonly level: number } & Taken)
  | { readonly lost: Node; readonly why: string };

/** What has to be so for the parentheses to be right: names that the tree defines as no macro that falls apart. */
export interface Taken {
  readonly taken: readonly string[];
}

/** Code as it is to be put in, and how tightly it holds together, if the names in it are as they are taken. */
export interface Rendered extends Taken {
  readonly text: string;
  readonly level: number;
}

export interface Filling {
  readonly view: View;
  readonly pure: ReadonlySet<string>;
  /** The pattern in whose place the template comes; without it, the code that was matched stays as well. */
  readonly matched: Pattern | undefined;
  /** White space before each line but the first; lines of directives have none. */
  readonly indent?: string | undefined;
  /** The code of a metavariable; as it stands in the file, unless given. */
  readonly render?: ((node: Node) => Rendered) | undefined;
}

/**
 * Puts what metavariables stand for into a template, in parentheses where it would fall apart. What has effects must be
 * evaluated as often as before.
 */
export function fill(template: Template, bindings: Bindings, filling: Filling): Filled {
  const { view, matched, indent = '', render = (node) => asItStands(view, node) } = filling;
  const lost = lostEffect(template, bindings, filling);
  if (lost !== undefined) return lost;
  const pieces: string[] = [];
  let out = '';
  let at = 0;
  let level = template.level;
  const taken: string[] = [];
  const own = (to: number) => indented(template.text.slice(at, Math.max(at, to)), indent);
  for (const place of [...template.slots, ...template.gaps].sort((a, b) => a.start - b.start)) {
    if (!('room' in place)) {
      pieces.push(joined(out, own(place.start)));
      [out, at] = ['', place.end];
      continue;
    }
    const bound = bindings.get(place.name);
    if (bound === undefined) continue;
    const [first] = bound.nodes;
    if (first === undefined) {
      const { start, end } = place.empty ?? place;
      [out, at] = [joined(out, own(start)), Math.max(at, end)];
      continue;
    }
    // A metavariable alone holds together as what it stands for does.
    const isAlone = place.start === 0 && place.end === template.text.length;
    if (isAlone) level = render(first).level;
    const text = bound.nodes.map((node, i) => {
      const code = render(node);
      const previous = bound.nodes[i - 1];
      const comma = previous === undefined ? '' : visibleIn(view, endOf(view, previous), startOf(view, node));
      const fits = code.level >= place.room || /^initializer_/.test(node.type);
      if (fits && (isAlone || place.room > LEVEL.assignment)) taken.push(...code.taken);
      return comma + (fits ? code.text : `(${code.text})`);
    });
    out = joined(joined(out, own(place.start)), text.join(''));
    at = place.end;
  }
  pieces.push(joined(out, own(template.text.length)));
  return { pieces: matched === undefined ? [pieces.join('')] : pieces, level, taken };
}

function lostEffect(template: Template, bindings: Bindings, { pure, matched }: Filling) {
  for (const [name, { nodes }] of bindings) {
    if (!/^\$(?:\.\.\.)?\w/.test(name)) continue;
    const effect = nodes.flatMap((node) => effectsOf(node, pure))[0];
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
  return undefined;
}

/** Lines of a recipe, indented as those around them: with tabs where those have nothing else. */
function indented(lines: string, indent: string): string {
  const tabs = /^\t+$/.test(indent);
  return lines.replace(
    /\n([ \t]*)(?=[^\s#]|$)/g,
    (_, own: string) => `\n${indent}${tabs ? own.replace(/ {4}/g, '\t') : own}`,
  );
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

const visibleIn = (view: View, start: number, end: number): string =>
  view.source.visible(view.assignment).slice(start, end);

/** Code as it stands in the file, comments and line breaks included. */
export function asItStands(view: View, node: Node): Rendered {
  const level = levelOf(node);
  return {
    text: visibleIn(view, startOf(view, node), endOf(view, node)),
    level: hasBareMacro(node, view.source.text) ? Math.min(level, LEVEL.assignment) : level,
    taken: takenForWhole(node, view.source.text),
  };
}
