import type { Node } from '../../c/parser.ts';
import { codeChildren, endOf, nodesAround, startOf, type View } from '../../c/view.ts';
import { findInside } from '../match.ts';
import type { Pattern } from '../pattern.ts';
import type { Finder, FinderContext, Site } from '../site.ts';
import { evaluateCondition } from '../truth.ts';
import { keepBranch } from './keep-branch.ts';
import { endsOpen, labelIn, nextToken, problemAt, removeStatement } from './removal.ts';

export interface FoldOptions {
  readonly condition: Pattern;
  readonly is: boolean;
  /** One of these stands in the branch that goes; without any, every `if` of the condition is meant. */
  readonly dead: readonly Pattern[];
}

const IF = new Set(['if_statement']);

/** `if` statements whose condition is known: the branch that is never taken goes. */
export function foldFinder(options: FoldOptions): Finder {
  const anchor = options.condition.words[0] ?? '';
  return {
    anchor,
    looksFor: `if (${options.condition.text}), which is ${options.is}${
      options.dead.length === 0 ? '' : `, where ${options.dead.map((p) => p.text).join(' or ')} goes`
    }`,
    find: (view, context) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, anchor, IF)) {
        if (sites.some((s) => isInDeleted(view, node, s))) continue;
        const site = foldIf(view, node, options, context);
        if (site !== undefined) sites.push(site);
      }
      return sites;
    },
  };
}

function isInDeleted(view: View, node: Node, site: Site): boolean {
  const start = startOf(view, node);
  return site.deletes.some((d) => d.start <= start && start < d.end);
}

function foldIf(view: View, node: Node, options: FoldOptions, context: FinderContext): Site | undefined {
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  if (condition === null || consequence === null) return undefined;
  const truth = evaluateCondition(condition, options.condition, options.is, context.pure);
  if (truth.value === undefined) return undefined;
  const elseClause = node.childForFieldName('alternative');
  const alternative = elseClause === null ? undefined : codeChildren(elseClause).at(-1);
  const dead = truth.value ? alternative : consequence;
  const kept = truth.value ? consequence : alternative;
  const bound = truth.bindings ?? new Map();
  if (options.dead.length > 0) {
    if (dead === undefined || !options.dead.some((p) => findInside(p, dead, bound) !== undefined)) return undefined;
  }
  const extent = { start: startOf(view, node), end: endOf(view, node) };
  const verdict = `the condition is ${truth.value ? 'true' : 'false'}`;
  const refuse = (at: Node, code: string, message: string): Site => ({
    extent,
    deletes: [],
    inserts: [],
    decision: message,
    problem: problemAt(view, at, code, message, 'this shape needs a person: change the source by hand, or the recipe'),
  });
  const effect = truth.effects[0];
  if (effect !== undefined) return refuse(effect, 'effects', `the condition also does something: ${effect.text}`);
  const label = dead === undefined ? undefined : labelIn(dead);
  if (label !== undefined) return refuse(label, 'label', 'the branch that goes holds a label');
  if (kept === undefined) return removeStatement(view, node, `${verdict}, so the whole statement goes`);
  if (node.parent?.type === 'if_statement' && kept.type !== 'compound_statement')
    return refuse(node, 'unbraced', 'an if stands unbraced inside of another');
  if (endsOpen(kept) && nextToken(view, extent.end) === 'else')
    return refuse(node, 'dangling-else', 'what stays would take the else of another if');
  const how = keepBranch(view, node, kept, context);
  const deletes =
    elseClause === null || truth.value
      ? [
          { start: extent.start, end: startOf(view, kept) },
          ...(elseClause === null ? [] : [{ start: startOf(view, elseClause), end: extent.end }]),
        ]
      : [
          { start: extent.start, end: endOf(view, consequence) },
          { start: startOf(view, elseClause), end: startOf(view, elseClause) + 'else'.length },
        ];
  return {
    extent,
    deletes: [...deletes, ...how.deletes].sort((a, b) => a.start - b.start),
    inserts: [],
    dedents: how.dedent === undefined ? [] : [how.dedent],
    decision: `${verdict}: the ${truth.value ? 'else' : 'first'} branch goes; of the other, ${how.how}`,
  };
}
