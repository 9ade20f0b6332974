import { nodesAround } from '../../c/view.ts';
import { matchPattern } from '../match.ts';
import type { Bindings, Pattern } from '../pattern.ts';
import type { Finder } from '../site.ts';
import { removeStatement } from './removal.ts';

export function dropStatementFinder(pattern: Pattern): Finder {
  const none: Bindings = new Map();
  return {
    anchor: pattern.words[0] ?? '',
    looksFor: pattern.text,
    find: (view) =>
      nodesAround(view, pattern.words[0] ?? '', new Set([pattern.root.type]))
        .filter((n) => matchPattern(pattern, n, none) !== undefined)
        .map((n) => removeStatement(view, n, 'the statement goes')),
  };
}
