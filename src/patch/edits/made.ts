import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import { BadPattern, type Pattern, type Reader, readable, shown } from '../pattern.ts';
import { type Hit, hitsOf, isWithin } from './hits.ts';

/** An identifier of what an edit makes that the code before it has not. */
export const ownWordOf = (made: Pattern | undefined, pattern: Pattern): string | undefined =>
  made?.words.find((word) => !pattern.words.includes(word));

/** Whether code that matches is a part of what the edit makes of it: `take(a)` in `counted(take(a))`. */
export function doneBy(
  hit: Hit,
  results: readonly Hit[],
  pattern: Pattern,
  made: Pattern | undefined,
): { readonly unclear?: true } | undefined {
  const around = results.filter((r) => hit.own.every((own) => r.own.some((other) => isWithin(own, other))));
  const isSame = (r: Hit) =>
    pattern.metavariables.every(({ name }) => r.bindings.get(name)?.text === hit.bindings.get(name)?.text);
  if (around.some(isSame)) return {};
  // `f(context, a)` may be what was made of `f(a)`: by a name or a number of arguments of its own.
  const tells =
    ownWordOf(made, pattern) !== undefined || pattern.metavariables.some(({ name }) => name.startsWith('$...'));
  return tells && around.some((r) => isWithin(r.extent, hit.extent)) ? { unclear: true } : undefined;
}

/** @throws BadPattern when what an edit makes would be matched by it again. */
export function checkOwnResult(
  { parser, macros }: Reader,
  text: string,
  pattern: Pattern,
  made: Pattern | undefined,
): void {
  const code = readable(text);
  const source = new CSource('', `void f(void) {\n${pattern.isStatement ? code : `x = (${code});`}\n}\n`, macros);
  const view = openView(parser, source, { start: 0, end: source.text.length }, new Map());
  try {
    const results = made === undefined ? [] : hitsOf(view, made);
    const again = hitsOf(view, pattern).find((hit) => doneBy(hit, results, pattern, made) === undefined);
    if (again === undefined) return;
    const at = source.text.slice(again.extent.start, again.extent.end).replace(/\s+/g, ' ');
    throw new BadPattern(
      `"${shown(at).replaceAll('$$$$', '$...')}" would be matched again by "${pattern.text}"`,
      'let the pattern say more, or let the new code have a name of its own',
    );
  } finally {
    view.tree.delete();
  }
}
