import type { Place } from '../../system/diagnostic.ts';
import { closingParenthesis, splitOutside } from './brackets.ts';
import { type DotnetValue, valueText } from './dotnet-values.ts';
import { escapeValue, unescapeValue } from './escape.ts';
import { callMember, elementAt } from './instance-functions.ts';
import { refuse } from './refuse.ts';
import type { Item, Scope } from './scope.ts';
import { callStatic } from './static-functions.ts';

const NAME = /^[A-Za-z_][\w-]*/;
const METADATA = /%\(\s*(?:([A-Za-z_][\w-]*)\s*\.\s*)?([A-Za-z_][\w-]*)\s*\)/g;

/** The spans of `@(…)`: metadata in their transforms are of the list's items, not of the scope. */
function outsideLists(text: string, how: (part: string) => string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('@('); at >= 0; at = text.indexOf('@(', from)) {
    const end = closingParenthesis(text, at + 1);
    if (end < 0) break;
    out += how(text.slice(from, at)) + text.slice(at, end + 1);
    from = end + 1;
  }
  return out + how(text.slice(from));
}

function expandMetadata(text: string, scope: Scope): string {
  const { metadata } = scope;
  if (metadata === undefined) return text;
  return outsideLists(text, (part) =>
    part.replace(METADATA, (_, type: string | undefined, name: string) => metadata(name, type)),
  );
}

/** A function's arguments: quotes around a whole one are not part of it, and a lone `$(…)` keeps its type. */
function argumentsOf(text: string, scope: Scope): DotnetValue[] {
  if (text.trim() === '') return [];
  return splitOutside(text, ',').map((part) => {
    const arg = part.trim();
    const quote = arg[0] ?? '';
    const quoted = arg.length >= 2 && '\'"`'.includes(quote) && arg.endsWith(quote);
    const inner = quoted ? arg.slice(1, -1) : arg;
    if (!quoted && inner.startsWith('$(') && closingParenthesis(inner, 1) === inner.length - 1) {
      const value = propertyValue(inner.slice(2, -1), scope);
      return typeof value === 'string' ? unescapeValue(value) : value;
    }
    return unescapeValue(expandProperties(inner, scope));
  });
}

interface Cursor {
  readonly body: string;
  at: number;
}

/** `(…)` at the cursor, or nothing. */
function callAt(cursor: Cursor, scope: Scope): DotnetValue[] | undefined {
  if (cursor.body[cursor.at] !== '(') return undefined;
  const end = closingParenthesis(cursor.body, cursor.at);
  if (end < 0) return refuse(`$(${cursor.body}) has no closing parenthesis`, scope.place);
  const args = argumentsOf(cursor.body.slice(cursor.at + 1, end), scope);
  cursor.at = end + 1;
  return args;
}

function nameAt(cursor: Cursor, place: Place): string {
  const name = NAME.exec(cursor.body.slice(cursor.at))?.[0];
  if (name === undefined) return refuse(`$(${cursor.body}) cannot be read`, place);
  cursor.at += name.length;
  return name;
}

/** `.member`, `.member(args)` and `[index]`, one after another. */
function chain(start: DotnetValue, cursor: Cursor, scope: Scope): DotnetValue {
  let value = start;
  while (cursor.at < cursor.body.length) {
    const char = cursor.body[cursor.at];
    if (char === '.') {
      cursor.at++;
      const name = nameAt(cursor, scope.place);
      value = callMember(value, name, callAt(cursor, scope), scope.place);
    } else if (char === '[') {
      const end = cursor.body.indexOf(']', cursor.at);
      value = elementAt(value, cursor.body.slice(cursor.at + 1, Math.max(end, cursor.at + 1)).trim(), scope.place);
      cursor.at = end + 1;
    } else return refuse(`$(${cursor.body}) cannot be read from “${cursor.body.slice(cursor.at)}” on`, scope.place);
  }
  return value;
}

