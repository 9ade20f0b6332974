import type { Node } from '../../c/parser.ts';
import type { Range } from '../../c/source.ts';
import { codeChildren, endOf, nodesAround, startOf, type View } from '../../c/view.ts';
import { matchPattern, matchStatements, rowOf } from '../match.ts';
import { type Bindings, isGapName, type Pattern } from '../pattern.ts';

/** A place where a pattern matches. */
export interface Hit {
  /** The expression, or statements in a row. */
  readonly nodes: readonly [Node, ...Node[]];
  readonly bindings: Bindings;
  readonly extent: Range;
  /** The extent without what `…` stands for: one range more than there are gaps. */
  readonly own: readonly Range[];
  /** What is between them: what `…` stands for, and the comments and directives around it. */
  readonly gaps: readonly Range[];
}

/** Nodes that have statements, in a block or where only one can stand. */
const ROWS = new Set([
  ...['translation_unit', 'compound_statement', 'case_statement', 'if_statement', 'else_clause'],
  ...['for_statement', 'while_statement', 'do_statement'],
]);

/** All places in a view where a pattern matches, outer ones first. */
export function hitsOf(view: View, pattern: Pattern): Hit[] {
  const word = pattern.words[0] ?? '';
  if (!pattern.isStatement)
    return nodesAround(view, word, new Set([pattern.root.type])).flatMap((node) => {
      const bindings = matchPattern(pattern, node);
      return bindings === undefined ? [] : [hitAt(view, [node], bindings)];
    });
  return nodesAround(view, word, ROWS).flatMap((node) => {
    const row = statementsOf(node, pattern);
    return row.flatMap((_, at) => {
      const match = matchStatements(pattern, row, at);
      const [first, ...rest] = match?.nodes ?? [];
      return match === undefined || first === undefined ? [] : [hitAt(view, [first, ...rest], match.bindings)];
    });
  });
}

function statementsOf(node: Node, pattern: Pattern): Node[] {
  if (node.type === 'translation_unit' || /^(?:compound|case)_statement$/.test(node.type))
    return rowOf(node, pattern.row).filter((c) => c.isNamed);
  const one = node.childForFieldName(node.type === 'if_statement' ? 'consequence' : 'body');
  const only = node.type === 'else_clause' ? codeChildren(node).at(-1) : one;
  return only === null || only === undefined ? [] : [only];
}

function hitAt(view: View, nodes: readonly [Node, ...Node[]], bindings: Bindings): Hit {
  const extent = { start: startOf(view, nodes[0]), end: endOf(view, nodes.at(-1) ?? nodes[0]) };
  const gaps = [...bindings]
    .flatMap(([name, { between }]) =>
      isGapName(name) && between !== undefined
        ? [{ start: view.range.start + between.start, end: view.range.start + between.end }]
        : [],
    )
    .sort((a, b) => a.start - b.start);
  const ends = [extent.start, ...gaps.flatMap((g) => [g.start, g.end]), extent.end];
  const own = gaps.concat(extent).map((_, i) => ({ start: ends[2 * i] ?? 0, end: ends[2 * i + 1] ?? 0 }));
  return { nodes, bindings, extent, own, gaps };
}

export const isWithin = (inner: Range, outer: Range): boolean => outer.start <= inner.start && inner.end <= outer.end;
const meet = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;
/** Whether two places want the same code. */
export const overlap = (a: Hit, b: Hit): boolean => a.own.some((x) => b.own.some((y) => meet(x, y)));
