import { type Token, tokens } from '../c/lex.ts';
import { maskTypeArguments } from '../c/mask.ts';
import { type Node, type Parser, parseC } from '../c/parser.ts';
import { isConditional } from '../c/precedence.ts';
import { codeChildren } from '../c/view.ts';

/** C with metavariables, compiled once: plain data that outlives its tree. */
export interface Pattern {
  readonly text: string;
  /** A statement, not an expression. */
  readonly isStatement: boolean;
  readonly root: PatternNode;
  /** The identifiers in it: a file or function without them cannot match. The rarest, longest, comes first. */
  readonly words: readonly string[];
  /** As often as each stands in it, in their order. */
  readonly metavariables: readonly Metavariable[];
}

export interface Metavariable {
  /** With its dollar sign. */
  readonly name: string;
  /** What it stands for is evaluated only sometimes: behind `&&`, in `?:`. */
  readonly conditional: boolean;
}

interface PatternNode {
  readonly type: string;
  readonly text: string;
  readonly children: readonly PatternNode[];
}

/** What metavariables stand for, in the tree that was matched, and its text with the white space evened out. */
export type Bindings = ReadonlyMap<string, Bound>;
interface Bound {
  readonly node: Node;
  readonly text: string;
}

/** What is wrong with the C of a recipe, and what to do about it. */
export class BadPattern extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The parser on trees, without the parentheses that only group. */
export function unwrapped(node: Node): Node {
  let n = node;
  while (n.type === 'parenthesized_expression') {
    const inner = codeChildren(n).find((c) => c.isNamed);
    if (inner === undefined) break;
    n = inner;
  }
  return n;
}

/** Text of code for comparing: tokens joined by one space, comments left out. */
export function plain(node: Node): string {
  if (node.childCount === 0) return node.text;
  return codeChildren(node).map(plain).join(' ');
}

const METAVARIABLE = '$';
/** `$X` as code, not in a literal. */
export const isMetavariable = (node: Node): boolean => /identifier$/.test(node.type) && node.text.startsWith('$');

function toPattern(node: Node): PatternNode {
  const n = unwrapped(node);
  if (isMetavariable(n)) return { type: METAVARIABLE, text: n.text, children: [] };
  return { type: n.type, text: n.childCount === 0 ? n.text : '', children: codeChildren(n).map(toPattern) };
}

/** Whether a pattern is meant as a statement: it ends as one. */
export const isStatement = (text: string): boolean => /[;}]$/.test(text.trim());

/**
 * Reads one expression or one statement.
 * @param use is given its node, which is gone afterwards, and how far behind its offset in the text the node's are.
 * @throws BadPattern when it is not C.
 */
