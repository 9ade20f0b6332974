import { wordOffsets } from '../../c/lex.ts';
import type { Node, Parser } from '../../c/parser.ts';
import { codeChildren, endOf, nodesAround, startOf, type View } from '../../c/view.ts';
import { matchCondition } from '../match.ts';
import { compilePattern, unwrapped } from '../pattern.ts';
import type { Finder, Site } from '../site.ts';
import { firstUse } from './first-use.ts';
import { problemAt } from './removal.ts';

const LOAD = new Set(['assignment_expression', 'init_declarator']);

/**
 * `f = x->FIELD; if (f != NULL) {…}`, also with the load in f's declaration, for a field that is always NULL:
 * both go, or `f = NULL` stays where later code would read f before writing it.
 */
export function dropGuardedLoadFinder(parser: Parser, field: string): Finder {
  return {
    anchor: field,
    looksFor: `f = …->${field}; if (f != NULL) {…}`,
    find: (view) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, field, LOAD)) {
        const site = guardedLoad(parser, view, node, field);
        if (site !== undefined) sites.push(site);
      }
      return sites;
    },
  };
}

function isLoad(value: Node | null, field: string): boolean {
  if (value === null) return false;
  let v = unwrapped(value);
  while (v.type === 'cast_expression') v = unwrapped(v.childForFieldName('value') ?? v);
  return v.type === 'field_expression' && v.childForFieldName('field')?.text === field;
}

function guardedLoad(parser: Parser, view: View, node: Node, field: string): Site | undefined {
  const declared = node.type === 'init_declarator';
  if (!isLoad(node.childForFieldName(declared ? 'value' : 'right'), field)) return undefined;
  const statement = node.parent;
  const target = node.childForFieldName(declared ? 'declarator' : 'left');
  const name = /(\w+)$/.exec(target?.text ?? '')?.[1];
  if (statement === null || target === null || name === undefined) return undefined;
  const extent = { start: startOf(view, statement), end: endOf(view, statement) };
  const siblings = codeChildren(statement.parent ?? statement);
  const at = siblings.findIndex((s) => s.id === statement.id);
  const guard = siblings[at + 1];
  const condition = guard?.type === 'if_statement' ? guard.childForFieldName('condition') : null;
  const test =
    condition === null ? undefined : matchCondition(compilePattern({ parser }, `${name} != NULL`), condition);
  const simple = declared || (statement.type === 'expression_statement' && target.type === 'identifier');
  // A load inside of `if (x->FIELD != NULL) {…}` is that edit's business: only what stands in a block with a test of f is meant.
  if (guard === undefined || test?.same !== true || !simple) {
    if (insideTestOf(statement, field)) return undefined;
    return {
      extent,
      deletes: [],
      inserts: [],
      decision: 'the load is not followed by its guard',
      problem: problemAt(
        view,
        node,
        'load-not-guarded',
        `load of ${field} not guarded: if (${name} != NULL) is expected right after it`,
        'this shape needs a person: change the source by hand, or the recipe',
      ),
    };
  }
  const whole = { start: extent.start, end: endOf(view, guard) };
  if (guard.childForFieldName('alternative') !== null) {
    const problem = problemAt(
      view,
      guard,
      'guard-has-else',
      `the guard of the load of ${field} has an else`,
      'fold it',
    );
    return { extent: whole, deletes: [], inserts: [], decision: 'the guard has an else', problem };
  }
  const guardRange = { start: startOf(view, guard), end: endOf(view, guard) };
  const after = isHiddenAfter(view, guard, name)
    ? 'read'
    : firstUse(
        siblings.slice(at + 2).filter((c) => c.isNamed),
        name,
      );
  const value = node.childForFieldName(declared ? 'value' : 'right') as Node;
  const valueRange = { start: startOf(view, value), end: endOf(view, value) };
  if (after === 'read') {
    return {
      extent: whole,
      deletes: [valueRange, guardRange],
      inserts: [{ at: valueRange.start, text: 'NULL' }],
      decision: `the field is always NULL: ${name} = NULL stays, as it is read later; the guarded branch goes`,
    };
  }
  const load = declared ? { start: endOf(view, target), end: valueRange.end } : extent;
  return {
    extent: whole,
    deletes: [load, guardRange],
    inserts: [],
    decision: `the field is always NULL: the load and the branch that it guards go${declared ? '; the declaration stays' : ''}`,
  };
}

/** Whether code that this view does not see, under another setting of an `#if`, may use the variable after the guard. */
function isHiddenAfter(view: View, guard: Node, name: string): boolean {
  const { source, assignment } = view;
  const block = guard.parent ?? guard;
  const [from, to] = [endOf(view, guard), endOf(view, block)];
  const seen = wordOffsets(source.visible(assignment).slice(from, to), name).length;
  return wordOffsets(source.text.slice(from, to), name).length > seen;
}

function insideTestOf(node: Node, field: string): boolean {
  for (let n: Node | null = node; n !== null; n = n.parent) {
    if (n.type === 'if_statement' && (n.childForFieldName('condition')?.text.includes(field) ?? false)) return true;
  }
  return false;
}
