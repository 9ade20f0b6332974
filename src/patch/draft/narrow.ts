import type { Node } from '../../c/parser.ts';
import { type Edit, editSchemas } from '../../recipe/schema.ts';
import { inFunction } from './code.ts';

/** An edit in the function that its place is in, where its kind can say so; else, and for code outside of functions, anywhere. */
export function* inItsFunction(edit: Edit, node: Node): Iterable<Edit> {
  const name = inFunction(node);
  if (name !== undefined && 'in' in editSchemas[edit.kind].shape) yield { ...edit, in: name } as Edit;
  else yield edit;
}
