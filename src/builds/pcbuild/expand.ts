import type { Place } from '../../system/diagnostic.ts';
import { type DotnetValue, valueText } from './dotnet-values.ts';
import { callMember, callStatic, elementAt } from './functions.ts';
import {
  closingParenthesis,
  escapeValue,
  type Item,
  refuse,
  type Scope,
  splitOutside,
  unescapeValue,
} from './scope.ts';

const NAME = /^[A-Za-z_][\w-]*/;
export const METADATA = /%\(\s*(?:([A-Za-z_][\w-]*)\s*\.\s*)?([A-Za-z_][\w-]*)\s*\)/g;

/**
 * A text with each `$(…)` or `@(…)` replaced.
 * @param inside is given what is between the parentheses. @param outside what is between two of them.
 */
function replaced(
  text: string,
  open: '$(' | '@(',
  place: Place,
  inside: (body: string) => string,
  outside = (part: string) => part,
): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, from)) {
    const end = closingParenthesis(text, at + 1);
    if (end < 0) return refuse(`“${text.slice(at).trim()}” has no closing parenthesis`, place);
    out += outside(text.slice(from, at)) + inside(text.slice(at + 2, end));
    from = end + 1;
  }
  return out + outside(text.slice(from));
}

/** Metadata in the transforms of `@(…)` are of the list's items, not of the scope. */
function expandMetadata(text: string, { metadata, place }: Scope): string {
  if (metadata === undefined) return text;
  const outside = (part: string) =>
    part.replace(METADATA, (_, type: string | undefined, name: string) => metadata(name, type));
  return replaced(text, '@(', place, (body) => `@(${body})`, outside);
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

/** What is between the parentheses of `$(…)`. A text that comes back is escaped; other values are as they are. */
function propertyValue(body: string, scope: Scope): DotnetValue {
  const { place } = scope;
  if (body === '') return '';
  if (/^registry:/i.test(body)) return scope.registry(expandProperties(body.slice('registry:'.length), scope));
  let at = 0;
  const name = () => {
    const found = NAME.exec(body.slice(at))?.[0] ?? refuse(`$(${body}) cannot be read`, place);
    at += found.length;
    return found;
  };
  /** `(…)`, or nothing. */
  const call = () => {
    if (body[at] !== '(') return undefined;
    const end = closingParenthesis(body, at);
    if (end < 0) return refuse(`$(${body}) has no closing parenthesis`, place);
    const args = argumentsOf(body.slice(at + 1, end), scope);
    at = end + 1;
    return args;
  };
  let value: DotnetValue;
  if (body.startsWith('[')) {
    const end = body.indexOf(']::');
    if (end < 0) return refuse(`$(${body}) cannot be read`, place);
    at = end + ']::'.length;
    const member = name();
    const args = call() ?? refuse(`The property function $(${body}) is not known`, place);
    value = callStatic(body.slice(1, end).trim(), member, args, scope.host, place);
  } else {
    const property = scope.property(name());
    if (at === body.length) return property;
    value = unescapeValue(property);
  }
  // `.member`, `.member(args)` and `[index]`, one after another.
  while (at < body.length) {
    if (body[at] === '.') {
      at++;
      const member = name();
      value = callMember(value, member, call(), place);
    } else if (body[at] === '[') {
      const end = body.indexOf(']', at);
      value = elementAt(value, body.slice(at + 1, Math.max(end, at + 1)).trim(), place);
      at = end + 1;
    } else return refuse(`$(${body}) cannot be read from “${body.slice(at)}” on`, place);
  }
  return typeof value === 'string' ? escapeValue(value) : value;
}

/** Replaces all `$(…)` in a text. */
function expandProperties(text: string, scope: Scope): string {
  return replaced(text, '$(', scope.place, (body) => {
    const value = propertyValue(body, scope);
    return typeof value === 'string' ? value : valueText(value);
  });
}

const LIST = /^\s*([A-Za-z_][\w-]*)\s*(?:->\s*'([^']*)'\s*)?(?:,\s*'([^']*)'\s*)?$/;

/**
 * What is between the parentheses of `@(Type)`, `@(Type, 'separator')`, `@(Type->'transform')`,
 * `@(Type->'transform', 'separator')`.
 * @throws UserError for item functions (`->Distinct()`).
 */
export function readList(body: string, place: Place) {
  const match = LIST.exec(body);
  if (match === null) return refuse(`The item list @(${body}) cannot be read`, place);
  const [, type = '', transform, separator = ';']: readonly (string | undefined)[] = match;
  return { type, transform, separator };
}

export function expandTransform(transform: string, item: Item, { metadataOf }: Scope): string {
  return transform.replace(METADATA, (_, __, name: string) => metadataOf(item, name));
}

/** The identities of a list's items, or what the transform makes of each; escaped. */
function expandLists(text: string, scope: Scope): string {
  const { items, place } = scope;
  if (items === undefined) return text;
  return replaced(text, '@(', place, (body) => {
    const { type, transform, separator } = readList(body, place);
    const texts = items(type).map((item) =>
      transform === undefined ? escapeValue(item.identity) : expandTransform(transform, item, scope),
    );
    return texts.join(separator);
  });
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
