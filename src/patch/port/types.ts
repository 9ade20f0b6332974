import type { PatchHunk } from '../../diff/types.ts';
import type { Context } from '../../system/context.ts';
import type { Files } from './files.ts';
import type { TextFile } from './lines.ts';

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

/** A file of the old tree, and what it is in the new one. */
export interface FilePair {
  readonly old: TextFile;
  /** The old file with the whole patch. */
  readonly after: TextFile;
  /** `undefined` when the new tree has no such file. */
  readonly now: TextFile | undefined;
  readonly tree: Files;
  readonly ctx: Pick<Context, 'env' | 'signal'>;
}

export type HowPlaced =
  | 'exact'
  | 'three-way'
  | 'structure'
  | 'already-there'
  | 'merge'
  | 'unique'
  | 'beside'
  | 'words'
  | 'resolved';

/**
 * How sure a place is. `proven`: it can be shown that the change belongs there. `likely`: evidence of the whole file, and nothing
 * that speaks against it. `upstream`: what it makes stands there. `conflict`: the place is known, what is to stand there is not.
 * `gone`: what it changes is not there.
 */
export type Grade = 'proven' | 'likely' | 'upstream' | 'conflict' | 'gone';

/** What goes into the result. */
export type Accept = 'proven' | 'likely';

/** A place that a person may look at. */
export interface Candidate {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Share of the hunk's old lines that stand there, 0 to 1. */
  readonly similarity: number;
  readonly text: string;
}

/** What became of one change (a run of changed lines), or of a file's creation, removal, renaming or mode. */
export interface PortedChange {
  /** The patch file's name, and the line in it. */
  readonly patch: string;
  readonly patchLine: number;
  /** In the tree that the patch was made for; the line is the first one that changes, from 1. */
  readonly oldFile: string;
  readonly oldLine: number;
  /** The function or declaration that holds it, `top level`, … */
  readonly within: string;
  readonly grade: Grade;
  readonly outcome: HowPlaced | 'needs-a-person';
  /** What shows that it belongs there, where that is not proven. */
  readonly evidence?: string | undefined;
  readonly newFile?: string | undefined;
  readonly newLine?: number | undefined;
  readonly notes: readonly string[];
  /** Why it was not placed: one for each way that was tried. */
  readonly reasons: readonly string[];
  readonly candidates: readonly Candidate[];
  /** The change as it stands in the old patch; empty when it was placed. */
  readonly quote: readonly string[];
}

/** A file of the new tree as a person gets it to finish: what was placed, and conflicts between the marks of `git merge`. */
export interface Unfinished {
  readonly path: string;
  /** As latin1, in the file's own line ends. */
  readonly text: string;
  readonly conflicts: readonly Conflict[];
}

/** One stretch between marks: lines of `text`, from 0, the marks included. */
export interface Conflict {
  /** What it is told by in another version: the three texts, the path aside. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

export interface PortedPatch {
  readonly name: string;
  readonly changes: readonly PortedChange[];
  /** Every change is placed or already there. */
  readonly complete: boolean;
  /** The patch file of what was placed, as latin1; empty when there is nothing to change. */
  readonly text: string;
  /** The rest, in its old form; empty when complete. */
  readonly rejected: string;
  /** Files in which a person has something to do; the tree is that after the patches before this one. */
  readonly unfinished: readonly Unfinished[];
  readonly insertions: number;
  readonly deletions: number;
}

export interface PortResult {
  readonly patches: readonly PortedPatch[];
  readonly complete: boolean;
}
