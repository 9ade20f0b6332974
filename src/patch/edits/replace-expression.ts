import { newlineAt, withNewlines } from '../../c/lex.ts';
import { endOf, functionName, functionOf, nodesAround, startOf } from '../../c/view.ts';
import { interpolate } from '../../recipe/params.ts';
import { type Bindings, matchPattern, type Pattern } from '../pattern.ts';
import type { Finder, Site } from '../site.ts';

/** Puts what metavariables stand for into code. */
export function substitute(code: string, bindings: Bindings): string {
  return code.replace(/\$[A-Za-z_]\w*/g, (name) => bindings.get(name) ?? name);
}

/** Expressions of a shape become another expression. */
export function replaceExpressionFinder(pattern: Pattern, by: string, inFunction: string | undefined): Finder {
  const none: Bindings = new Map();
  return {
    anchor: pattern.words[0] ?? '',
    looksFor: `${pattern.text}${inFunction === undefined ? '' : ` in ${inFunction}()`}`,
    find: (view, { params }) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, pattern.words[0] ?? '', new Set([pattern.root.type]))) {
        const bindings = matchPattern(pattern, node, none);
        if (bindings === undefined) continue;
        const definition = functionOf(node);
        if (inFunction !== undefined && (definition === undefined || functionName(definition) !== inFunction)) continue;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        if (sites.some((s) => s.extent.start <= extent.start && extent.end <= s.extent.end)) continue;
        const newline = newlineAt(view.source.text, extent.start);
        const text = withNewlines(interpolate(substitute(by, bindings), params), newline);
        sites.push({ extent, deletes: [extent], inserts: [{ at: extent.start, text }], decision: `becomes ${text}` });
      }
      return sites;
    },
  };
}
