/**
 * CPython's release tags from 2.5 to 3.14, made from a compact table: as the release schedules (PEP 356, 361, 373, 375,
 * 392, 398, 429, 478, 494, 537, 569, 596, 619, 664, 693, 719, 745) and the tags of github.com/python/cpython have them at the
 * end of 2025, to the best of knowledge. One more or less changes no conclusion.
 */
import type { PythonVersion } from '../../../src/checkout/types.ts';

/** Alphas, betas and candidates before X.Y.0; the last X.Y.Z; candidates of X.Y.Z by Z. */
type Series = readonly [name: string, alphas: number, betas: number, candidates: number, last: number, of: string];

const SERIES: readonly Series[] = [
  ['2.5', 2, 3, 2, 6, '1 2 3 4 5 5 6'],
  ['2.6', 3, 3, 2, 9, '2 3 4 4 5 5 6 6 7 7 8 8 9'],
  ['2.7', 4, 2, 2, 18, '1 2 3 3 4 6 7 9 10 11 12 13 14 15 16 17 18'],
  ['3.0', 5, 3, 3, 1, ''],
  ['3.1', 2, 1, 2, 5, '1 2 3 4 5 5'],
  ['3.2', 4, 2, 3, 6, '1 1 2 3 3 4 6'],
  ['3.3', 4, 2, 3, 7, '1 3 3 4 6 7'],
  ['3.4', 4, 3, 3, 10, '1 2 3 4 5 6 7 8 9 10'],
  ['3.5', 4, 4, 4, 10, '1 2 3 4 5 6 7 8 8 10'],
  ['3.6', 4, 4, 2, 15, '1 2 2 3 4 5 6 7 7 8 9 10'],
  ['3.7', 4, 5, 1, 17, '1 1 2 3 4 4 5 6 7'],
  ['3.8', 4, 4, 1, 20, '1 2 2 3 4 6 7'],
  ['3.9', 6, 5, 2, 25, '1 2'],
  ['3.10', 7, 4, 2, 19, ''],
  ['3.11', 7, 5, 2, 14, ''],
  ['3.12', 7, 4, 3, 12, ''],
  ['3.13', 6, 4, 3, 11, ''],
  ['3.14', 7, 4, 3, 2, ''],
];

/** All tags, oldest series first. */
export function releaseTags(): readonly PythonVersion[] {
  return SERIES.flatMap(([short, alphas, betas, candidates, last, of]) => {
    const micros = of === '' ? [] : of.split(' ').map(Number);
    const before = [
      ...numbered(alphas).map((serial) => version(short, 0, 'alpha', serial)),
      ...numbered(betas).map((serial) => version(short, 0, 'beta', serial)),
      ...numbered(candidates).map((serial) => version(short, 0, 'candidate', serial)),
    ];
    const releases = numbered(last + 1).flatMap((n) => {
      const micro = n - 1;
      const tried = micros.filter((one) => one === micro).map((_, i) => version(short, micro, 'candidate', i + 1));
      return [...tried, version(short, micro, 'final', 0)];
    });
    return [...before, ...releases];
  });
}

const numbered = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const LETTERS = { alpha: 'a', beta: 'b', candidate: 'rc', final: '' } as const;

function version(short: string, micro: number, level: PythonVersion['level'], serial: number): PythonVersion {
  const [major = 0, minor = 0] = short.split('.').map(Number);
  const text = `${short}.${micro}${LETTERS[level]}${level === 'final' ? '' : serial}`;
  return { major, minor, micro, level, serial, text, short };
}
