import type { PatchHeader } from '../patch/read-header.ts';
import type { EditAccount, Origin, ParamValue, RecipeIdentity, Verdict } from '../patch/types.ts';
import type { Diagnostic, Place } from '../system/diagnostic.ts';

/** Start and end of a stretch of a row's text, in UTF-16 units. */
export type Mark = readonly [start: number, end: number];

export interface ReviewRow {
  readonly kind: 'context' | 'removed' | 'added';
  /** Counts from 1. A removed row has no `newLine`, an added one no `oldLine`. */
  readonly oldLine?: number | undefined;
  readonly newLine?: number | undefined;
  /** Decoded (see `ReviewFile.encoding`), without line end. Control characters are as they are: who renders shows them. */
  readonly text: string;
  /** How the line ends; empty at the end of a file that has no newline there. */
  readonly eol: '\n' | '\r\n' | '';
  /** The words that changed, where a removed row has an added one for counterpart; else empty. */
  readonly marks: readonly Mark[];
  /** Index of the counterpart in the hunk's rows: the two stand beside each other. */
  readonly pair?: number | undefined;
}

export interface ReviewHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** The function or the like that the hunk lies in; empty when the patch does not say. */
  readonly section: string;
  readonly rows: readonly ReviewRow[];
  /** Which edits of the recipe made it: `ReviewEdit.edit`. Empty when only a patch file is at hand. */
  readonly edits: readonly number[];
}

/** Whole texts before and after, decoded: for expanding the context, for syntax colours. Not part of the JSON. */
export interface FileContents {
  readonly before: string;
  readonly after: string;
}

export interface ReviewFile {
  /** The path afterwards, or before for a deleted file. Without `a/` and `b/`, unquoted, decoded. */
  readonly path: string;
  /** Where it was before, when that is another path. */
  readonly oldPath?: string | undefined;
  readonly status: 'modified' | 'added' | 'deleted' | 'renamed' | 'copied';
  /** `old mode`/`new mode` when they differ: `100644 → 100755`. */
  readonly mode?: string | undefined;
  /** Its contents are binary: no rows. */
  readonly binary: boolean;
  readonly encoding: 'utf-8' | 'latin-1';
  readonly eol: 'lf' | 'crlf' | 'mixed';
  readonly insertions: number;
  readonly deletions: number;
  readonly hunks: readonly ReviewHunk[];
  readonly contents?: FileContents | undefined;
}

/**
 * One edit of a recipe, as review tells it beside the hunks that it made. `edit` is its index in the recipe's `edits`
 * (people are shown it plus 1); `reason` is why that outcome.
 */
export type ReviewEdit = Omit<EditAccount, 'found'>;

/** One rung of the verification ladder (design/recipes). */
export interface ReviewEvidence {
  /** `applies` and `current` are of patch files: they apply to the checkout, and are what their recipes yield there. */
  readonly step:
    | 'matched'
    | 'gone'
    | 'parses'
    | 'idempotent'
    | 'reverses'
    | 'compiles'
    | 'builds'
    | 'tests'
    | 'applies'
    | 'current';
  /** For a person: `every edit matched as declared`. */
  readonly title: string;
  /** `not-done` says in `detail` how to do it. */
  readonly verdict: 'passed' | 'failed' | 'not-done' | 'not-applicable';
  readonly detail: string;
}

