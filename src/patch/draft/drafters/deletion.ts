import type { Node } from '../../../c/parser.ts';
import type { View } from '../../../c/view.ts';
import { functionName } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { declaredNames } from '../../edits/keep-branch.ts';
import { type Code, patternOf } from '../code.ts';
import type { Group } from '../groups.ts';
import { generalised } from '../metavariables.ts';
import { inItsFunction } from '../narrow.ts';
import { structNames } from '../structs.ts';

/** Statements, members, functions and prototypes that go. */
export function* deletionEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  if (group.added === '') for (const { view, node } of code.within(group)) yield dropping(view, node);
  const compared = code.around(group);
  for (const difference of compared?.differences ?? []) {
    if (difference.kind === 'removed' && compared !== undefined) yield dropping(compared.old, difference.old);
  }
}

function* dropping(view: View, node: Node): Iterable<Edit> {
  if (node.type === 'field_declaration') {
    const [struct, ...more] = structNames(node);
    for (const field of declaredNames(node))
      for (const name of [struct, ...more]) if (name !== undefined) yield { kind: 'drop-field', struct: name, field };
    return;
  }
  const isTop = node.parent?.type === 'translation_unit';
  if (node.type === 'function_definition' && isTop) yield { kind: 'drop-function', name: functionName(node) };
  const [name] = declaredNames(node);
  if (node.type === 'declaration' && isTop && name !== undefined) yield { kind: 'drop-function', name };
  if (!/_statement$|^declaration$/.test(node.type) || isTop) return;
  const match = patternOf(view, node);
  for (const pattern of generalised(view, node, match))
    yield* inItsFunction({ kind: 'drop-statement', match: pattern }, node, view);
}
