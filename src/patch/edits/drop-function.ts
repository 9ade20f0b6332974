import { endOf, functionName, nodesAround, startOf } from '../../c/view.ts';
import type { Finder, Site } from '../site.ts';
import { declaredNames } from './keep-branch.ts';

const FUNCTION = new Set(['function_definition', 'declaration']);

/** A function's definition goes, and its prototypes. Its comment stays: an `edit-comment` says what becomes of it. */
export function dropFunctionFinder(name: string): Finder {
  return {
    anchor: name,
    looksFor: `the function ${name}`,
    find: (view) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, name, FUNCTION)) {
        if (node.parent?.type === 'compound_statement') continue;
        const definition = node.type === 'function_definition';
        const mine = definition
          ? functionName(node) === name
          : declaredNames(node).length === 1 &&
            declaredNames(node)[0] === name &&
            node.descendantsOfType('function_declarator').length > 0;
        if (!mine) continue;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        sites.push({
          extent,
          deletes: [extent],
          inserts: [],
          decision: `the ${definition ? 'function' : 'prototype'} goes`,
        });
      }
      return sites;
    },
  };
}
