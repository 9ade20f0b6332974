import type { PatchHunk } from '../../diff/types.ts';

/** One run of changed lines: lines `start` to `end` (from 0, end excluded) become `inserted`. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly inserted: readonly string[];
}

export interface OldHunk {
  readonly hunk: PatchHunk;
  /** Context included, lines from 0. */
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

/** What a hunk wants in the new tree: lines from 0 of the file as it is now. */
export interface Placement extends Piece {
  readonly file: string;
}

export type HowPlaced = 'exact' | 'three-way' | 'structure' | 'already-there';

/** A place that a person may look at. */
export interface Candidate {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Share of the hunk's old lines that stand there, 0 to 1. */
  readonly similarity: number;
  readonly text: string;
}

/** What became of one hunk, or of a file's creation, removal, renaming or mode. */
export interface PortedHunk {
  /** The patch file's name, and the line in it. */
  readonly patch: string;
  readonly patchLine: number;
  /** In the tree that the patch was made for; the line is the first one that changes, from 1. */
  readonly oldFile: string;
  readonly oldLine: number;
  /** The function or declaration that holds it, `top level`, … */
  readonly within: string;
  readonly outcome: HowPlaced | 'needs-a-person';
  readonly newFile?: string | undefined;
  readonly newLine?: number | undefined;
  readonly notes: readonly string[];
  /** Why it was not placed: one for each way that was tried. */
  readonly reasons: readonly string[];
  readonly candidates: readonly Candidate[];
  /** The hunk as it stands in the old patch; empty when it was placed. */
  readonly quote: readonly string[];
}

export interface PortedPatch {
  readonly name: string;
  readonly hunks: readonly PortedHunk[];
  /** Every hunk is placed or already there. */
  readonly complete: boolean;
  /** The patch file of what was placed, as latin1; empty when there is nothing to change. */
  readonly text: string;
  /** The rest, in its old form; empty when complete. */
  readonly rejected: string;
  readonly insertions: number;
  readonly deletions: number;
}

export interface PortResult {
  readonly patches: readonly PortedPatch[];
  readonly complete: boolean;
}
