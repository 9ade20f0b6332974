import type { Node } from '../../../c/parser.ts';
import type { View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { type Code, patternOf, textOf } from '../code.ts';
import type { Group } from '../groups.ts';
import { localNames, withMetavariables } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';

/** Expressions that become others: the smallest that differs first, then those around it, up to the statement. */
export function* replacementEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  const compared = code.around(group);
  if (compared === undefined) return;
  const { old, now, differences } = compared;
  for (const d of differences) if (d.kind === 'replaced') yield replacing(old, d.old, now, d.now);
}

/** A pattern that is longer tells no more. */
const LONGEST = 600;

function* replacing(oldView: View, oldNode: Node, nowView: View, nowNode: Node): Iterable<Edit> {
  let [old, now]: [Node | null, Node | null] = [oldNode, nowNode];
  while (old !== null && now !== null && !/^(?:compound_statement|translation_unit)$/.test(old.type)) {
    const match = patternOf(oldView, old);
    if (match.length > LONGEST) return;
    const by = textOf(nowView, now);
    if (isWhole(old) && isWhole(now) && isStatement(old) === isStatement(now)) {
      const names = localNames(old);
      // The name is what tells a declaration.
      const general = old.type === 'declaration' ? undefined : withMetavariables(match, names);
      if (general !== undefined)
        yield* inItsFunction(
          { kind: 'replace-expression', match: general, with: withMetavariables(by, names) ?? by },
          old,
          oldView,
        );
      yield* inItsFunction({ kind: 'replace-expression', match, with: by }, old, oldView);
    }
    if (isStatement(old)) return;
    [old, now] = [old.parent, now.parent];
  }
}

const isStatement = (node: Node) => /_statement$|^declaration$/.test(node.type);
/** An expression or a statement, as a pattern is one. */
const isWhole = (node: Node) =>
  isStatement(node) || /_expression$|^(?:identifier|null|true|false)$|_literal$|^concatenated_string$/.test(node.type);