/** What is between the parentheses of `$(…)`. A text that comes back is escaped; other values are as they are. */
function propertyValue(body: string, scope: Scope): DotnetValue {
  if (body === '') return '';
  if (/^registry:/i.test(body)) return scope.registry(expandProperties(body.slice('registry:'.length), scope));
  const cursor: Cursor = { body, at: 0 };
  if (body.startsWith('[')) {
    const end = body.indexOf(']::');
    if (end < 0) return refuse(`$(${body}) cannot be read`, scope.place);
    cursor.at = end + ']::'.length;
    const member = nameAt(cursor, scope.place);
    const args = callAt(cursor, scope) ?? refuse(`The property function $(${body}) is not known`, scope.place);
    const value = callStatic(body.slice(1, end).trim(), member, args, scope.host, scope.place);
    return escaped(chain(value, cursor, scope));
  }
  const value = scope.property(nameAt(cursor, scope.place));
  return cursor.at === body.length ? value : escaped(chain(unescapeValue(value), cursor, scope));
}

const escaped = (value: DotnetValue) => (typeof value === 'string' ? escapeValue(value) : value);

/** Replaces all `$(…)` in a text. */
export function expandProperties(text: string, scope: Scope): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('$('); at >= 0; at = text.indexOf('$(', from)) {
    const end = closingParenthesis(text, at + 1);
    if (end < 0) return refuse(`“${text.slice(at).trim()}” has no closing parenthesis`, scope.place);
    const value = propertyValue(text.slice(at + 2, end), scope);
    out += text.slice(from, at) + (typeof value === 'string' ? value : valueText(value));
    from = end + 1;
  }
  return out + text.slice(from);
}

/** `@(Type)`, `@(Type, 'separator')`, `@(Type->'transform')`, `@(Type->'transform', 'separator')`. */
export interface ListReference {
  readonly type: string;
  readonly transform?: string | undefined;
  readonly separator: string;
}

const LIST = /^\s*([A-Za-z_][\w-]*)\s*(?:->\s*'([^']*)'\s*)?(?:,\s*'([^']*)'\s*)?$/;

/** What is between the parentheses of `@(…)`. @throws UserError for item functions (`->Distinct()`). */
export function readList(body: string, place: Place): ListReference {
  const match = LIST.exec(body);
  if (match === null) return refuse(`The item list @(${body}) cannot be read`, place);
  return { type: match[1] ?? '', transform: match[2], separator: match[3] ?? ';' };
}

/** The identities of a list's items, or what the transform makes of each; escaped. */
export function listTexts(list: ListReference, scope: Scope): readonly string[] {
  const items = scope.items?.(list.type) ?? [];
  const { transform } = list;
  if (transform === undefined) return items.map((item) => escapeValue(item.identity));
  return items.map((item) => expandTransform(transform, item, scope));
}

/** A transform's text for one item. */
export function expandTransform(transform: string, item: Item, scope: Scope): string {
  const of = scope.metadataOf ?? refuse('Item lists are not understood here', scope.place);
  return transform.replace(METADATA, (_, __, name: string) => of(item, name));
}

function expandLists(text: string, scope: Scope): string {
  if (scope.items === undefined) return text;
  let out = '';
  let from = 0;
  for (let at = text.indexOf('@('); at >= 0; at = text.indexOf('@(', from)) {
    const end = closingParenthesis(text, at + 1);
    if (end < 0) return refuse(`“${text.slice(at).trim()}” has no closing parenthesis`, scope.place);
    const list = readList(text.slice(at + 2, end), scope.place);
    out += text.slice(from, at) + listTexts(list, scope).join(list.separator);
    from = end + 1;
  }
  return out + text.slice(from);
}

/** Metadata and properties, as for an item's Include, in which lists stay lists. */
export function expandScalars(text: string, scope: Scope): string {
  return expandProperties(expandMetadata(text, scope), scope);
}

/**
 * Replaces what the scope knows in a text: metadata, then properties, then lists, as MSBuild does.
 * @returns escaped.
 * @throws UserError `pcbuild/not-understood`
 */
export function expand(text: string, scope: Scope): string {
  return expandLists(expandScalars(text, scope), scope);
}

/** As {@link expand}, for where a value is used. */
export function expandFully(text: string, scope: Scope): string {
  return unescapeValue(expand(text, scope));
}
