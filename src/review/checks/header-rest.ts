import { lineAt, tokens } from '../../c/lex.ts';
import { structsOf } from '../../c/structs.ts';
import type { FileChange } from '../../patch/types.ts';
import type { CheckFinding } from '../types.ts';
import { defines } from './names.ts';

/** Structs and macros that a header had and none of the changed headers has afterwards, and macros that are new. */
export function goneAndNew(
  { path, before, after }: FileChange,
  headers: readonly FileChange[],
  who: (text: string, at: number) => string,
): CheckFinding[] {
  const severityOf = (audience: string) => (audience === 'internal' ? 'note' : 'warning');
  const left = new Set(headers.flatMap((header) => structsOf(header.after).map(({ name }) => name)));
  const [old, now] = [defines(before), defines(after)];
  const defined = new Set(headers.flatMap((header) => [...defines(header.after).keys()]));
  const macroAt = (text: string, name: string) =>
    text.search(new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b`, 'm'));
  return [
    ...structsOf(before)
      .filter(({ name }) => !left.has(name))
      .map(({ name, start }): CheckFinding => {
        const audience = who(before, start);
        const message = `${name} (${audience}) is not defined any more`;
        return { severity: severityOf(audience), message, place: { file: path, line: lineAt(before, start) } };
      }),
    ...[...old.keys()]
      .filter((name) => !defined.has(name))
      .map((name): CheckFinding => {
        const at = macroAt(before, name);
        const audience = who(before, at);
        const message = `${name} (macro, ${audience}) is not defined any more`;
        return { severity: severityOf(audience), message, place: { file: path, line: lineAt(before, at) } };
      }),
    ...[...now.keys()]
      .filter((name) => !headers.some((header) => defines(header.before).has(name)))
      .map((name): CheckFinding => {
        const at = macroAt(after, name);
        const message = `${name} (macro, ${who(after, at)}) is new`;
        return { severity: 'note', message, place: { file: path, line: lineAt(after, at) } };
      }),
  ];
}

/** Where the code of a text first differs from another's, as an offset; `undefined`: only comments and white space do. */
export function firstDifference(before: string, after: string): number | undefined {
  const code = (text: string) => [...tokens(text)].filter(({ kind }) => kind !== 'comment');
  const [old, now] = [code(before), code(after)];
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    const [a, b] = [old[i], now[i]];
    if (a === undefined || b === undefined || before.slice(a.start, a.end) !== after.slice(b.start, b.end))
      return a?.start ?? before.length;
  }
  return undefined;
}