export interface ReviewPatch {
  /** The recipe's id, or the file's name. */
  readonly id: string;
  readonly title: string;
  /** The reason: the recipe's, or the mail's message. May have several paragraphs. */
  readonly why: string;
  readonly recipe?: RecipeIdentity | undefined;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** When it was read from a file that Forkwright wrote. */
  readonly header?: PatchHeader | undefined;
  /** Of a change that no recipe made: the patch file and its header, the commit, the ends of a range. */
  readonly origin?: Origin | undefined;
  /** Where it was read from; absent for one that was generated now. */
  readonly file?: string | undefined;
  /** `read`: from a file, nothing was generated. */
  readonly verdict: Verdict | 'read';
  /** For verdicts that come with no patch. */
  readonly reason?: string | undefined;
  readonly pythonVersion?: string | undefined;
  readonly base?: string | undefined;
  readonly sha256?: string | undefined;
  readonly files: readonly ReviewFile[];
  readonly insertions: number;
  readonly deletions: number;
  readonly buildOptions: readonly string[];
  /** Empty when only a file is at hand. */
  readonly edits: readonly ReviewEdit[];
  readonly evidence: readonly ReviewEvidence[];
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export interface CheckFinding {
  readonly severity: 'note' | 'warning' | 'error';
  readonly message: string;
  readonly place?: Place | undefined;
  readonly detail?: readonly string[] | undefined;
}

export interface ReviewCheck {
  readonly id: 'struct-layout' | 'abi' | 'other-users' | 'tests-touched' | 'if-coverage' | 'refcounts';
  readonly title: string;
  /** `failed`: one of the findings is an error; `attention`: a person should look; `not-done`: `summary` says what is missing. */
  readonly verdict: 'fine' | 'attention' | 'failed' | 'not-done';
  /** One sentence. */
  readonly summary: string;
  /** The worst first: errors, warnings, notes. */
  readonly findings: readonly CheckFinding[];
  readonly tables: readonly {
    readonly title: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

export interface ReviewRun {
  readonly id: string;
  readonly ok: boolean;
  /** The run's verdict, a sentence a line. */
  readonly lines: readonly string[];
  readonly targets: readonly {
    readonly name: string;
    /** `tests`, `start-up memory`, `instructions`, `speed`, `build`: what was found, in a few words. */
    readonly facts: readonly { readonly label: string; readonly value: string }[];
  }[];
}

/** What a person reads before a change is let in. Written as JSON (without `contents`), rendered from this alone. */
export interface Review {
  readonly schemaVersion: 1;
  readonly title: string;
  /** The tree that the patches are for; absent when only files are at hand. */
  readonly checkout?: CheckoutFacts | undefined;
  /** In the order in which they apply. */
  readonly patches: readonly ReviewPatch[];
  readonly checks: readonly ReviewCheck[];
  readonly run?: ReviewRun | undefined;
  readonly comparison?: ReviewComparison | undefined;
}

/**
 * How two hunks relate: `same` to the byte; `moved`: other line numbers only; `context`: what is removed and added is the
 * same, the lines around are not; `white-space`: in C, the same tokens and comments, set otherwise; `changed`: what is
 * removed or added differs.
 */
export type HunkStatus = 'same' | 'moved' | 'context' | 'white-space' | 'changed' | 'removed' | 'added';

export interface HunkComparison {
  readonly status: HunkStatus;
  readonly old?: ReviewHunk | undefined;
  readonly new?: ReviewHunk | undefined;
  /** For `context`, `white-space` and `changed`: the difference of the two hunks' lines, their own signs in front. */
  readonly rows: readonly ReviewRow[];
}

export type ChangeStatus = 'same' | 'context-only' | 'changed' | 'removed' | 'added';

export interface FileComparison {
  readonly path: string;
  /** On the old side, when it is another. */
  readonly oldPath?: string | undefined;
  readonly status: ChangeStatus;
  readonly hunks: readonly HunkComparison[];
}

export interface PatchComparison {
  readonly id: string;
  /** 1-based places in the two series; absent where it is not in one. */
  readonly oldIndex?: number | undefined;
  readonly newIndex?: number | undefined;
  /** Of the new side, or of the old when it went. */
  readonly title?: string | undefined;
  /** `ReviewPatch.sha256` of the two. */
  readonly oldSha256?: string | undefined;
  readonly newSha256?: string | undefined;
  readonly status: ChangeStatus;
  /** What differs of recipe version and hash, parameters, base, Python version, title and reason. */
  readonly facts: readonly { readonly label: string; readonly old: string; readonly new: string }[];
  readonly files: readonly FileComparison[];
}

/** Two reviews of the same thing: what changed since, or between two versions of CPython; a range-diff of two series. */
export interface ReviewComparison {
  readonly old: string;
  readonly new: string;
  /** In the order of the new series; those that went, where they were. */
  readonly patches: readonly PatchComparison[];
  readonly counts: Readonly<Record<ChangeStatus, number>>;
}

export interface CheckoutFacts {
  readonly label: string;
  readonly pythonVersion: string;
  /** `describeBase`'s sentence. */
  readonly base: string;
  /** Where it is in its repository: `vendor/cpython`; absent when it is all of it, or there is none. */
  readonly folder?: string | undefined;
}