export function readC<T>(
  parser: Parser,
  source: string,
  statement: boolean,
  use: (root: Node, offset: number) => T,
): T {
  const head = `void f(void) { ${statement ? '' : '('}`;
  const tree = parseC(parser, `${head}${maskTypeArguments(source)}${statement ? '' : ');'} }`);
  try {
    const body = tree.rootNode.descendantsOfType('compound_statement')[0];
    const nodes = body === undefined || body === null ? [] : codeChildren(body).filter((c) => c.isNamed);
    const [first] = nodes;
    const around = first === undefined ? undefined : statement ? first : codeChildren(first)[0];
    // A bracket too many would close the one that was put around.
    const whole = statement || around?.type === 'parenthesized_expression';
    const root = around === undefined ? undefined : statement ? around : unwrapped(around);
    const isAll =
      whole && around !== undefined && around.endIndex === head.length + source.length + (statement ? 0 : 1);
    if (tree.rootNode.hasError || root === undefined || nodes.length !== 1 || !isAll || /^\s*#/m.test(source))
      throw new BadPattern(`"${source}" is not one C ${statement ? 'statement' : 'expression'}`);
    return use(root, head.length);
  } finally {
    tree.delete();
  }
}

export type CKind = 'expression' | 'statement';

/**
 * Compiles a pattern: an expression, or a statement when it ends in ';' or '}'.
 * @param kind what it must be, where only one can match.
 * @throws BadPattern when it is not C, or names nothing to look for.
 */
export function compilePattern(parser: Parser, text: string, kind?: CKind): Pattern {
  const source = text.trim();
  const is = isStatement(source) ? 'statement' : 'expression';
  if (kind !== undefined && is !== kind)
    throw new BadPattern(
      `"${source}" is ${is === 'statement' ? 'a statement' : 'an expression'}: no ${kind} is like it`,
      "a statement ends in ';' or '}', an expression does not",
    );
  return readC(parser, source, isStatement(source), (node) => {
    const root = toPattern(node);
    const isWord = (t: Token) => t.kind === 'word' && source[t.start - 1] !== '$';
    const words = [...tokens(source)]
      .filter(isWord)
      .map((t) => source.slice(t.start, t.end))
      .filter((w) => w !== 'NULL');
    if (words.length === 0) throw new BadPattern(`"${source}" names no identifier to look for`);
    return {
      text: source,
      isStatement: isStatement(source),
      root,
      words: words.sort((a, b) => b.length - a.length),
      metavariables: metavariablesIn(node, node),
    };
  });
}

function metavariablesIn(node: Node, root: Node): Metavariable[] {
  if (node.childCount > 0) return codeChildren(node).flatMap((child) => metavariablesIn(child, root));
  return isMetavariable(node) ? [{ name: node.text, conditional: isConditional(node, root) }] : [];
}

const SYMMETRIC = new Set(['==', '!=']);

function matchNode(pattern: PatternNode, node: Node, bound: Map<string, Bound>): boolean {
  const n = unwrapped(node);
  if (pattern.type === METAVARIABLE) {
    const text = plain(n);
    const before = bound.get(pattern.text);
    if (before !== undefined) return before.text === text;
    bound.set(pattern.text, { node: n, text });
    return true;
  }
  if (pattern.type !== n.type) return false;
  if (pattern.children.length === 0) return n.childCount === 0 ? n.text === pattern.text : plain(n) === pattern.text;
  const children = codeChildren(n);
  if (children.length !== pattern.children.length) return false;
  const inOrder = new Map(bound);
  if (pattern.children.every((p, i) => matchNode(p, children[i] as Node, inOrder))) return adopt(bound, inOrder);
  if (pattern.type === 'binary_expression' && SYMMETRIC.has(pattern.children[1]?.text ?? '')) {
    const [l, o, r] = pattern.children as [PatternNode, PatternNode, PatternNode];
    const reversed = new Map(bound);
    if ([r, o, l].every((p, i) => matchNode(p, children[i] as Node, reversed))) return adopt(bound, reversed);
  }
  return false;
}

function adopt(into: Map<string, Bound>, from: Bindings): true {
  for (const [k, v] of from) into.set(k, v);
  return true;
}

/** Matches a node as a whole. @returns what the metavariables stand for. */
export function matchPattern(pattern: Pattern, node: Node, bound: Bindings = new Map()): Bindings | undefined {
  const result = new Map(bound);
  return matchNode(pattern.root, node, result) ? result : undefined;
}

interface NullTest<N> {
  readonly of: N;
  readonly isNull: boolean;
}

function patternNullTest(root: PatternNode): NullTest<PatternNode> | undefined {
  if (root.type === 'unary_expression' && root.children[0]?.text === '!' && root.children[1] !== undefined)
    return { of: root.children[1], isNull: true };
  if (root.type !== 'binary_expression' || !SYMMETRIC.has(root.children[1]?.text ?? '')) return undefined;
  const [left, operator, right] = root.children as [PatternNode, PatternNode, PatternNode];
  const isNull = operator.text === '==';
  const zero = (p: PatternNode) => p.type === 'null' || (p.type === 'number_literal' && p.text === '0');
  if (zero(right)) return { of: left, isNull };
  if (zero(left)) return { of: right, isNull };
  return undefined;
}

/** `x == NULL`, `NULL != x`, `x == 0`, `!x`, and in a condition a bare `x`, as what they say about x. */
function nodeNullTest(node: Node): NullTest<Node> {
  const n = unwrapped(node);
  const children = codeChildren(n);
  if (n.type === 'unary_expression' && children[0]?.text === '!' && children[1] !== undefined) {
    const inner = nodeNullTest(children[1]);
    return { of: inner.of, isNull: !inner.isNull };
  }
  if (n.type === 'binary_expression' && SYMMETRIC.has(children[1]?.text ?? '')) {
    const [left, operator, right] = children as [Node, Node, Node];
    const isNull = operator.text === '==';
    const zero = (x: Node) => /^(NULL|0)$/.test(unwrapped(x).text) || /^\(\s*void\s*\*\s*\)\s*0$/.test(x.text);
    if (zero(right)) return { of: unwrapped(left), isNull };
    if (zero(left)) return { of: unwrapped(right), isNull };
  }
  return { of: n, isNull: false };
}

/**
 * Whether a condition says what the pattern says (`true`), its opposite (`false`), or something else.
 * Null tests are equal in all their spellings: `x == NULL`, `NULL == x`, `!x`; `x != NULL`, `x`.
 */
export function matchCondition(
  pattern: Pattern,
  node: Node,
  bound: Bindings = new Map(),
): { readonly same: boolean; readonly bindings: Bindings } | undefined {
  const wanted = patternNullTest(pattern.root);
  if (wanted !== undefined) {
    const test = nodeNullTest(node);
    const result = new Map(bound);
    if (!matchNode(wanted.of, test.of, result)) return undefined;
    return { same: wanted.isNull === test.isNull, bindings: result };
  }
  const bindings = matchPattern(pattern, node, bound);
  return bindings === undefined ? undefined : { same: true, bindings };
}

/** The first node inside of `within` (itself included) that matches. */
export function findInside(pattern: Pattern, within: Node, bound: Bindings): Node | undefined {
  if (within.type !== 'comment' && matchPattern(pattern, within, bound) !== undefined) return within;
  for (const child of codeChildren(within)) {
    const found = findInside(pattern, child, bound);
    if (found !== undefined) return found;
  }
  return undefined;
}
