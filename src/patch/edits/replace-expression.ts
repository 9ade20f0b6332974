import { newlineAt, withNewlines } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { isAmbiguous, levelOf, roomFor } from '../../c/precedence.ts';
import type { Range } from '../../c/source.ts';
import { endOf, nodesAround, startOf, type View } from '../../c/view.ts';
import { type Bindings, matchPattern, type Pattern } from '../pattern.ts';
import type { Finder, FinderContext, Site } from '../site.ts';
import { fill, runsTogether, type Template } from '../template.ts';
import { problemAt } from './removal.ts';

export function replaceExpressionFinder(
  pattern: Pattern,
  by: Template,
  /** The new text as a pattern, when the old one is a part of it. */
  result: Pattern | undefined,
): Finder {
  return {
    anchor: pattern.words[0] ?? '',
    looksFor: pattern.text,
    find: (view, context) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, pattern.words[0] ?? '', new Set([pattern.root.type]))) {
        const bindings = matchPattern(pattern, node);
        if (bindings === undefined) continue;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        if (sites.some((s) => s.done !== true && s.extent.start <= extent.start && extent.end <= s.extent.end))
          continue;
        if (isWrapped(node, bindings, pattern, result))
          sites.push({ extent, deletes: [], inserts: [], decision: 'already as wanted', done: true });
        else sites.push(replaced(view, node, pattern, by, bindings, context));
      }
      return sites;
    },
  };
}

function replaced(
  view: View,
  node: Node,
  pattern: Pattern,
  by: Template,
  bindings: Bindings,
  { pure }: FinderContext,
): Site {
  const extent = { start: startOf(view, node), end: endOf(view, node) };
  const refuse = (at: Node, code: string, message: string, hint: string): Site => {
    const problem = problemAt(view, at, code, message, hint);
    return { extent, deletes: [], inserts: [], decision: message, problem };
  };
  const room = roomFor(node, (name) => isDeclared(view.source.text, name));
  if (isAmbiguous(node) && levelOf(node) < room)
    return refuse(node, 'ambiguous', `what ${node.text} is depends on what is a type`, 'change it by hand');
  const filled = fill(by, bindings, view, pure, pattern);
  if ('lost' in filled) {
    const message = `${filled.lost.text} ${filled.why}, and it has effects`;
    const hint =
      'give its value a name first, by hand; or list the function under pure: in the recipe if it has no effect';
    return refuse(filled.lost, 'effects', message, hint);
  }
  const visible = view.source.visible(view.assignment);
  const apart =
    runsTogether(visible.slice(Math.max(0, extent.start - 3), extent.start), filled.text) ||
    runsTogether(filled.text, visible.slice(extent.end, extent.end + 3));
  // An else that comes after it must not become its own.
  const braced = by.endsOpen && node.parent?.type !== 'compound_statement';
  const isWhole = pattern.isStatement || (filled.level >= room && !apart);
  const whole = braced ? `{ ${filled.text} }` : isWhole ? filled.text : `(${filled.text})`;
  const text = withNewlines(whole, newlineAt(view.source.text, extent.start));
  const scope = scopeOf(view, node);
  return { extent, scope, deletes: [extent], inserts: [{ at: extent.start, text }], decision: `becomes ${text}` };
}

/** Whether code that matches is a part of what the edit makes of it: `take(a)` in `counted(take(a))`. */
function isWrapped(node: Node, bindings: Bindings, pattern: Pattern, result: Pattern | undefined): boolean {
  for (let n = node.parent; result !== undefined && n !== null; n = n.parent) {
    const made = matchPattern(result, n);
    if (made === undefined) continue;
    if (pattern.metavariables.every(({ name }) => made.get(name)?.text === bindings.get(name)?.text)) return true;
  }
  return false;
}

/** The statement of an expression, or its part of one: `#if`s in it decide what stands beside the expression. */
function scopeOf(view: View, node: Node): Range {
  let n = node;
  while (n.parent !== null && !/(?:_statement|_declaration|^declaration|_definition|_unit)$/.test(n.parent.type))
    n = n.parent;
  if (/^(?:expression|return)_statement$|declaration$/.test(n.parent?.type ?? '')) n = n.parent ?? n;
  return { start: startOf(view, n), end: endOf(view, n) };
}

/** Whether the file defines or declares a function, as its style has it, from the first column on. */
function isDeclared(text: string, name: string): boolean {
  return /^\w+$/.test(name) && new RegExp(`^(?:[A-Za-z_][\\w \\t*]*[ \\t*])?${name}[ \\t]*\\(`, 'm').test(text);
}
