import type { Node } from '../../../c/parser.ts';
import { codeChildren, endOf, startOf, type View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { indentAt } from '../../edits/removal.ts';
import { plain } from '../../pattern.ts';
import type { Code } from '../code.ts';
import type { Group } from '../groups.ts';
import { localNames, withMetavariables } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';
import { unindented } from './insertion.ts';

/** A longer pattern is no shape that other versions have. */
const LONGEST = 1500;

/** Statements in a row that become others. */
export function* rewritingEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  const compared = code.around(group);
  if (compared === undefined || group.removed === '' || /^[ \t]*#/m.test(group.removed + group.added)) return;
  yield rewriting(compared.old, group, compared.now, group.now);
}

interface Lines {
  readonly start: number;
  readonly end: number;
}

function* rewriting(oldView: View, was: Lines, nowView: View, is: Lines): Iterable<Edit> {
  const [old, now] = [runOf(oldView, was), runOf(nowView, is)];
  yield* asRewrite(oldView, old, nowView, now);
  // With the statement before, where those alone do not tell the place.
  const [before, same] = [previous(old), previous(now)];
  if (before !== undefined && same !== undefined && plain(before) === plain(same))
    yield* asRewrite(oldView, [before, ...old], nowView, [same, ...now]);
}

const previous = ([first]: readonly Node[]): Node | undefined => {
  let node = first?.previousNamedSibling ?? null;
  while (node?.type === 'comment') node = node.previousNamedSibling;
  return node ?? undefined;
};

function* asRewrite(oldView: View, old: readonly Node[], nowView: View, now: readonly Node[]): Iterable<Edit> {
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined) return;
  const match = linesOf(oldView, old);
  const by = now.length === 0 ? '' : linesOf(nowView, now);
  if (match === undefined || by === undefined || match.length > LONGEST) return;
  const names = localNames(first);
  const general = withMetavariables(match, names);
  if (general !== undefined)
    yield* inItsFunction({ kind: 'rewrite', match: general, with: withMetavariables(by, names) ?? by }, first, oldView);
  yield* inItsFunction({ kind: 'rewrite', match, with: by }, first, oldView);
}

/** The statements of the innermost block that a range of lines has a part of. */
function runOf(view: View, { start, end }: Lines): Node[] {
  let run: Node[] = [];
  const look = (block: Node) => {
    const inside = codeChildren(block).filter((n) => n.isNamed && startOf(view, n) < end && endOf(view, n) > start);
    if (block.type === 'compound_statement') run = inside;
    const [only] = inside;
    if (only === undefined || inside.length > 1) return;
    for (const inner of only.descendantsOfType('compound_statement'))
      if (inner !== null && startOf(view, inner) < start && endOf(view, inner) > end) look(inner);
    if (block.type !== 'compound_statement') look(only);
  };
  look(view.root);
  return run;
}

function linesOf(view: View, run: readonly Node[]): string | undefined {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { text } = view.source;
  const indent = indentAt(text, startOf(view, first));
  return unindented(indent + text.slice(startOf(view, first), endOf(view, last)), indent);
}
