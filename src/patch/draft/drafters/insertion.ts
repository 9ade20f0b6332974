import { lineStart } from '../../../c/lex.ts';
import type { Node } from '../../../c/parser.ts';
import type { Range } from '../../../c/source.ts';
import { endOf, startOf, type View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { indentAt } from '../../edits/removal.ts';
import { type Code, inFunction, patternOf } from '../code.ts';
import type { Group } from '../groups.ts';
import { generalised } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';
import { asBlock } from './addition.ts';

/** Lines that come in beside a statement of a function. */
export function* insertionEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  if (group.removed === '') {
    const view = code.old(group);
    if (view !== undefined) yield inserting(view, group.added, ...neighbours(group, view));
    return;
  }
  const compared = code.around(group);
  for (const d of compared?.differences ?? []) {
    if (d.kind === 'inserted' && compared !== undefined)
      yield inserting(compared.old, linesOf(compared.now, d.nodes, group.now), d.before, d.after);
  }
}

function* inserting(view: View, lines: string, before: Node | undefined, after: Node | undefined): Iterable<Edit> {
  const anchors: { where: 'before' | 'after'; node: Node }[] = [
    ...(after === undefined ? [] : [{ where: 'before' as const, node: after }]),
    ...(before === undefined ? [] : [{ where: 'after' as const, node: before }]),
  ];
  const length = ({ node }: { node: Node }) => node.endIndex - node.startIndex;
  for (const { where, node } of anchors.sort((a, b) => length(a) - length(b))) {
    const name = inFunction(node);
    if (name === undefined || !/^(?:compound|labeled)_statement$/.test(node.parent?.type ?? '')) continue;
    const text = unindented(lines, indentAt(view.source.text, startOf(view, node)));
    if (text === undefined) continue;
    for (const pattern of generalised(view, node, patternOf(view, node)))
      yield* inItsFunction({ kind: 'insert', in: name, [where]: pattern, text: asBlock(text) } as Edit, node, view);
  }
}

/** The new lines of statements, with all that stands between them and those before and behind. */
function linesOf(view: View, nodes: readonly Node[], now: Range): string {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first === undefined || last === undefined) return '';
  const { text } = view.source;
  const code = (node: Node | null, step: 'previousSibling' | 'nextSibling'): Node | null =>
    node?.type === 'comment' ? code(node[step], step) : node;
  const [previous, next] = [code(first.previousSibling, 'previousSibling'), code(last.nextSibling, 'nextSibling')];
  const start = previous === null ? startOf(view, first) : nextLine(text, endOf(view, previous));
  const end = next === null ? endOf(view, last) : lineStart(text, startOf(view, next));
  return text.slice(Math.max(start, now.start), Math.min(end, now.end));
}

const nextLine = (text: string, offset: number): number => {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
};

/** The statements before and after a place between lines. */
function neighbours(group: Group, view: View): [Node | undefined, Node | undefined] {
  let [before, after]: [Node | undefined, Node | undefined] = [undefined, undefined];
  const look = (node: Node) => {
    for (const child of node.namedChildren) {
      if (child === null || child.type === 'comment' || child.type === 'statement_identifier') continue;
      const [start, end] = [startOf(view, child), endOf(view, child)];
      if (/^(?:compound|labeled)_statement$/.test(node.type)) {
        if (end <= group.start) before = child;
        if (lineStart(view.source.text, start) >= group.start && (after === undefined || startOf(view, after) > start))
          after = child;
      }
      if (start < group.start && group.start < end) {
        [before, after] = [undefined, undefined];
        look(child);
      }
    }
  };
  look(view.root);
  return [before, after];
}

/** Lines without an indentation that all of them have; directives have none. */
export function unindented(lines: string, indent: string): string | undefined {
  const out: string[] = [];
  for (const line of lines.replace(/\r?\n$/, '').split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) out.push(line);
    else if (line.startsWith(indent) && !line.slice(indent.length).startsWith('#')) out.push(line.slice(indent.length));
    else return undefined;
  }
  return out.join('\n');
}
