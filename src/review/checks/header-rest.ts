import { tokens } from '../../c/lex.ts';
import type { CheckFinding } from '../types.ts';
import type { HeaderText } from './header-text.ts';
import { finding } from './types.ts';

/** Structs and macros that a header had and none of the changed headers has afterwards, and macros that are new. */
export function goneAndNew(
  headers: readonly { readonly before: HeaderText; readonly after: HeaderText }[],
): readonly CheckFinding[] {
  const left = new Set(headers.flatMap(({ after }) => after.structs.map(({ name }) => name)));
  const defined = new Set(headers.flatMap(({ after }) => [...after.macros.keys()]));
  const known = new Set(headers.flatMap(({ before }) => [...before.macros.keys()]));
  const gone = (header: HeaderText, name: string, what: string, at: number): CheckFinding => {
    const audience = header.audience(at);
    const message = `${name} (${what}${audience}) is not defined any more`;
    return finding(audience === 'internal' ? 'note' : 'warning', message, header.path, header.line(at));
  };
  return headers.flatMap(({ before, after }) => [
    ...before.structs.filter(({ name }) => !left.has(name)).map(({ name, start }) => gone(before, name, '', start)),
    ...[...before.macros]
      .filter(([name]) => !defined.has(name))
      .map(([name, { at }]) => gone(before, name, 'macro, ', at)),
    ...[...after.macros]
      .filter(([name]) => !known.has(name))
      .map(([name, { at }]) =>
        finding('note', `${name} (macro, ${after.audience(at)}) is new`, after.path, after.line(at)),
      ),
  ]);
}

/** Where the code of a text first differs from another's, as an offset; `undefined`: only comments and white space do. */
export function firstDifference(before: string, after: string): number | undefined {
  if (before === after) return undefined;
  const code = (text: string) => [...tokens(text)].filter(({ kind }) => kind !== 'comment');
  const [old, now] = [code(before), code(after)];
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    const [a, b] = [old[i], now[i]];
    if (a === undefined || b === undefined || before.slice(a.start, a.end) !== after.slice(b.start, b.end))
      return a?.start ?? before.length;
  }
  return undefined;
}
