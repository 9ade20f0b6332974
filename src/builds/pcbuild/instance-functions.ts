import type { Place } from '../../system/diagnostic.ts';
import { argumentText, DotnetGroup, DotnetMatch, type DotnetValue, DotnetVersion } from './dotnet-values.ts';
import { refuse } from './scope.ts';

type Method = (text: string, args: readonly string[], place: Place) => DotnetValue;

/** Position or length, within the text: .NET throws where JavaScript would be lenient. */
function within(arg: string | undefined, most: number, place: Place): number {
  const value = Number(arg);
  if (!/^\d+$/.test(arg ?? '') || value > most) refuse(`${arg} is not a position in this text`, place);
  return value;
}

/** Without the characters, by default white space, at its ends. */
const trimmed =
  (start: boolean, end: boolean): Method =>
  (text, [chars = '']) => {
    const isGone = (char = '') => (chars === '' ? /\s/.test(char) : char !== '' && chars.includes(char));
    let [from, to] = [0, text.length];
    while (start && from < to && isGone(text[from])) from++;
    while (end && to > from && isGone(text[to - 1])) to--;
    return text.slice(from, to);
  };
const small: Method = (text) => text.toLowerCase();
const capital: Method = (text) => text.toUpperCase();

/** System.String's, by name in small letters: how few and how many arguments, and what it does. Comparisons are ordinal; the cultures that .NET asks agree for ASCII. */
const METHODS: Readonly<Record<string, readonly [least: number, most: number, does: Method]>> = {
  startswith: [1, 1, (text, [a = '']) => text.startsWith(a)],
  endswith: [1, 1, (text, [a = '']) => text.endsWith(a)],
  contains: [1, 1, (text, [a = '']) => text.includes(a)],
  indexof: [1, 1, (text, [a = '']) => text.indexOf(a)],
  lastindexof: [1, 1, (text, [a = '']) => text.lastIndexOf(a)],
  replace: [
    2,
    2,
    (text, [a = '', b = ''], place) =>
      a === '' ? refuse('An empty text cannot be replaced', place) : text.replaceAll(a, () => b),
  ],
  substring: [
    1,
    2,
    (text, [from, length], place) => {
      const start = within(from, text.length, place);
      const end = length === undefined ? text.length : start + within(length, text.length - start, place);
      return text.slice(start, end);
    },
  ],
  trim: [0, 1, trimmed(true, true)],
  trimstart: [0, 1, trimmed(true, false)],
  trimend: [0, 1, trimmed(false, true)],
  tolower: [0, 0, small],
  tolowerinvariant: [0, 0, small],
  toupper: [0, 0, capital],
  toupperinvariant: [0, 0, capital],
  tostring: [0, 0, (text) => text],
  split: [
    1,
    1,
    (text, [by = ''], place) => (by.length === 1 ? text.split(by) : refuse('Split is known with one character', place)),
  ],
};

const VERSION_PARTS = ['major', 'minor', 'build', 'revision'];

/** A property of a value, `.Name` without parentheses; `undefined` when it has none of the name. */
function property(value: DotnetValue, name: string): DotnetValue | undefined {
  if (value instanceof DotnetVersion) return value.parts[VERSION_PARTS.indexOf(name)];
  if (value instanceof DotnetMatch) {
    if (name === 'groups') return value.groups;
    if (name === 'value') return String(value);
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
  const [least = 0, most = -1, does] = METHODS[name] ?? [];
  const simple = typeof value === 'string' || (name === 'tostring' && !Array.isArray(value));
  if (does === undefined || !simple || args.length < least || args.length > most)
    return refuse(`The property function .${member} is not known with ${args.length} arguments`, place);
  return does(argumentText(value), args.map(argumentText), place);
}

/** `value[index]`. */
export function elementAt(value: DotnetValue, index: string, place: Place): DotnetValue {
  if (!Array.isArray(value) || !/^\d+$/.test(index)) return refuse(`[${index}] of something that is no list`, place);
  const list: readonly DotnetValue[] = value;
  return list[Number(index)] ?? refuse(`There is no element [${index}]`, place);
}
