import type { PythonVersion } from './types.ts';

const LEVELS: Readonly<Record<string, PythonVersion['level']>> = {
  '0xA': 'alpha',
  '0xB': 'beta',
  '0xC': 'candidate',
  '0xF': 'final',
  PY_RELEASE_LEVEL_ALPHA: 'alpha',
  PY_RELEASE_LEVEL_BETA: 'beta',
  // "Gamma" is how CPython has called a release candidate since 1.5.2b2.
  PY_RELEASE_LEVEL_GAMMA: 'candidate',
  PY_RELEASE_LEVEL_FINAL: 'final',
};

export const VERSION_FILE = 'Include/patchlevel.h';

/** The value of an object-like macro: the first `#define NAME VALUE` outside of comments, or `undefined`. */
function macro(text: string, name: string): string | undefined {
  const found = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}[ \\t]+("[^"\\n]*"|[^\\s/]+)`, 'm').exec(text);
  return found?.[1];
}

/**
 * The version that `Include/patchlevel.h` states. Its layout has been the same since 1.5.2b2; the name of the level is
 * what CPython's own `PY_RELEASE_LEVEL_*` macros say.
 * @param text the file as latin1.
 * @returns `undefined` when a macro is missing or is not a number: this is not CPython's file.
 */
export function parseVersion(text: string): PythonVersion | undefined {
  const number = (name: string): number | undefined => {
    const value = macro(text, name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const major = number('PY_MAJOR_VERSION');
  const minor = number('PY_MINOR_VERSION');
  const micro = number('PY_MICRO_VERSION');
  const level = LEVELS[macro(text, 'PY_RELEASE_LEVEL') ?? ''];
  const version = macro(text, 'PY_VERSION');
  if (major === undefined || minor === undefined || micro === undefined || level === undefined) return undefined;
  if (version === undefined || !version.startsWith('"')) return undefined;
  return {
    major,
    minor,
    micro,
    level,
    serial: number('PY_RELEASE_SERIAL') ?? 0,
    text: version.slice(1, -1),
    short: `${major}.${minor}`,
  };
}

export const SHORT_LEVEL: Readonly<Record<PythonVersion['level'], string>> = {
  alpha: 'a',
  beta: 'b',
  candidate: 'rc',
  final: '',
};

/**
 * What the fork's maintainers appended to PY_VERSION: `cinder` of `3.8.5+cinder`, `r3` of `2.7.6r3`.
 * @returns `undefined` for what CPython itself writes, the `+` of a tree between two releases included.
 */
export function versionSuffix(version: PythonVersion): string | undefined {
  const { major, minor, micro } = version;
  const serial = version.level === 'final' ? '' : `${SHORT_LEVEL[version.level]}${version.serial}`;
  // Up to 2.5 the micro version 0 is not written, and candidates are "c1".
  const numbers = micro === 0 ? [`${major}.${minor}.0`, `${major}.${minor}`] : [`${major}.${minor}.${micro}`];
  for (const stem of numbers.flatMap((n) => [`${n}${serial}`, `${n}${serial.replace('rc', 'c')}`])) {
    if (!version.text.startsWith(stem)) continue;
    const rest = version.text.slice(stem.length);
    return rest === '' || rest === '+' ? undefined : rest.replace(/^[+.-]/, '');
  }
  return version.text;
}
