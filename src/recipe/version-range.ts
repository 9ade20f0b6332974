import type { PythonVersion } from '../checkout/types.ts';

/** Why a range could not be read, and where in it. */
export class BadVersionRange extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

type Numbers = readonly number[];
interface Bound {
  readonly operator: '>=' | '>' | '<=' | '<' | '==' | '!=';
  readonly version: Numbers;
}

/** Alternatives of conjunctions: `>=2.6 <3.0 || 3.2 - 3.7`. */
export interface VersionRange {
  readonly text: string;
  readonly alternatives: readonly (readonly Bound[])[];
}

const LEVELS: Readonly<Record<string, number>> = { a: 10, b: 11, c: 12, rc: 12 };
const RANK: Readonly<Record<PythonVersion['level'], number>> = { alpha: 10, beta: 11, candidate: 12, final: 15 };
const VERSION = /(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(a|b|c|rc)(\d+))?/y;

/**
 * Reads `>=2.5 <3.11`, `2.6 - 3.7` (both ends included), `2.7`, `<3.0 || >=3.6`.
 * A version names all that it is a prefix of: `3.7` is every 3.7.x, and 3.11.0a1 is a 3.11, so not `<3.11`.
 * @throws BadVersionRange with the offset of what is wrong.
 */
export function parseVersionRange(text: string): VersionRange {
  const alternatives: Bound[][] = [];
  let offset = 0;
  for (const part of text.split('||')) {
    alternatives.push(parseConjunction(part, offset));
    offset += part.length + 2;
  }
  return { text, alternatives };
}

function parseConjunction(part: string, offset: number): Bound[] {
  const bounds: Bound[] = [];
  let at = 0;
  const skip = () => {
    while (part[at] === ' ' || part[at] === ',') at++;
  };
  const version = (): Numbers => {
    skip();
    VERSION.lastIndex = at;
    const m = VERSION.exec(part);
    if (m === null) throw new BadVersionRange('a version such as 3.9 is expected here', offset + at);
    at = VERSION.lastIndex;
    if (at < part.length && /[\w.]/.test(part[at] ?? '')) throw new BadVersionRange('not a version', offset + m.index);
    const numbers = [Number(m[1])];
    if (m[2] !== undefined) numbers.push(Number(m[2]));
    if (m[3] !== undefined) numbers.push(Number(m[3]));
    if (m[4] !== undefined) {
      while (numbers.length < 3) numbers.push(0);
      numbers.push(LEVELS[m[4]] ?? 0, Number(m[5]));
    }
    return numbers;
  };
  for (skip(); at < part.length; skip()) {
    const operator = /^(>=|<=|==|!=|>|<)/.exec(part.slice(at))?.[1] as Bound['operator'] | undefined;
    if (operator !== undefined) {
      at += operator.length;
      bounds.push({ operator, version: version() });
      continue;
    }
    const low = version();
    skip();
    if (part[at] === '-') {
      at++;
      bounds.push({ operator: '>=', version: low }, { operator: '<=', version: version() });
    } else bounds.push({ operator: '==', version: low });
  }
  if (bounds.length === 0) throw new BadVersionRange('a version range such as >=2.5 <3.11 is expected', offset);
  return bounds;
}

function compare(version: Numbers, bound: Numbers): number {
  for (const [i, b] of bound.entries()) {
    const d = (version[i] ?? 0) - b;
    if (d !== 0) return d;
  }
  return 0;
}

const HOLDS: Readonly<Record<Bound['operator'], (c: number) => boolean>> = {
  '>=': (c) => c >= 0,
  '>': (c) => c > 0,
  '<=': (c) => c <= 0,
  '<': (c) => c < 0,
  '==': (c) => c === 0,
  '!=': (c) => c !== 0,
};

export function inRange(range: VersionRange, version: PythonVersion): boolean {
  const v = [version.major, version.minor, version.micro, RANK[version.level], version.serial];
  return range.alternatives.some((bounds) => bounds.every((b) => HOLDS[b.operator](compare(v, b.version))));
}

/** Whether the version lies in the range `text`. @throws BadVersionRange */
export const isVersion = (text: string, version: PythonVersion): boolean => inRange(parseVersionRange(text), version);
