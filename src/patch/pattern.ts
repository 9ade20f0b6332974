import { type Node, type Parser, parseC } from '../c/parser.ts';
import { codeChildren } from '../c/view.ts';

/** C with metavariables, compiled once: plain data that outlives its tree. */
export interface Pattern {
  readonly text: string;
  readonly root: PatternNode;
  /** The identifiers in it: a file or function without them cannot match. The rarest, longest, comes first. */
  readonly words: readonly string[];
}

interface PatternNode {
  readonly type: string;
  readonly text: string;
  readonly children: readonly PatternNode[];
}

/** What metavariables stand for: name → the code's text, white space evened out. */
export type Bindings = ReadonlyMap<string, string>;

export class BadPattern extends Error {}

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

function toPattern(node: Node): PatternNode {
  const n = unwrapped(node);
  return { type: n.type, text: n.childCount === 0 ? n.text : '', children: codeChildren(n).map(toPattern) };
}

/**
 * Compiles a pattern: an expression, or a statement when it ends in ';' or '}'.
 * @throws BadPattern when it is not C, or names nothing to look for.
 */
export function compilePattern(parser: Parser, text: string): Pattern {
  const source = text.trim();
  const statement = /[;}]$/.test(source);
  const tree = parseC(parser, `void f(void) { ${statement ? source : `(${source});`} }`);
  try {
    const body = tree.rootNode.descendantsOfType('compound_statement')[0];
    const nodes = body === undefined || body === null ? [] : codeChildren(body).filter((c) => c.isNamed);
    const [first] = nodes;
    if (tree.rootNode.hasError || first === undefined || nodes.length !== 1)
      throw new BadPattern(`"${source}" is not one C ${statement ? 'statement' : 'expression'}`);
    const root = toPattern(statement ? first : (codeChildren(first)[0] as Node));
    const words = (source.match(/\$?[A-Za-z_]\w*/g) ?? []).filter((w) => !w.startsWith('$') && w !== 'NULL');
    if (words.length === 0) throw new BadPattern(`"${source}" names no identifier to look for`);
    return { text: source, root, words: words.sort((a, b) => b.length - a.length) };
  } finally {
    tree.delete();
  }
}

const SYMMETRIC = new Set(['==', '!=']);

function matchNode(pattern: PatternNode, node: Node, bound: Map<string, string>): boolean {
  const n = unwrapped(node);
  if (pattern.text.startsWith('$')) {
    const text = plain(n);
    const before = bound.get(pattern.text);
    if (before !== undefined) return before === text;
    bound.set(pattern.text, text);
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

function adopt(into: Map<string, string>, from: ReadonlyMap<string, string>): true {
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
