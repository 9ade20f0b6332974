import type { Assignment } from './condition.ts';
import { type Node, type Parser, parseC, type Tree } from './parser.ts';
import type { CSource, Range } from './source.ts';

/** A stretch of a file, parsed under one assignment of its `#if`s. */
export interface View {
  readonly source: CSource;
  readonly assignment: Assignment;
  readonly range: Range;
  readonly tree: Tree;
  readonly root: Node;
  /** The nodes that the grammar could not read, or had to invent. */
  readonly errors: readonly Node[];
}

export function openView(parser: Parser, source: CSource, range: Range, assignment: Assignment): View {
  const tree = parseC(parser, source.mask(assignment).slice(range.start, range.end));
  const root = tree.rootNode;
  return { source, assignment, range, tree, root, errors: root.hasError ? errorNodes(root) : [] };
}

function errorNodes(node: Node): Node[] {
  if (node.isError || node.isMissing) return [node];
  if (!node.hasError) return [];
  return node.children.flatMap((child) => (child === null ? [] : errorNodes(child)));
}

/** Offsets in the file. */
export const startOf = (view: View, node: Node): number => view.range.start + node.startIndex;
export const endOf = (view: View, node: Node): number => view.range.start + node.endIndex;

/** The function that holds a node: the outermost, for what looks like a function in a function is a macro. */
export function functionOf(node: Node): Node | undefined {
  let found: Node | undefined;
  for (let n: Node | null = node; n !== null; n = n.parent) if (n.type === 'function_definition') found = n;
  return found;
}

export function functionName(definition: Node): string {
  let d = definition.childForFieldName('declarator');
  while (d !== null && d.type !== 'identifier') d = d.childForFieldName('declarator') ?? d.namedChildren[0] ?? null;
  return d?.text ?? '?';
}

export function codeChildren(node: Node): Node[] {
  return node.children.filter((c): c is Node => c !== null && c.type !== 'comment');
}

/**
 * The nodes of some types that stand around a word's occurrences, outer ones first: much less work than looking at every
 * node of a type.
 */
export function nodesAround(view: View, word: string, types: ReadonlySet<string>): Node[] {
  const text = view.source.visible(view.assignment).slice(view.range.start, view.range.end);
  const found = new Map<number, Node>();
  for (const m of text.matchAll(new RegExp(`(?<![\\w$])${word.replaceAll('$', '\\$')}(?!\\w)`, 'g'))) {
    for (let n = view.root.descendantForIndex(m.index, m.index + 1); n !== null; n = n.parent) {
      if (types.has(n.type)) found.set(n.id, n);
    }
  }
  return [...found.values()].sort((a, b) => a.startIndex - b.startIndex || b.endIndex - a.endIndex);
}
