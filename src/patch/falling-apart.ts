import { bareMacroIn } from '../c/bare-macros.ts';
import { lineAt, lineText } from '../c/lex.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { placeAt } from './edits/text.ts';
import type { FileFindings } from './file-findings.ts';
import { isCompiled, sourcesWith } from './sources.ts';

/**
 * Code that was put beside operators without parentheses, although a header makes a macro of a name in it that falls apart
 * there: `open(a) + 1` with `#define open(x) x | 2`. A file's own macros are known where the parentheses are decided.
 */
export async function fallingApart(tree: SourceTree, changed: readonly FileFindings[]): Promise<Diagnostic[]> {
  const names = new Set(changed.flatMap(({ taken }) => [...(taken?.keys() ?? [])]));
  if (names.size === 0) return [];
  const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+(?:${[...names].join('|')})\\b`, 'm');
  const out: Diagnostic[] = [];
  for (const { path, text } of await sourcesWith(tree, define, [])) {
    const found = /\.c\w*$/.test(path) || !isCompiled(path) ? undefined : bareMacroIn(text, names);
    if (found === undefined) continue;
    const line = lineAt(text, found.at);
    for (const file of changed) {
      const at = file.taken?.get(found.name);
      if (at === undefined) continue;
      out.push({
        code: 'patch/bare-macro',
        message: `${found.name} is a macro of ${path}:${line} that falls apart beside operators`,
        place: placeAt(file.path, file.text, at),
        detail: [lineText(text, found.at)],
        hint: 'put its value there in parentheses, or change this place by hand',
      });
    }
  }
  return out;
}
