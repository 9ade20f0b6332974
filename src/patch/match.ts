import type { Node } from '../c/parser.ts';
import { codeChildren } from '../c/view.ts';
import {
  type Bindings,
  type Bound,
  isGapName,
  ONE,
  type Pattern,
  type PatternNode,
  plain,
  REST,
  unwrapped,
} from './pattern.ts';

const SYMMETRIC = new Set(['==', '!=']);

function matchNode(pattern: PatternNode, node: Node, bound: Map<string, Bound>): boolean {
  const n = unwrapped(node);
  if (pattern.type === ONE) return bind(pattern, [n], bound);
  if (pattern.type !== n.type) return false;
  if (pattern.children.length === 0) return n.childCount === 0 ? n.text === pattern.text : plain(n) === pattern.text;
  if (pattern.children.some((p) => p.type === REST)) {
    const row = rowOf(n, pattern.children);
    return matchRow(pattern.children, row, 0, true, bound) === row.length;
  }
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

/** What stands in a row inside of a node: arguments without commas, statements without labels unless the pattern has such. */
export function rowOf(node: Node, patterns: readonly PatternNode[]): Node[] {
  const children = codeChildren(node);
  if (/_list$/.test(node.type)) return children.filter((c) => c.text !== ',');
  return patterns.some((p) => p.type === 'labeled_statement') ? children : children.flatMap(unlabelled);
}

const unlabelled = (node: Node): Node[] =>
  node.type === 'labeled_statement' ? codeChildren(node).slice(2).flatMap(unlabelled) : [node];

/**
 * Matches nodes in a row from one of them on; what stands for any number stands for as few as can be.
 * @param whole up to the last of them.
 * @returns where the match ends.
 */
function matchRow(
  patterns: readonly PatternNode[],
  row: readonly Node[],
  at: number,
  whole: boolean,
  bound: Map<string, Bound>,
): number | undefined {
  const [first, ...rest] = patterns;
  if (first === undefined) return whole && at < row.length ? undefined : at;
  for (let to = first.type === REST ? at : at + 1; to <= row.length; to++) {
    const inOrder = new Map(bound);
    const taken = row.slice(at, to);
    const between = { start: row[at - 1]?.endIndex ?? 0, end: row[to]?.startIndex ?? 0 };
    const matches =
      first.type === REST ? bind(first, taken, inOrder, between) : matchNode(first, taken[0] as Node, inOrder);
    const end = matches ? matchRow(rest, row, to, whole, inOrder) : undefined;
    if (end !== undefined) {
      adopt(bound, inOrder);
      return end;
    }
    if (first.type !== REST) break;
  }
  return undefined;
}

function bind(
  pattern: PatternNode,
  nodes: readonly Node[],
  bound: Map<string, Bound>,
  between?: Bound['between'],
): boolean {
  // Each gap has a name of its own: nothing is compared with it.
  const text = isGapName(pattern.text) ? '' : nodes.map(plain).join(' , ');
  const before = bound.get(pattern.text);
  if (before !== undefined) return before.text === text;
  bound.set(pattern.text, { nodes, text, between });
  return true;
}

/** Matches statements in a row. @returns which of the row they are, and what the metavariables stand for. */
export function matchStatements(
  pattern: Pattern,
  row: readonly Node[],
  at: number,
): { readonly nodes: readonly Node[]; readonly bindings: Bindings } | undefined {
  const bound = new Map<string, Bound>();
  const end = matchRow(pattern.row, row, at, false, bound);
  return end === undefined ? undefined : { nodes: row.slice(at, end), bindings: bound };
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
