import picomatch from 'picomatch';
import { columnAt, lineAt, lineText, tokens } from '../c/lex.ts';
import { holds } from '../recipe/params.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { Params } from '../recipe/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { CompiledEdit } from './compile.ts';

/**
 * What is left of texts that must be gone, in code and comments, in any `#if` branch. Upper and lower case are one.
 * @param files path → text as it would be after the edits.
 * @param original path → text as it is: places are given there where the line is still the same.
 */
export function leftovers(
  recipe: Recipe,
  params: Params,
  edits: readonly CompiledEdit[],
  files: ReadonlyMap<string, string>,
  original: ReadonlyMap<string, string>,
): Diagnostic[] {
  const out: Diagnostic[] = [];
  for (const entry of recipe.expect?.gone ?? []) {
    const gone = typeof entry === 'string' ? { text: entry } : entry;
    if (!holds(gone.when, params)) continue;
    const concerns = gone.files === undefined ? () => true : picomatch([...gone.files]);
    for (const [path, text] of files) {
      if (!concerns(path)) continue;
      const lower = text.toLowerCase();
      const wanted = gone.text.toLowerCase();
      for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
        const lookers = edits.filter((e) => e.concerns(path) && e.looksFor.includes(gone.text));
        out.push({
          code: 'patch/left',
          message: `${gone.text} is still ${inComment(path, text, at) ? 'mentioned' : 'used'} here: no edit of the recipe fits`,
          place: {
            file: path,
            line: originalLine(text, at, original.get(path) ?? text),
            column: columnAt(text, at),
            length: gone.text.length,
          },
          detail: [
            lineText(text, at),
            ...lookers.map((e) => `edit ${e.index + 1} (${e.kind}) looks for: ${e.looksFor}`),
          ],
          hint: 'the code has drifted from what the recipe knows: change it by hand first, or extend the recipe',
        });
      }
    }
  }
  return out;
}

function inComment(path: string, text: string, at: number): boolean {
  if (!/\.[ch]$/.test(path)) return false;
  for (const t of tokens(text)) if (t.start <= at && at < t.end) return t.kind === 'comment';
  return false;
}

/** The line in the file as the user has it: found by the line's text and its count among equal lines. */
export function originalLine(after: string, at: number, before: string): number {
  const line = lineAt(after, at);
  const lines = after.split('\n');
  const wanted = lines[line - 1] ?? '';
  const nth = lines.slice(0, line - 1).filter((l) => l === wanted).length;
  const places = before.split('\n').flatMap((l, i) => (l === wanted ? [i + 1] : []));
  const kept = lines.filter((l) => l === wanted).length;
  return places[nth + (places.length - kept)] ?? places[nth] ?? line;
}
