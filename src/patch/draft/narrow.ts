import { collectAtoms, decide } from '../../c/condition.ts';
import type { Node } from '../../c/parser.ts';
import { startOf, type View } from '../../c/view.ts';
import { type Edit, editSchemas } from '../../recipe/schema.ts';
import { inFunction } from './code.ts';

/** An edit in the function that its place is in, where its kind can say so; else, and for code outside of functions, anywhere. */
export function* inItsFunction(edit: Edit, node: Node, view?: View): Iterable<Edit> {
  const name = inFunction(node);
  const { shape } = editSchemas[edit.kind];
  const narrowed = (name !== undefined && 'in' in shape ? { ...edit, in: name } : edit) as Edit;
  yield narrowed;
  const given = view === undefined || !('given' in shape) ? undefined : givenAt(view, node);
  if (given !== undefined) yield { ...narrowed, given } as Edit;
}

/** The macro that decides, alone, about the innermost `#if` that a place is in: whether it is defined there. */
function givenAt(view: View, node: Node): Record<string, boolean> | undefined {
  const { source } = view;
  const at = startOf(view, node);
  const group = source.conditionals.groups.findLast((g) => g.start <= at && at < g.end);
  const branch = group?.branches.findIndex((b) => b.bodyStart <= at && at < b.bodyEnd);
  const [first] = group?.branches ?? [];
  if (first === undefined || branch === undefined || branch < 0) return undefined;
  const { condition } = first;
  if (condition === undefined) return undefined;
  const atoms = new Set<string>();
  collectAtoms(condition, atoms);
  const macro = atoms.size === 1 ? /^defined\((\w+)\)$/.exec([...atoms][0] ?? '')?.[1] : undefined;
  const is = [true, false].find((value) => decide(condition, () => value) === (branch === 0));
  return macro === undefined || is === undefined ? undefined : { [macro]: is };
}
