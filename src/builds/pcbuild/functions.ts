import path from 'node:path';
import type { Place } from '../../system/diagnostic.ts';
import { argumentText, DotnetGroup, DotnetMatch, type DotnetValue, DotnetVersion } from './dotnet-values.ts';
import { fullPath } from './files.ts';
import { type FunctionHost, refuse } from './scope.ts';

type Static = (args: readonly string[], host: FunctionHost, place: Place) => DotnetValue;

function number(text: string, place: Place): number {
  return /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : refuse(`“${text}” is not a number`, place);
}

const arithmetic =
  (how: (a: number, b: number) => number): Static =>
  ([a = '', b = ''], _, place) =>
    how(number(a, place), number(b, place));
/** Beyond 31 bits as well: JavaScript's operators stop there. */
const bitwise = (how: (a: bigint, b: bigint) => bigint) =>
  arithmetic((a, b) => Number(BigInt.asIntN(32, how(BigInt(a), BigInt(b)))));

const parseNumber: Static = ([text = ''], _, place) => number(text, place);
const parseVersion: Static = ([text = ''], _, place) =>
  DotnetVersion.parse(text) ?? refuse(`“${text}” is not a version`, place);

/** By `type::member` in small letters: how few and how many arguments, and what it does. Those that CPython's projects use, and their nearest relatives. */
const STATIC: Readonly<Record<string, readonly [least: number, most: number, does: Static]>> = {
  'system.io.path::getfullpath': [1, 1, ([file = ''], host) => fullPath(file, host.folder)],
  'system.io.path::getfilename': [1, 1, ([file = '']) => /[^\\/]*$/.exec(file)?.[0] ?? ''],
  'system.io.path::getfilenamewithoutextension': [1, 1, ([file = '']) => path.win32.parse(file).name],
  'system.io.path::getextension': [1, 1, ([file = '']) => path.win32.extname(file)],
  'system.io.path::getdirectoryname': [1, 1, ([file = '']) => path.win32.normalize(file.replace(/[\\/]+[^\\/]*$/, ''))],
  'system.io.path::combine': [
    2,
    4,
    (parts) =>
      parts.reduce((all, part) =>
        path.win32.isAbsolute(part) || all === '' ? part : all.endsWith('\\') ? all + part : `${all}\\${part}`,
      ),
  ],
  'system.io.file::readalltext': [
    1,
    1,
    ([file = ''], host, place) =>
      host.read(fullPath(file, host.folder)) ?? refuse(`${file} is read here, and does not exist`, place),
  ],
  'system.io.file::exists': [1, 1, ([file = ''], host) => host.exists(fullPath(file, host.folder))],
  'system.text.regularexpressions.regex::match': [
    2,
    2,
    ([text = '', pattern = ''], _, place) => new DotnetMatch(dotnetRegex(pattern, place).exec(text)),
  ],
  'system.text.regularexpressions.regex::ismatch': [
    2,
    2,
    ([text = '', pattern = ''], _, place) => dotnetRegex(pattern, place).test(text),
  ],
  'system.text.regularexpressions.regex::replace': [
    3,
    3,
    ([text = '', pattern = '', by = ''], _, place) =>
      text.replace(dotnetRegex(pattern, place, 'g'), dotnetReplacement(by, place)),
  ],
  'system.version::parse': [1, 1, parseVersion],
  'system.version::new': [1, 1, parseVersion],
  'system.int32::parse': [1, 1, parseNumber],
  'system.uint32::parse': [1, 1, parseNumber],
  'system.string::isnullorempty': [1, 1, ([text = '']) => text === ''],
  'system.string::concat': [1, 4, (parts) => parts.join('')],
  'msbuild::add': [2, 2, arithmetic((a, b) => a + b)],
  'msbuild::subtract': [2, 2, arithmetic((a, b) => a - b)],
  'msbuild::multiply': [2, 2, arithmetic((a, b) => a * b)],
  'msbuild::modulo': [2, 2, arithmetic((a, b) => a % b)],
  'msbuild::bitwiseor': [2, 2, bitwise((a, b) => a | b)],
  'msbuild::bitwiseand': [2, 2, bitwise((a, b) => a & b)],
  'msbuild::bitwisexor': [2, 2, bitwise((a, b) => a ^ b)],
  'msbuild::valueordefault': [2, 2, ([text = '', otherwise = '']) => text || otherwise],
  'msbuild::ensuretrailingslash': [1, 1, ([text = '']) => (text === '' || /[\\/]$/.test(text) ? text : `${text}\\`)],
  'msbuild::normalizepath': [1, 4, (parts, host) => fullPath(path.win32.join(...parts), host.folder)],
  'msbuild::isosplatform': [1, 1, ([name = '']) => name.toLowerCase() === 'windows'],
};

/** Calls `[type]::member(args)`. @throws UserError for a function that is not known. */
export function callStatic(
  type: string,
  member: string,
  args: readonly DotnetValue[],
  host: FunctionHost,
  place: Place,
): DotnetValue {
  const name = `[${type}]::${member}`;
  const [least = 0, most = 0, does] = STATIC[`${type}::${member}`.toLowerCase()] ?? [];
  if (does === undefined) return refuse(`The property function ${name} is not known`, place);
  if (args.length < least || args.length > most)
    refuse(`The property function ${name} is not known with ${args.length} arguments`, place);
  return does(args.map(argumentText), host, place);
}

/** What .NET writes otherwise than JavaScript, or JavaScript has not. */
const FOREIGN = /\(\?(?![:=!])|\\[AZzGpPkK]|\[[^\]]*-\[|\{,\d/;

/**
 * A .NET regular expression as one of JavaScript. Only `.` and `$` need another form: .NET's `.` stops at a line feed
 * alone, and its `$` matches before a last line feed.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
 */
function dotnetRegex(pattern: string, place: Place, flags = ''): RegExp {
  if (FOREIGN.test(pattern)) refuse(`The regular expression ${pattern} has a construct that is .NET's own`, place);
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '\\') {
      out += char + (pattern[++at] ?? '');
      continue;
    }
    if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    if (!inClass && char === '.') out += '[^\\n]';
    else if (!inClass && char === '$') out += '(?=\\n?(?![\\s\\S]))';
    else out += char;
  }
  try {
    return new RegExp(out, flags);
  } catch {
    return refuse(`The regular expression ${pattern} cannot be read`, place);
  }
}

/** A .NET replacement text, as far as JavaScript means the same by it. */
function dotnetReplacement(text: string, place: Place): string {
  if (/\$[{_+]/.test(text)) refuse(`The replacement ${text} has a construct that is .NET's own`, place);
  return text;
}

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
