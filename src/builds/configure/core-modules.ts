import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The extension modules of `--modules core`: what pybench, the benchmark workers and CPython's quick tests import, all
 * without libraries from outside. They are linked into the interpreter by the tree's own Modules/Setup lines, uncommented
 * in Setup.local; setup.py, which compiles sixty modules one after another in 2.x, is not run. A name that a version does
 * not know is left out.
 */
export const CORE_MODULES: ReadonlySet<string> = new Set(
  [
    'array cmath math _struct time operator _operator _random _collections _heapq itertools strop _functools _bisect',
    '_io _locale datetime _datetime _pickle cPickle cStringIO _json _csv _statistics _contextvars _weakref binascii',
    'unicodedata fcntl select _socket resource termios grp _posixsubprocess _md5 _sha _sha1 _sha2 _sha256 _sha512 _sha3',
    '_blake2 _opcode _queue parser',
  ].flatMap((line) => line.split(' ')),
);

/** Modules that Modules/Setup of some versions forgets, by source file. */
const FORGOTTEN: readonly { readonly name: string; readonly source: string }[] = [
  { name: '_json', source: '_json.c' },
  { name: 'future_builtins', source: 'future_builtins.c' },
];

/** A commented module line: `#math mathmodule.c _math.c # -lm # math library functions`. */
const COMMENTED = /^#\s?(?<name>[A-Za-z_]\w*)\s+(?<rest>[^#]*\.c\b[^#]*)/;

/**
 * The Setup.local that links the core modules into the interpreter.
 * @param setup the text of Modules/Setup.dist or Modules/Setup.
 * @param hasSource whether a file is in Modules/.
 * @param more lines to add as they are.
 */
export function coreSetup(
  setup: string,
  hasSource: (file: string) => boolean,
  names: ReadonlySet<string> = CORE_MODULES,
  more: readonly string[] = [],
): string {
  const lines = setup.split('\n');
  const known = new Set(lines.map((line) => /^[A-Za-z_]\w*(?= )/.exec(line)?.[0]));
  const chosen: string[] = [];
  const add = (name: string, rest: string) => {
    // makesetup takes every line with "=" for a variable; a line that goes on below is none of the core's; and 2.7 lists
    // modules of 3.x, without their sources.
    const sources = rest.split(/\s+/).filter((word) => word.endsWith('.c'));
    if (known.has(name) || rest.includes('=') || rest.includes('\\') || !sources.every(hasSource)) return;
    known.add(name);
    chosen.push(`${name} ${rest.trim()}`);
  };
  for (const line of lines) {
    const { name, rest } = COMMENTED.exec(line)?.groups ?? {};
    if (name === undefined || rest === undefined || !names.has(name)) continue;
    add(name, rest);
  }
  for (const { name, source } of FORGOTTEN) add(name, source);
  return `*static*\n${[...chosen, ...more].join('\n')}\n`;
}

/** As `coreSetup`, for the sources in a folder `Modules`. */
export function setupLocal(
  setup: string,
  names: ReadonlySet<string>,
  more: readonly string[],
  modules: string,
): string {
  return coreSetup(setup, (file) => existsSync(path.join(modules, file)), names, more);
}
