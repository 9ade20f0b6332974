import type { Node } from '../../../c/parser.ts';
import { startOf, type View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { type Code, patternOf } from '../code.ts';
import type { Group } from '../groups.ts';
import { generalised } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';

/** `if`s of which only one branch is left, and loads of a field that is always NULL. */
export function* knownConditionEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  if (!/\bif\b|\belse\b/.test(group.removed)) return;
  const view = code.old(group);
  if (view === undefined) return;
  for (const node of view.root.descendantsOfType('if_statement')) {
    const start = node === null ? -1 : startOf(view, node);
    if (node !== null && group.start <= start && start < group.end) yield folding(view, node);
  }
  for (const [, field = ''] of group.removed.matchAll(/->(\w+);/g)) yield [{ kind: 'drop-guarded-load', field }];
}

function* folding(view: View, node: Node): Iterable<Edit> {
  const condition = node.childForFieldName('condition')?.namedChild(0);
  if (condition === null || condition === undefined) return;
  for (const pattern of generalised(view, condition, patternOf(view, condition)))
    for (const is of [false, true]) yield* inItsFunction({ kind: 'fold', if: pattern, is }, node, view);
}
