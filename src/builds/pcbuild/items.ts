import path from 'node:path';
import { expand, expandScalars, expandTransform, readList } from './expand.ts';
import { type BuildFiles, fullPath } from './files.ts';
import { closingParenthesis, escapeValue, type Item, type Scope, unescapeValue } from './scope.ts';

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

/** Metadata that every item has by its path. @param name in small letters. @returns escaped, `undefined` for another name. */
export function wellKnownMetadata(identity: string, name: string, folder: string): string | undefined {
  const full = fullPath(identity, folder);
  const { root } = path.win32.parse(full);
  const folderIn = (file: string) => file.replace(/[^\\/]*$/, '');
  const known = new Map([
    ['identity', identity],
    ['fullpath', full],
    ['filename', path.win32.parse(identity).name],
    ['extension', path.win32.extname(identity)],
    ['rootdir', root],
    ['directory', folderIn(full.slice(root.length))],
    ['relativedir', folderIn(identity)],
    ['recursivedir', ''],
  ]).get(name);
  return known === undefined ? undefined : escapeValue(known);
}

function* fromSpec(spec: string, type: string, scope: Scope, files: BuildFiles): Generator<Item> {
  const { place } = scope;
  const metadata: Item['metadata'] = new Map();
  if (spec.startsWith('@(') && closingParenthesis(spec, 1) === spec.length - 1) {
    const { type: of, transform } = readList(spec.slice(2, -1), place);
    for (const item of scope.items?.(of) ?? []) {
      const identity = transform === undefined ? item.identity : unescapeValue(expandTransform(transform, item, scope));
      // What a transform makes may be nothing: `%(Content)`.
      if (transform === undefined || identity !== '') yield { type, identity, metadata: item.metadata, place };
    }
    return;
  }
  for (const part of splitList(expand(spec, scope))) {
    const identity = unescapeValue(part);
    // Wildcards make a pattern where they are not escaped.
    const found = /[*?]/.test(part) ? files.glob(fullPath(identity, scope.host.folder)) : [identity];
    for (const file of found) yield { type, identity: file, metadata, place };
  }
}

/** The items that an Include (or Remove, Update, Exclude) names. Those of a list keep their metadata. */
export function itemsOf(include: string, type: string, scope: Scope, files: BuildFiles): readonly Item[] {
  return splitList(expandScalars(include, scope)).flatMap((spec) => [...fromSpec(spec, type, scope, files)]);
}

/** Items are the same file when their paths are, whatever the case and the slashes. */
export function fileKey(identity: string, folder: string): string {
  return path.win32.resolve(folder, identity).toLowerCase();
}
