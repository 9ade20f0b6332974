import type { Node } from '../../c/parser.ts';
import { codeChildren, endOf, nodesAround, startOf } from '../../c/view.ts';
import type { Finder, Site } from '../site.ts';
import { declaredNames } from './keep-branch.ts';

const MEMBER = new Set(['field_declaration']);

/** A member of a struct goes, with its line and trailing comment. */
export function dropFieldFinder(struct: string, field: string): Finder {
  return {
    anchor: field,
    looksFor: `the member ${field} of ${struct}`,
    find: (view) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, field, MEMBER)) {
        if (!declaredNames(node).includes(field) || !isOf(node, struct)) continue;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        const names = declaredNames(node);
        if (names.length === 1) {
          sites.push({ extent, deletes: [extent], inserts: [], decision: `the member of ${struct} goes` });
          continue;
        }
        const parts = codeChildren(node);
        const declarators = node.childrenForFieldName('declarator');
        const mine = declarators[names.indexOf(field)] as Node;
        const at = parts.findIndex((p) => p.id === mine.id);
        const comma = names.indexOf(field) === 0 ? parts[at + 1] : parts[at - 1];
        const ends = [mine, comma ?? mine];
        const start = Math.min(...ends.map((n) => startOf(view, n)));
        const end = Math.max(...ends.map((n) => endOf(view, n)));
        sites.push({ extent, deletes: [{ start, end }], inserts: [], decision: `${field} goes from the declaration` });
      }
      return sites;
    },
  };
}

function isOf(node: Node, struct: string): boolean {
  for (let n: Node | null = node.parent; n !== null; n = n.parent) {
    if (n.type !== 'struct_specifier' && n.type !== 'union_specifier') continue;
    if (n.childForFieldName('name')?.text === struct) return true;
    if (n.parent?.type === 'type_definition') return declaredNames(n.parent).includes(struct);
    return false;
  }
  return false;
}
