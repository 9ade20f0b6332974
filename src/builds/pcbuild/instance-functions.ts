import type { Place } from '../../system/diagnostic.ts';
import { argumentText, DotnetGroup, DotnetMatch, type DotnetValue, DotnetVersion } from './dotnet-values.ts';
import { refuse } from './refuse.ts';

type Method = (text: string, args: readonly string[], place: Place) => DotnetValue;

/** Position or length, within the text: .NET throws where JavaScript would be lenient. */
function within(arg: string | undefined, most: number, place: Place): number {
  const value = Number(arg);
  if (!/^\d+$/.test(arg ?? '') || value > most) refuse(`${arg} is not a position in this text`, place);
  return value;
}

function trimmed(text: string, chars: string | undefined, start: boolean, end: boolean): string {
  const isGone = (char: string | undefined) =>
    char !== undefined && (chars === undefined || chars === '' ? /\s/.test(char) : chars.includes(char));
  let from = 0;
  let to = text.length;
  while (start && from < to && isGone(text[from])) from++;
  while (end && to > from && isGone(text[to - 1])) to--;
  return text.slice(from, to);
}

/** System.String's, by name in small letters. Comparisons are ordinal; the cultures that .NET asks agree for ASCII. */
const METHODS: Readonly<Record<string, { readonly takes: readonly [number, number]; readonly does: Method }>> = {
  startswith: { takes: [1, 1], does: (text, [a = '']) => text.startsWith(a) },
  endswith: { takes: [1, 1], does: (text, [a = '']) => text.endsWith(a) },
  contains: { takes: [1, 1], does: (text, [a = '']) => text.includes(a) },
  indexof: { takes: [1, 1], does: (text, [a = '']) => text.indexOf(a) },
  lastindexof: { takes: [1, 1], does: (text, [a = '']) => text.lastIndexOf(a) },
  replace: {
    takes: [2, 2],
    does: (text, [a = '', b = ''], place) =>
      a === '' ? refuse('An empty text cannot be replaced', place) : text.replaceAll(a, () => b),
  },
  substring: {
    takes: [1, 2],
    does: (text, [from, length], place) => {
      const start = within(from, text.length, place);
      return length === undefined
        ? text.slice(start)
        : text.slice(start, start + within(length, text.length - start, place));
    },
  },
  trim: { takes: [0, 1], does: (text, [chars]) => trimmed(text, chars, true, true) },
  trimstart: { takes: [0, 1], does: (text, [chars]) => trimmed(text, chars, true, false) },
  trimend: { takes: [0, 1], does: (text, [chars]) => trimmed(text, chars, false, true) },
  tolower: { takes: [0, 0], does: (text) => text.toLowerCase() },
  tolowerinvariant: { takes: [0, 0], does: (text) => text.toLowerCase() },
  toupper: { takes: [0, 0], does: (text) => text.toUpperCase() },
  toupperinvariant: { takes: [0, 0], does: (text) => text.toUpperCase() },
  tostring: { takes: [0, 0], does: (text) => text },
  split: {
    takes: [1, 1],
    does: (text, [by = ''], place) =>
      by.length === 1 ? text.split(by) : refuse('Split is known with one character', place),
  },
};

const VERSION_PARTS = ['major', 'minor', 'build', 'revision'];

/** A property of a value, `.Name` without parentheses; `undefined` when it has none of the name. */
function property(value: DotnetValue, name: string): DotnetValue | undefined {
  if (value instanceof DotnetVersion) return value.parts[VERSION_PARTS.indexOf(name)];
  if (value instanceof DotnetMatch) {
    if (name === 'groups') return value.groups.map((group) => new DotnetGroup(group));
    if (name === 'value') return value.groups[0] ?? '';
    return name === 'success' ? value.success : undefined;
  }
  if (value instanceof DotnetGroup) return name === 'value' ? value.value : undefined;
  return (typeof value === 'string' || Array.isArray(value)) && name === 'length' ? value.length : undefined;
}

/**
 * `value.member` or `value.member(args)`.
 * @param args not given: a property is asked, no method.
 * @throws UserError for a member that is not known.
 */
export function callMember(
  value: DotnetValue,
  member: string,
  args: readonly DotnetValue[] | undefined,
  place: Place,
): DotnetValue {
  const name = member.toLowerCase();
  if (args === undefined)
    return property(value, name) ?? refuse(`The property function member .${member} is not known`, place);
  const found = METHODS[name];
  const simple = typeof value === 'string' || (name === 'tostring' && !Array.isArray(value));
  if (found === undefined || !simple || args.length < found.takes[0] || args.length > found.takes[1])
    return refuse(`The property function .${member} is not known with ${args.length} arguments`, place);
  return found.does(argumentText(value), args.map(argumentText), place);
}

/** `value[index]`. */
export function elementAt(value: DotnetValue, index: string, place: Place): DotnetValue {
  if (!Array.isArray(value) || !/^\d+$/.test(index)) return refuse(`[${index}] of something that is no list`, place);
  const list: readonly DotnetValue[] = value;
  return list[Number(index)] ?? refuse(`There is no element [${index}]`, place);
}
