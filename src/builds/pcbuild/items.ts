import path from 'node:path';
import { closingParenthesis } from './brackets.ts';
import { escapeValue, unescapeValue } from './escape.ts';
import { expand, expandScalars, expandTransform, readList } from './expand.ts';
import type { BuildFiles } from './files.ts';
import type { Item, Scope } from './scope.ts';
import { fullPath } from './static-functions.ts';

/** Splits at semicolons; those in `@(…)` do not separate. Blank parts are none. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text.startsWith('@(', at)) at = Math.max(at, closingParenthesis(text, at + 1));
    else if (at === text.length || text[at] === ';') {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

/** Metadata that every item has by its path. @returns escaped, `undefined` for another name. */
export function wellKnownMetadata(identity: string, name: string, folder: string): string | undefined {
  const full = () => fullPath(identity, folder);
  const of = (value: string) => escapeValue(value);
  switch (name.toLowerCase()) {
    case 'identity':
      return of(identity);
    case 'fullpath':
      return of(full());
    case 'filename':
      return of(path.win32.parse(identity).name);
    case 'extension':
      return of(path.win32.extname(identity));
    case 'rootdir':
      return of(path.win32.parse(full()).root);
    case 'directory':
      return of(
        full()
          .slice(path.win32.parse(full()).root.length)
          .replace(/[^\\/]*$/, ''),
      );
    case 'relativedir':
      return of(identity.replace(/[^\\/]*$/, ''));
    case 'recursivedir':
      return '';
    default:
      return undefined;
  }
}

/** Wildcards make a pattern where they are not escaped. */
const isPattern = (escaped: string) => /[*?]/.test(escaped);

function* fromSpec(spec: string, type: string, scope: Scope, files: BuildFiles): Generator<Item> {
  const make = (identity: string, metadata: ReadonlyMap<string, string> = new Map()): Item => ({
    type,
    identity,
    metadata,
    place: scope.place,
  });
  if (spec.startsWith('@(') && closingParenthesis(spec, 1) === spec.length - 1) {
    const list = readList(spec.slice(2, -1), scope.place);
    for (const item of scope.items?.(list.type) ?? []) {
      const text =
        list.transform === undefined ? item.identity : unescapeValue(expandTransform(list.transform, item, scope));
      // What a transform makes may be several, or nothing: `%(Content)`.
      for (const part of list.transform === undefined ? [text] : [text].filter((one) => one !== ''))
        yield { ...make(part, item.metadata), place: scope.place };
    }
    return;
  }
  for (const part of splitList(expand(spec, scope)))
    if (!isPattern(part)) yield make(unescapeValue(part));
    else for (const file of files.glob(fullPath(unescapeValue(part), scope.host.folder))) yield make(file);
}

/** The items that an Include (or Remove, Update, Exclude) names. Those of a list keep their metadata. */
export function itemsOf(include: string, type: string, scope: Scope, files: BuildFiles): readonly Item[] {
  return splitList(expandScalars(include, scope)).flatMap((spec) => [...fromSpec(spec, type, scope, files)]);
}

/** Items are the same file when their paths are, whatever the case and the slashes. */
export function fileKey(identity: string, folder: string): string {
  return path.win32.resolve(folder, identity).toLowerCase();
}
