import { type Place, UserError } from '../../system/diagnostic.ts';

/** An item: a file or a name, with what is said of it. */
export interface Item {
  readonly type: string;
  /** Not escaped. */
  readonly identity: string;
  /** Its own, by name in small letters; escaped. What its definition says is not in here. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly place: Place;
}

/** What property functions may see beyond their arguments. */
export interface FunctionHost {
  /** A file's text; `undefined` when there is none. The path is absolute. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
  /** The project's folder, which relative paths are relative to. */
  readonly folder: string;
}

/** What an expression may refer to, where it stands. Values are escaped. */
export interface Scope {
  readonly place: Place;
  readonly host: FunctionHost;
  /** '' for what is not defined. */
  property(name: string): string;
  /** `$(registry:KEY@VALUE)`. */
  registry(key: string): string;
  /** Where `@(X)` is understood; elsewhere it stays as text. */
  readonly items?: ((type: string) => readonly Item[]) | undefined;
  /** Where `%(X)` and `%(Type.X)` are understood; elsewhere they stay as text. */
  readonly metadata?: ((name: string, type: string | undefined) => string) | undefined;
  /** The metadata of an item, its definition's and the well-known ones included. */
  readonly metadataOf: (item: Item, name: string) => string;
}

/** Ends the reading of a project: what stands there could change the result, and is not understood. */
export function refuse(message: string, place: Place, hint?: string): never {
  throw new UserError({
    code: 'pcbuild/not-understood',
    message,
    place,
    hint: hint ?? 'The project is not built: guessing what this means could build something else than MSBuild does.',
  });
}

/**
 * The closing parenthesis to an opening one, past quoted texts and nested pairs, as MSBuild looks for it.
 * @param open where the opening parenthesis is.
 * @returns -1 without one.
 */
export function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '(') depth++;
    else if (char === ')') {
      depth--;
      if (depth === 0) return at;
    } else if (char === "'" || char === '"' || char === '`') {
      const end = text.indexOf(char, at + 1);
      if (end < 0) return -1;
      at = end;
    }
  }
  return -1;
}

/** Splits at a separator outside of quotes and parentheses. */
export function splitOutside(text: string, separator: string, quotes = '\'"`'): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    } else if (char === '(') {
      const end = closingParenthesis(text, at);
      if (end > 0) at = end;
    } else if (quotes.includes(char)) {
      const end = text.indexOf(char, at + 1);
      if (end > 0) at = end;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/**
 * MSBuild's escapes: `%3B` is a semicolon that does not separate. Values are kept escaped until they are used, and what
 * a property function returns is escaped again.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-special-characters
 */
export function escapeValue(text: string): string {
  return text.replace(/[%*?@$();']/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A `%` without two hexadecimal digits behind it stays. */
export function unescapeValue(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
