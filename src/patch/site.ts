import type { Macros } from '../c/declared-macros.ts';
import type { Range } from '../c/source.ts';
import type { View } from '../c/view.ts';
import type { Params } from '../recipe/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { PointerCount } from './edits/struct-format.ts';

/** A place where an edit applies, as seen in one view. Offsets are those of the file. */
export interface Site {
  /** What the edit concerns as a whole: a statement with its else branches. */
  readonly extent: Range;
  /** What else decides what the place is: the statement that an expression is in. */
  readonly scope?: Range | undefined;
  readonly deletes: readonly Range[];
  /** Code put in before the token at `at`. */
  readonly inserts: readonly { readonly at: number; readonly text: string }[];
  /** Whole lines put in at an offset where a line starts or ends. */
  readonly raw?: readonly { readonly at: number; readonly text: string }[] | undefined;
  /** White space only: lines to indent less. Left out where other edits are in the way. */
  readonly dedents?: readonly Dedent[] | undefined;
  /** The place already is as the edit would make it. */
  readonly done?: boolean | undefined;
  /** It is so already, though nothing tells whether the edit made it so. */
  readonly unclear?: boolean | undefined;
  /** Code as the edit would make it, where it has nothing to do: it tells of the recipe if there is as much as it makes. */
  readonly noted?: boolean | undefined;
  /** In how many places of the edit it lies: what is made of it is made with the outermost. */
  readonly nested?: number | undefined;
  /** Names that are taken to be no macros that fall apart beside operators. */
  readonly taken?: readonly string[] | undefined;
  /** What was decided and why, for --explain. */
  readonly decision: string;
  /** Set when the place is meant but cannot be edited rightly: nothing is written then. */
  readonly problem?: Diagnostic | undefined;
}

/** Lines between two offsets, whose indentation `from` becomes `to`. */
export interface Dedent extends Range {
  readonly from: string;
  readonly to: string;
}

export interface FinderContext {
  readonly params: Params;
  /** C99 declarations anywhere in a block: CPython 3.6 and later. */
  readonly c99: boolean;
  /** Functions that the recipe knows to have no effect. */
  readonly pure: ReadonlySet<string>;
  /** Macros that the recipe declares. */
  readonly macros?: Macros | undefined;
  /** The texts of the recipe's files. */
  readonly texts: readonly string[];
  /** The pointers of a struct in the files that are looked at, by its name. */
  readonly pointers: (struct: string) => PointerCount | undefined;
}

/** A file that a recipe brings. */
export interface NewFile {
  readonly path: string;
  /** As latin1 bytes. */
  readonly text: string;
}

export interface Finder {
  /** An identifier that stands wherever the edit applies: what has none is not looked at. */
  readonly anchor: string;
  /** An identifier of what the edit makes: where it stands is looked whether the edit is made. */
  readonly madeAnchor?: string | undefined;
  readonly looksFor: string;
  /** The one function in which places count. */
  readonly within?: string | undefined;
  /** Macros that are defined, or are not: places that cannot be compiled then do not count. */
  readonly given?: Readonly<Record<string, boolean>> | undefined;
  readonly find: (view: View, context: FinderContext) => Site[];
}

/** How often an edit must match: `2`, `0..1`, `1..n` as bounds. */
export function bounds(times: string | number | undefined): { min: number; max: number } {
  const [low = '1', high] = String(times ?? 1).split('..');
  return {
    min: Number(low),
    max: high === undefined ? Number(low) : high === 'n' ? Number.POSITIVE_INFINITY : Number(high),
  };
}
