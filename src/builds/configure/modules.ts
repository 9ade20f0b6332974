import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { byCodeUnit } from '../../system/hash.ts';
import type { BuildPlan } from '../types.ts';

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
    '_blake2 _opcode _queue parser atexit future_builtins',
  ].flatMap((line) => line.split(' ')),
);

/** Modules that Modules/Setup of some versions forgets (3.0 – 3.2 name a file of `_md5` that is gone, and no `_sha1`), with their sources. */
const FORGOTTEN = {
  _json: '_json.c',
  future_builtins: 'future_builtins.c',
  _md5: 'md5module.c',
  _sha1: 'sha1module.c',
};

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
    if (name !== undefined && rest !== undefined && names.has(name)) add(name, rest);
  }
  for (const [name, source] of Object.entries(FORGOTTEN)) if (names.has(name)) add(name, source);
  return `*static*\n${[...chosen, ...more].join('\n')}\n`;
}

/** Says in the object folder which extension modules there are, before configure runs makesetup. What the tree does not know is left out. */
export async function writeModuleSetup(plan: BuildPlan, src: string, obj: string): Promise<void> {
  const { names, without = [], lines = [] } = plan.request.target.modules ?? {};
  const read = (name: string) => readFile(path.join(src, 'Modules', name), 'latin1').catch(() => undefined);
  const dist = await read('Setup.dist');
  const setup = dist ?? (await read('Setup')) ?? '';
  const folder = path.join(obj, 'Modules');
  const write = async (name: string, text: string) => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, name), text, 'latin1');
  };
  if (plan.request.options.modules === 'core') {
    const chosen = new Set([...(names ?? CORE_MODULES)].filter((name) => !without.includes(name)));
    const hasSource = (file: string) => existsSync(path.join(src, 'Modules', file));
    await write('Setup.local', coreSetup(setup, hasSource, chosen, lines));
  }
  if (without.length === 0) return;
  // What is turned on in the tree: up to 3.7 in a copy that configure does not make when there is one.
  const off = new RegExp(`^(?=(?:${without.join('|')})[ \\t])`, 'gm');
  if (dist !== undefined) await write('Setup', dist.replace(off, '#'));
}

/** The headings under which CPython's build lists modules that it did not make, 2.6 - 3.14; 2.5 tells of none. */
const HEADINGS: readonly RegExp[] = [
  // 2.6: "Failed to find the necessary bits to build these modules:"; 2.7: "… but the necessary bits to build these modules
  // were not found:"; 3.x: "The necessary bits to build these optional modules were not found:".
  /necessary bits to build these (?:optional )?modules(?: were not found)?:/,
  /^Failed to build these modules:/,
  /^Following modules built successfully but were removed because they could not be imported:/,
];

export function missingModules(log: string): readonly string[] {
  const found = new Set<string>();
  let listing = false;
  for (const line of log.split('\n')) {
    if (HEADINGS.some((heading) => heading.test(line))) {
      listing = true;
      continue;
    }
    // Names stand in columns; the first line that is anything else ends the list.
    const names = line.trim().split(/\s+/);
    if (listing && names.every((name) => /^\w+$/.test(name))) for (const name of names) found.add(name);
    else listing = false;
  }
  return [...found].sort(byCodeUnit);
}
