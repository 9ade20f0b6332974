import type { Node } from '../../c/parser.ts';
import type { View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Pattern } from '../pattern.ts';
import type { FinderContext, Site } from '../site.ts';
import type { Filled, Template } from '../template.ts';
import type { Hit } from './hits.ts';
import { problemAt } from './removal.ts';

export interface RewriteOptions {
  readonly pattern: Pattern;
  readonly by: Template;
  /** The new code as a pattern: what is so already is not edited. */
  readonly made: Pattern | undefined;
}

export interface Rewriting extends RewriteOptions {
  readonly view: View;
  readonly context: FinderContext;
  /** The places that are not as wanted yet. */
  readonly open: readonly Hit[];
}

/** A place that is not edited, and why. */
export const untouched = ({ extent }: Hit, decision: string): Site => ({ extent, deletes: [], inserts: [], decision });
export const refused = (hit: Hit, problem: Diagnostic): Site => ({ ...untouched(hit, problem.message), problem });

export function effectProblem(view: View, { lost, why }: Extract<Filled, { lost: Node }>): Diagnostic {
  const message = `${lost.text} ${why}, and it has effects`;
  const hint =
    'give its value a name first, by hand; or list the function under pure: in the recipe if it has no effect';
  return problemAt(view, lost, 'effects', message, hint);
}
