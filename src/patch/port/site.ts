import type { LineRange } from './lines.ts';

/** Where a line is, apart from its number: what must be the same in the old file and the new. */
export interface Site {
  /** Names of the function, struct, macro … around it, as `f()` or `struct S`; empty outside of all. One in common is enough. */
  readonly keys: readonly string[];
  /** Outside of all: what stands before and after. `undefined` where the language is not known. */
  readonly near?: { readonly before: string; readonly after: string } | undefined;
  /** The conditions of the `#if`s around it, outermost first; in Python of the statements around its outermost function or class. */
  readonly conditions: readonly string[];
  /** The statements around it, outermost first: `if (x)`, `case 3:`, or that it stands in the middle of one. */
  readonly block: string;
  /** What the place is to the compiler: a line of code that came into a comment is no code any more. */
  readonly kind: SiteKind;
}

export type SiteKind = 'code' | 'comment' | 'string';

export interface Outline {
  /** The site of a line of the file, from 0. */
  line(index: number): Site;
  /**
   * The site of what is inserted before a line.
   * @param inserted the lines that are inserted: in Python their indentation says where they belong.
   */
  gap(index: number, inserted: readonly string[]): Site;
  /** The stretches of lines that one of the keys names. */
  regions(keys: readonly string[]): readonly LineRange[];
}

/** For messages: `frame_dealloc()`, `top level`. */
export function describeSite(site: Site): string {
  return site.keys[0] ?? 'top level';
}

const KINDS = { code: 'code', comment: 'in a comment', string: 'in a string' } as const;

/**
 * Why two places do not correspond, or `undefined` when they do.
 * @param block whether the statements around must be the same, too.
 */
export function siteDifference(old: Site, now: Site, block: boolean): string | undefined {
  if (old.keys.length === 0 ? now.keys.length > 0 : !old.keys.some((key) => now.keys.includes(key)))
    return `it is in ${describeSite(now)}, not in ${describeSite(old)}`;
  if (old.keys.length === 0 && old.near !== undefined && now.near !== undefined) {
    const { before, after } = old.near;
    if (before !== now.near.before && after !== now.near.after)
      return `it is between ${now.near.before} and ${now.near.after}, not between ${before} and ${after}`;
  }
  if (old.conditions.join('\n') !== now.conditions.join('\n')) {
    const say = (c: readonly string[]) => (c.length === 0 ? 'no condition' : c.join(' / '));
    return `it is under ${say(now.conditions)}, not under ${say(old.conditions)}`;
  }
  if (old.kind !== now.kind) return `it is ${KINDS[now.kind]}, not ${KINDS[old.kind]}`;
  return block && old.block !== now.block ? `the statement around it is "${now.block}", not "${old.block}"` : undefined;
}
