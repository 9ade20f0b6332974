import { newlineAt, withNewlines } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { isAmbiguous, levelOf, roomFor } from '../../c/precedence.ts';
import { endOf, functionName, functionOf, nodesAround, startOf, type View } from '../../c/view.ts';
import { type Bindings, matchPattern, type Pattern } from '../pattern.ts';
import type { Finder, FinderContext, Site } from '../site.ts';
import { fill, runsTogether, type Template } from '../template.ts';
import { problemAt } from './removal.ts';

/** Expressions of a shape become another expression. */
export function replaceExpressionFinder(pattern: Pattern, by: Template, inFunction: string | undefined): Finder {
  return {
    anchor: pattern.words[0] ?? '',
    looksFor: `${pattern.text}${inFunction === undefined ? '' : ` in ${inFunction}()`}`,
    find: (view, context) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, pattern.words[0] ?? '', new Set([pattern.root.type]))) {
        const bindings = matchPattern(pattern, node);
        if (bindings === undefined) continue;
        const definition = functionOf(node);
        if (inFunction !== undefined && (definition === undefined || functionName(definition) !== inFunction)) continue;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        if (sites.some((s) => s.extent.start <= extent.start && extent.end <= s.extent.end)) continue;
        sites.push(replaced(view, node, pattern, by, bindings, context));
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
  const room = roomFor(node, (name) => isDefined(view.source.text, name));
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
  const isWhole = pattern.isStatement || (by.level >= room && !apart);
  const whole = braced ? `{ ${filled.text} }` : isWhole ? filled.text : `(${filled.text})`;
  const text = withNewlines(whole, newlineAt(view.source.text, extent.start));
  return { extent, deletes: [extent], inserts: [{ at: extent.start, text }], decision: `becomes ${text}` };
}

/** Whether the file makes a macro of a name. */
function isDefined(text: string, name: string): boolean {
  return /^\w+$/.test(name) && new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\(`, 'm').test(text);
}
