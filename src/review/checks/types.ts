import type { SyntaxCheck } from '../../builds/check-syntax.ts';
import type { Build } from '../../builds/types.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { Expectations, FileChange } from '../../patch/types.ts';
import type { CheckFinding, ReviewCheck, ReviewFile } from '../types.ts';
import type { ChangedNames } from './names.ts';

/** What the checks look at. */
export interface CheckInput {
  /** The series, in its order: each patch's `before` is the result of those before it. */
  readonly patches: readonly { readonly files: readonly FileChange[]; readonly expect: Expectations }[];
  /** The same as review has them. */
  readonly reviewed: readonly { readonly files: readonly ReviewFile[] }[];
  /** Made by recipes: what they yield was parsed under every touched `#if` (the verification ladder). */
  readonly generated: boolean;
  /** As it is before the series. */
  readonly tree: SourceTree;
  /** From `checkSyntax`, when the touched files were compiled. */
  readonly syntax?: readonly SyntaxCheck[] | undefined;
  /** Builds of both variants, a pair a target, when a run is at hand. */
  readonly builds?:
    | readonly { readonly target: string; readonly baseline: Build; readonly patched: Build }[]
    | undefined;
}

/** The same with what several checks ask of the whole series, worked out once. */
export interface SeriesInput extends CheckInput {
  /** A change a file: the first `before`, the last `after`. */
  readonly changes: readonly FileChange[];
  readonly names: ChangedNames;
}

/** What a check found; without findings and tables when there are none. */
export type Found = Pick<ReviewCheck, 'verdict' | 'summary'> & Partial<Pick<ReviewCheck, 'findings' | 'tables'>>;

/** @param line from 1. @param detail lines of code. */
export const finding = (
  severity: CheckFinding['severity'],
  message: string,
  file: string,
  line?: number,
  detail?: readonly string[],
): CheckFinding => ({ severity, message, place: { file, line }, detail });
