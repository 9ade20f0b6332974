import type { Located } from '../../diff/locate.ts';
import type { FileTransition } from '../../diff/write.ts';
import { filePatchText, hunkLines } from '../../diff/write.ts';
import type { Context } from '../../system/context.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import type { Change, Files, TreeFile } from './files.ts';
import type { Moves } from './find-file.ts';
import type { Candidate, PortedHunk } from './types.ts';

/** What became of one file of a patch; problems when the patch does not fit the tree that it was made for. */
export type PortedFile =
  | { readonly problems: readonly Diagnostic[] }
  | {
      readonly hunks: readonly PortedHunk[];
      readonly transitions: readonly FileTransition[];
      /** What the patch makes of the tree that it was made for. */
      readonly oldChanges: readonly Change[];
      readonly newChanges: readonly Change[];
      /** The hunks that were not placed, as a diff. */
      readonly rejected: string;
    };

export type Mode = TreeFile['mode'];

export const modeOf = (mode: string | undefined): Mode | undefined =>
  mode === '100755' || mode === '100644' ? mode : undefined;

/** One file's part of a patch, and where it is to go. */
export interface Job {
  readonly patch: string;
  readonly located: Located;
  readonly old: TreeFile;
  readonly to: Files;
  readonly moves: Moves | undefined;
  readonly ctx: Pick<Context, 'env' | 'signal'>;
}

/** The result but for what the patch makes of the old tree. */
export type Rest = Omit<Extract<PortedFile, { hunks: unknown }>, 'oldChanges'>;

/** A row of the report for what is not a hunk: a file that comes, goes, or changes its name or mode. */
export function row(
  patch: string,
  located: Located,
  what: Pick<PortedHunk, 'outcome'> & Partial<Pick<PortedHunk, 'newFile' | 'notes' | 'reasons' | 'candidates'>>,
): PortedHunk {
  return {
    patch,
    patchLine: located.patch.line,
    oldFile: located.old ?? located.now ?? '',
    oldLine: 1,
    within: 'the file',
    quote: what.outcome === 'needs-a-person' ? located.patch.hunks.flatMap(hunkLines) : [],
    newLine: what.newFile === undefined ? undefined : 1,
    notes: [],
    reasons: [],
    candidates: [],
    ...what,
  };
}

/** A file's whole part of the patch is left for a person. */
export function leftToPerson(patch: string, located: Located, reasons: string[], candidates: Candidate[] = []): Rest {
  return {
    ...NONE,
    rejected: filePatchText(located, located.patch.hunks),
    hunks: [row(patch, located, { outcome: 'needs-a-person', reasons, candidates })],
  };
}

/** The patch does not fit the tree that it was made for. */
export function notForThis(message: string, place: Place, hint?: string): PortedFile {
  return { problems: [{ code: 'patch/not-for-this', message, place, hint }] };
}
export const NOT_YET = '--from must be the tree that the patch was made for, without the patch';

/** Nothing to write. */
export const NONE = { transitions: [], newChanges: [], rejected: '' } as const;
