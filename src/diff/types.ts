/** A line of a hunk with its line break; without one, it is the unterminated last line of a file. */
export interface HunkLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Which lines of both files a hunk has. Line numbers from 1; of an empty side, that of the line before it. */
export interface HunkRange {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
}

export interface PatchHunk extends HunkRange {
  readonly lines: readonly HunkLine[];
  /** The line of `@@` in the patch file. */
  readonly line: number;
  /** What follows the second `@@`, as diff found it: not relied on. */
  readonly section: string;
}

/** What a patch says of one file. Paths as written, prefixes (`a/`) included; `undefined` for /dev/null. */
export interface FilePatch {
  readonly oldPath: string | undefined;
  readonly newPath: string | undefined;
  /** The name of the side that is not there, where it has one: `diff -N` tells it by the time. */
  readonly absent?: string | undefined;
  /** A line `diff --git` stood before it. */
  readonly git: boolean;
  readonly renamed: boolean;
  readonly copied: boolean;
  readonly binary: boolean;
  /** The header's lines end with CRLF: the whole patch was converted, or made from CRLF files by a tool that does so. */
  readonly crlf: boolean;
  readonly oldMode?: string | undefined;
  readonly newMode?: string | undefined;
  /** git's (maybe short) name of the old content. */
  readonly oldBlob?: string | undefined;
  readonly hunks: readonly PatchHunk[];
  /** Its first line in the patch file. */
  readonly line: number;
  /** The line of its `---`, which `+++` follows; absent without hunks. */
  readonly namesLine?: number | undefined;
}

export interface ParsedPatch {
  readonly name: string;
  /** Its first line in the patch file. */
  readonly line: number;
  /** What stands before the diff, without a mail's statistics. */
  readonly message: string;
  readonly isMail: boolean;
  /** All of it, as it was read. */
  readonly text: string;
  readonly files: readonly FilePatch[];
}
