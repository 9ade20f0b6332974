import path from 'node:path';
import type { Place } from '../../system/diagnostic.ts';
import { dotnetRegex, dotnetReplacement } from './dotnet-regex.ts';
import { argumentText, DotnetMatch, type DotnetValue, DotnetVersion } from './dotnet-values.ts';
import { refuse } from './refuse.ts';

/** What property functions may see beyond their arguments. */
export interface FunctionHost {
  /** A file's text; `undefined` when there is none. The path is absolute. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
  /** The project's folder, which relative paths are relative to. */
  readonly folder: string;
}

type Static = (args: readonly string[], host: FunctionHost, place: Place) => DotnetValue;

/** GetFullPath: `..` resolved, doubled backslashes made one, a backslash at the end kept. */
export function fullPath(text: string, folder: string): string {
  const resolved = path.win32.resolve(folder, text);
  return /[\\/]$/.test(text) && !resolved.endsWith('\\') ? `${resolved}\\` : resolved;
}

function number(text: string, place: Place): number {
  const value = /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(value) ? refuse(`“${text}” is not a number`, place) : value;
}

const arithmetic =
  (how: (a: number, b: number) => number): Static =>
  ([a = '', b = ''], _, place) =>
    how(number(a, place), number(b, place));
/** Beyond 31 bits as well: JavaScript's operators stop there. */
const bitwise =
  (how: (a: bigint, b: bigint) => bigint): Static =>
  ([a = '', b = ''], _, place) =>
    Number(BigInt.asIntN(32, how(BigInt(number(a, place)), BigInt(number(b, place)))));

const version = (text: string, place: Place) =>
  DotnetVersion.parse(text) ?? refuse(`“${text}” is not a version`, place);

/** By `type::member` in small letters. Those that CPython's projects use, and their nearest relatives. */
const STATIC: Readonly<Record<string, { readonly takes: readonly [number, number]; readonly does: Static }>> = {
  'system.io.path::getfullpath': { takes: [1, 1], does: ([file = ''], host) => fullPath(file, host.folder) },
  'system.io.path::getfilename': { takes: [1, 1], does: ([file = '']) => /[^\\/]*$/.exec(file)?.[0] ?? '' },
  'system.io.path::getfilenamewithoutextension': { takes: [1, 1], does: ([file = '']) => path.win32.parse(file).name },
  'system.io.path::getextension': { takes: [1, 1], does: ([file = '']) => path.win32.extname(file) },
  'system.io.path::getdirectoryname': {
    takes: [1, 1],
    does: ([file = '']) => path.win32.normalize(file.replace(/[\\/]+[^\\/]*$/, '')),
  },
  'system.io.path::combine': {
    takes: [2, 4],
    does: (parts) =>
      parts.reduce((all, part) =>
        path.win32.isAbsolute(part) || all === '' ? part : all.endsWith('\\') ? all + part : `${all}\\${part}`,
      ),
  },
  'system.io.file::readalltext': {
    takes: [1, 1],
    does: ([file = ''], host, place) =>
      host.read(fullPath(file, host.folder)) ?? refuse(`${file} is read here, and does not exist`, place),
  },
  'system.io.file::exists': { takes: [1, 1], does: ([file = ''], host) => host.exists(fullPath(file, host.folder)) },
  'system.text.regularexpressions.regex::match': {
    takes: [2, 2],
    does: ([text = '', pattern = ''], _, place) => new DotnetMatch(dotnetRegex(pattern, place).exec(text)),
  },
  'system.text.regularexpressions.regex::ismatch': {
    takes: [2, 2],
    does: ([text = '', pattern = ''], _, place) => dotnetRegex(pattern, place).test(text),
  },
  'system.text.regularexpressions.regex::replace': {
    takes: [3, 3],
    does: ([text = '', pattern = '', by = ''], _, place) =>
      text.replace(dotnetRegex(pattern, place, 'g'), dotnetReplacement(by, place)),
  },
  'system.version::parse': { takes: [1, 1], does: ([text = ''], _, place) => version(text, place) },
  'system.version::new': { takes: [1, 1], does: ([text = ''], _, place) => version(text, place) },
  'system.int32::parse': { takes: [1, 1], does: ([text = ''], _, place) => number(text, place) },
  'system.uint32::parse': { takes: [1, 1], does: ([text = ''], _, place) => number(text, place) },
  'system.string::isnullorempty': { takes: [1, 1], does: ([text = '']) => text === '' },
  'system.string::concat': { takes: [1, 4], does: (parts) => parts.join('') },
  'msbuild::add': { takes: [2, 2], does: arithmetic((a, b) => a + b) },
  'msbuild::subtract': { takes: [2, 2], does: arithmetic((a, b) => a - b) },
  'msbuild::multiply': { takes: [2, 2], does: arithmetic((a, b) => a * b) },
  'msbuild::modulo': { takes: [2, 2], does: arithmetic((a, b) => a % b) },
  'msbuild::bitwiseor': { takes: [2, 2], does: bitwise((a, b) => a | b) },
  'msbuild::bitwiseand': { takes: [2, 2], does: bitwise((a, b) => a & b) },
  'msbuild::bitwisexor': { takes: [2, 2], does: bitwise((a, b) => a ^ b) },
  'msbuild::valueordefault': { takes: [2, 2], does: ([text = '', otherwise = '']) => text || otherwise },
  'msbuild::ensuretrailingslash': {
    takes: [1, 1],
    does: ([text = '']) => (text === '' || /[\\/]$/.test(text) ? text : `${text}\\`),
  },
  'msbuild::normalizepath': {
    takes: [1, 4],
    does: (parts, host) => fullPath(path.win32.join(...parts), host.folder),
  },
  'msbuild::isosplatform': { takes: [1, 1], does: ([name = '']) => name.toLowerCase() === 'windows' },
};

/** Calls `[type]::member(args)`. @throws UserError for a function that is not known. */
export function callStatic(
  type: string,
  member: string,
  args: readonly DotnetValue[],
  host: FunctionHost,
  place: Place,
): DotnetValue {
  const found = STATIC[`${type}::${member}`.toLowerCase()];
  const name = `[${type}]::${member}`;
  if (found === undefined) return refuse(`The property function ${name} is not known`, place);
  if (args.length < found.takes[0] || args.length > found.takes[1])
    refuse(`The property function ${name} is not known with ${args.length} arguments`, place);
  return found.does(args.map(argumentText), host, place);
}
