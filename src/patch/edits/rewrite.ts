import type { Range } from '../../c/source.ts';
import { endOf, startOf, type View } from '../../c/view.ts';
import type { Finder, Site } from '../site.ts';
import { hiddenCode } from './hidden-code.ts';
import { type Hit, hitsOf, isWithin, overlap } from './hits.ts';
import { doneBy, ownWordOf } from './made.ts';
import { problemAt, problemAtOffset } from './removal.ts';
import { rewriteExpression } from './rewrite-expression.ts';
import { rewriteStatements } from './rewrite-statements.ts';
import { type RewriteOptions, type Rewriting, refused, untouched } from './rewriting.ts';

/** An expression, or statements in a row, become others. */
export function rewriteFinder(options: RewriteOptions): Finder {
  const { pattern, made } = options;
  const ownWord = ownWordOf(made, pattern);
  return {
    anchor: pattern.words[0] ?? '',
    madeAnchor: ownWord,
    looksFor: pattern.text.replace(/\s+/g, ' '),
    find: (view, context) => {
      const hits = hitsOf(view, pattern);
      const results = made === undefined ? [] : hitsOf(view, made);
      const isDone = new Map(hits.map((hit) => [hit, doneBy(hit, results, pattern, made)]));
      const open = hits.filter((hit) => isDone.get(hit) === undefined);
      const rewriting = { ...options, view, context, open };
      const noted =
        ownWord === undefined ? [] : results.filter((r) => !hits.some((hit) => isWithin(hit.extent, r.extent)));
      return [
        ...hits.map((hit) => {
          const done = isDone.get(hit);
          return done === undefined
            ? siteOf(hit, rewriting)
            : { ...untouched(hit, 'already as wanted'), done: true, ...done };
        }),
        ...noted.map((r) => ({ ...untouched(r, 'as the edit would make it'), done: true, noted: true })),
      ];
    },
  };
}

function siteOf(hit: Hit, rewriting: Rewriting): Site {
  const { pattern, view, open } = rewriting;
  const [first] = hit.nodes;
  const outer = open.filter((other) => other !== hit && overlap(other, hit) && !isIn(view, other, hit));
  const [another] = outer.filter((other) => !isIn(view, hit, other) && open.indexOf(other) < open.indexOf(hit));
  if (another !== undefined) {
    const message = 'two places that match have code in common';
    return refused(
      hit,
      problemAt(view, first, 'overlap', message, 'let the pattern say more, so that it matches one of them'),
    );
  }
  const around = outer.filter((other) => isIn(view, hit, other)).length;
  if (around > 0) return { ...untouched(hit, 'becomes part of what is made of the code around it'), nested: around };
  const directive = hit.own.find((own) => directiveIn(view, own) !== undefined);
  if (directive !== undefined) {
    const message = 'a line of the preprocessor stands in the code to be rewritten';
    const hint = 'let … stand for the code around it, or change this place by hand';
    return refused(hit, problemAtOffset(view, directiveIn(view, directive) ?? 0, 'directive', message, hint));
  }
  const hidden = hiddenCode(view, hit.own, hit.bindings);
  if (hidden !== undefined) return refused(hit, hidden);
  return pattern.isStatement ? rewriteStatements(hit, rewriting) : rewriteExpression(hit, rewriting);
}

/** Whether a place is in what a metavariable stands for in another. */
function isIn(view: View, inner: Hit, outer: Hit): boolean {
  return [...outer.bindings.values()].some(({ nodes, between }) => {
    const [first, last] = [nodes[0], nodes.at(-1)];
    if (first === undefined || last === undefined || (between !== undefined && nodes.length === 0)) return false;
    return isWithin(inner.extent, { start: startOf(view, first), end: endOf(view, last) });
  });
}

function directiveIn(view: View, { start, end }: Range): number | undefined {
  return view.source.conditionals.directives.find(([s, e]) => s < end && e > start)?.[0];
}
