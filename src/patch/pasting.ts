import { columnAt, lineAt, lineText } from '../c/lex.ts';
import { bodyTokens, macrosIn, pastes, wordsInCalls } from '../c/macros.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { isCompiled, sourcesWith } from './sources.ts';

/**
 * The macros that make a name of their parts, `prefix##_name`, with arguments that some call of theirs has.
 * @param sources where macros are looked for.
 * @param hasPart only macros that bring a part of the name themselves: of others there are many, and each costs a search.
 */
export async function pastedBy(
  tree: SourceTree,
  name: string,
  sources: readonly { readonly path: string; readonly text: string }[],
  hasPart: boolean,
): Promise<Diagnostic[]> {
  const isPasting = new RegExp(pasting(name));
  const all = sources
    .filter(({ path, text }) => isCompiled(path) && (!hasPart || isPasting.test(text)))
    .flatMap(({ path, text }) => macrosIn(text).map((macro) => ({ ...macro, path, text })));
  const byName = Map.groupBy(all, (macro) => macro.name);
  const out: Diagnostic[] = [];
  for (const macro of all.filter((m) => pastes(m, name, () => true, hasPart))) {
    const callers = new Set([macro.name]);
    for (const caller of callers)
      for (const other of all)
        if (other.body.includes(caller) && bodyTokens(other).includes(caller)) callers.add(other.name);
    const named = await sourcesWith(tree, new RegExp(`\\b(?:${[...callers].join('|')})\\s*\\(`), []);
    const texts = named.filter(({ path }) => isCompiled(path)).map(({ text }) => text);
    const words = new Set(texts.flatMap((text) => wordsInCalls(text, callers, (w) => byName.get(w) ?? [])));
    if (!pastes(macro, name, (part) => words.has(part), hasPart)) continue;
    out.push({
      code: 'patch/pasted',
      message: `the macro ${macro.name} may make the name ${name} of its parts (##)`,
      place: { file: macro.path, line: lineAt(macro.text, macro.at), column: columnAt(macro.text, macro.at) },
      detail: [lineText(macro.text, macro.at)],
      hint: 'change it by hand, or write the name out there first',
    });
  }
  return out;
}

/** A pattern for what brings the beginning or the end of a name beside `##`. */
export function pasting(name: string): string {
  const cuts = [...name].map((_, i) => i).slice(1);
  const beginnings = cuts.map((i) => name.slice(0, i)).filter((part) => part.length > 1);
  const ends = cuts.map((i) => name.slice(i)).filter((part) => part.length > 1);
  return `\\b(?:${beginnings.join('|')})\\s*##|##\\s*(?:${ends.join('|')})\\b`;
}
