import { lineEnd, lineStart, tokens } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import type { Range } from '../../c/source.ts';
import { codeChildren, endOf, functionOf, startOf, type View } from '../../c/view.ts';
import type { Dedent, FinderContext } from '../site.ts';
import { hasDirective, indentAt, startsLine } from './removal.ts';

/** How the branch that stays is put in the place of its `if`. */
export interface Kept {
  /** Braces that go too. */
  readonly deletes: readonly Range[];
  readonly dedent: Dedent | undefined;
  readonly how: string;
}

const DECLARATION = /^(declaration|type_definition|function_definition)$/;

/**
 * The branch that stays, in place of the whole `if`. Its braces go and its lines move left when nothing is lost by that:
 * no declaration that needs a block (before C99) or that another name in the function could meet, no comment on the
 * braces' lines, no `#if` that decides about the braces.
 */
export function keepBranch(view: View, ifStatement: Node, kept: Node, context: FinderContext): Kept {
  const { text } = view.source;
  const start = startOf(view, ifStatement);
  const to = indentAt(text, start);
  const keptStart = startOf(view, kept);
  if (kept.type !== 'compound_statement') {
    const from = indentAt(text, keptStart);
    const moves = startsLine(text, keptStart) && startsLine(text, start) && from.length > to.length;
    const dedent = moves ? { start: keptStart, end: endOf(view, kept), from, to } : undefined;
    return {
      deletes: [],
      dedent: dedent !== undefined && canDedent(view, dedent) ? dedent : undefined,
      how: 'it stays',
    };
  }
  const block: Kept = { deletes: [], dedent: undefined, how: 'its block stays' };
  const parent = ifStatement.parent;
  if (parent?.type !== 'compound_statement' || !startsLine(text, start)) return block;
  const inside = codeChildren(kept).filter((c) => c.isNamed);
  const first = inside[0];
  const declarations = inside.filter((c) => DECLARATION.test(c.type));
  if (declarations.length > 0 && (!context.c99 || declarations.some((d) => meetsOthers(view, kept, d)))) return block;
  const open = { start: keptStart, end: keptStart + 1 };
  const close = { start: endOf(view, kept) - 1, end: endOf(view, kept) };
  if (hasDirective(view, { start, end: open.end })) return block;
  if (hasDirective(view, { start: close.start, end: endOf(view, ifStatement) })) return block;
  if (first === undefined) return block;
  const alone = /^[ \t]*$/;
  if (!alone.test(text.slice(open.end, lineEnd(text, open.end))) || !startsLine(text, close.start)) return block;
  if (/[/]/.test(text.slice(close.end, lineEnd(text, close.end)))) return block;
  const body = { start: text.indexOf('\n', open.end) + 1, end: lineStart(text, close.start) };
  const from = indentAt(text, startOf(view, first));
  if (from === to || !from.startsWith(to)) return block;
  const dedent = { ...body, from, to };
  if (!canDedent(view, dedent)) return block;
  return { deletes: [open, close], dedent, how: 'it stays without its braces' };
}

/** Whether every line of the range can lose the same indentation: directives and empty lines stay as they are. */
function canDedent(view: View, dedent: Dedent): boolean {
  const { text } = view.source;
  for (let at = lineStart(text, dedent.start); at < dedent.end; at = text.indexOf('\n', at) + 1 || text.length) {
    const line = text.slice(at, lineEnd(text, at));
    if (/^\s*$/.test(line) || /^[ \t]*#/.test(line)) continue;
    if (!line.startsWith(dedent.from)) return false;
  }
  return true;
}

/** Whether a name that a declaration of the block makes stands anywhere else in the function. */
function meetsOthers(view: View, block: Node, declaration: Node): boolean {
  const definition = functionOf(block);
  if (definition === undefined) return true;
  const names = new Set(declaredNames(declaration));
  const visible = view.source.text;
  for (const t of tokens(visible, startOf(view, definition), endOf(view, definition))) {
    if (t.kind !== 'word' || (t.start >= startOf(view, block) && t.end <= endOf(view, block))) continue;
    if (names.has(visible.slice(t.start, t.end))) return true;
  }
  return false;
}

/** The names that a declaration makes. */
export function declaredNames(declaration: Node): string[] {
  const out: string[] = [];
  for (const d of declaration.childrenForFieldName('declarator')) {
    let n: Node | null = d;
    while (n !== null && n.type !== 'identifier' && n.type !== 'field_identifier' && n.type !== 'type_identifier')
      n = n.childForFieldName('declarator') ?? n.namedChildren[0] ?? null;
    if (n !== null) out.push(n.text);
  }
  return out;
}
