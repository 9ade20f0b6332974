import { definitionsOf } from '../c/definitions.ts';
import { columnAt, lineAt, lineText, wordOffsets } from '../c/lex.ts';
import { macrosIn, makesText } from '../c/macros.ts';
import { CSource } from '../c/source.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { callsWith, foreignNewUses, foreignUses, type Renaming } from './edits/rename.ts';
import { pastedBy } from './pasting.ts';
import { isCompiled, type OwnFile, sourcesWith } from './sources.ts';

/**
 * What of a tree stands against a new name: who else uses the old one, or the new one, and macros that make the old one of
 * its parts, or a text of it.
 * @param own the recipe's files as they were: they are not read again.
 */
export async function againstRename(
  tree: SourceTree,
  renaming: Renaming,
  own: readonly OwnFile[],
): Promise<Diagnostic[]> {
  const { from, to } = renaming;
  const out: Diagnostic[] = [];
  const say = (path: string, text: string, offset: number, code: string, message: string, hint: string) =>
    out.push({
      code: `patch/${code}`,
      message,
      place: { file: path, line: lineAt(text, offset), column: columnAt(text, offset) },
      detail: [lineText(text, offset)],
      hint,
    });
  const isLocal = isSeenOnlyIn(own, renaming);
  for (const { path, text } of await sourcesWith(tree, new RegExp(`\\b(?:${from}|${to})\\b`), own)) {
    if (!isCompiled(path) || (isLocal && isOnItsOwn(path, text, from))) continue;
    const [used] = foreignUses(text, renaming);
    if (used !== undefined) {
      const hint = 'add the file to those of the recipe';
      say(path, text, used, 'other-user', `${from} is used outside of the recipe's files`, hint);
    }
    const [taken] = foreignNewUses(text, renaming);
    if (taken !== undefined) say(path, text, taken, 'name-in-use', `${to} is in use already`, 'choose another name');
  }
  const sources = [
    ...own.map(({ path, before }) => ({ path, text: before })),
    ...(await sourcesWith(tree, /#[ \t]*define\b/, own)),
  ].filter(({ path }) => isCompiled(path));
  out.push(...(await pastedBy(tree, from, sources, false)));
  for (const { path, before } of own) {
    for (const [name, at] of callsWith(before, renaming)) {
      if (!sources.some(({ text }) => macrosIn(text, name).some(makesText))) continue;
      const message = `${name} makes a text of the name ${from} here, which would be another`;
      say(path, before, at, 'made-text', message, 'rename by hand, or write the text out first');
    }
  }
  return out;
}

/** Whether only one file sees the name: a static function or variable, or a macro, of a .c file. */
function isSeenOnlyIn(own: readonly OwnFile[], { from, struct }: Renaming): boolean {
  const using = own.filter(({ before }) => wordOffsets(before, from).length > 0);
  const definitions = using.flatMap(({ path, before }) => definitionsOf(new CSource(path, before), from));
  const [file] = using;
  return (
    struct === undefined &&
    using.length === 1 &&
    file?.path.endsWith('.c') === true &&
    definitions.length > 0 &&
    definitions.every((d) => d.isStatic)
  );
}

/** A file that is compiled by itself, and has the name, if at all, for something of its own. */
function isOnItsOwn(path: string, text: string, name: string): boolean {
  if (!/\.(?:c|cc|cpp|cxx|m)$/.test(path)) return false;
  const isCalled = new RegExp(`\\b${name}\\s*\\(`).test(text);
  return !isCalled || definitionsOf(new CSource(path, text), name).some((d) => d.kind !== 'declaration');
}
