/** A line of a hunk with its line break; without one, it is the unterminated last line of a file. */
export interface HunkLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** A hunk as it stands in a patch file. Line numbers from 1. */
export interface PatchHunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
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
}

/** A mail, or a plain diff with what stands before it. */
export interface ParsedPatch {
  /** The name of the patch file. */
  readonly name: string;
  /** What stands before the diff, without a mail's statistics. */
  readonly message: string;
  readonly isMail: boolean;
  /** All of it, as it was read. */
  readonly text: string;
  readonly files: readonly FilePatch[];
}
