import type { Node } from '../../c/parser.ts';
import { declaredNames } from '../edits/keep-branch.ts';

/** The names by which a recipe may know the struct that a node is in: the typedef first. */
export function structNames(inside: Node): string[] {
  for (let n = inside.parent; n !== null; n = n.parent) {
    if (n.type !== 'struct_specifier' && n.type !== 'union_specifier') continue;
    const tag = n.childForFieldName('name')?.text;
    const typedefs = n.parent?.type === 'type_definition' ? declaredNames(n.parent) : [];
    return [...typedefs, ...(tag === undefined ? [] : [tag])];
  }
  return [];
}
