import type { z } from 'zod';
import type { baseIdSchema, flavourSchema } from './schema.ts';
import type { Sought } from './sought.ts';

export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  /** `alpha`, `beta`, `candidate` or `final`. */
  readonly level: 'alpha' | 'beta' | 'candidate' | 'final';
  readonly serial: number;
  /** As PY_VERSION says it: `2.7.18`, `3.3.0a3+`. */
  readonly text: string;
  /** `2.7`: names folders and selects recipes. */
  readonly short: string;
}

export type BaseId = z.infer<typeof baseIdSchema>;
export type Flavour = z.infer<typeof flavourSchema>;

export interface Checkout {
  /** Absolute. */
  readonly root: string;
  readonly version: PythonVersion;
  readonly flavour: Flavour;
  readonly layout: {
    /** The folder of the tree's own pybench, relative to the root: `Tools/pybench`. */
    readonly pybench?: string | undefined;
    /** Somebody built in the source folder: build products lie among the sources, and are left out of trees. */
    readonly builtInPlace: boolean;
  };
  readonly base: BaseId;
  /** Paths (relative, '/') that differ from the commit: edited, added, deleted. Part of the base, and said so. Empty for tarballs. */
  readonly localChanges: readonly string[];
}

export interface SourceFile {
  /** Relative to the tree's root, with '/'. */
  readonly path: string;
  /** The bytes as latin1: one code unit a byte, so offsets are byte offsets and nothing is lost. */
  readonly text: string;
  /** Equal for equal bytes (git's blob SHA-1): what memoising goes by. */
  readonly blob: string;
  readonly executable: boolean;
  /** The path is a symbolic link; the bytes are those of what it leads to. */
  readonly link?: boolean | undefined;
}

/** A tree to read from: a folder on disk, or a commit of a repository without a work tree. Never written to. */
export interface SourceTree {
  readonly version: PythonVersion;
  readonly base: BaseId;
  /** For messages: the folder or the ref. */
  readonly label: string;
  /**
   * All files' paths, sorted by code unit. Build products and ignored files are not among them.
   * @param under only those below this folder (`Include`), as whole paths all the same.
   */
  list(under?: string): Promise<readonly string[]>;
  /**
   * Which of the files with these endings (`.c`) hold a text, sorted, when the tree can say it faster than by reading each
   * whole: searching a tree for a name reads some 900 files.
   */
  filesContaining?(text: Sought, endings: readonly string[]): Promise<readonly string[]>;
  /**
   * For many words at once, where reading each file once is faster than a search a word.
   * @param files of this tree.
   * @returns each word that stands in one of them, between characters that are no part of words, with those files, in their order.
   */
  filesWithWords?(
    words: ReadonlySet<string>,
    files: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** `undefined` when there is no such file, or it is a dangling link or a folder. */
  read(path: string): Promise<SourceFile | undefined>;
  /**
   * The same tree with the line ends that its repository keeps, which `git apply` compares a patch with: LF where
   * attributes or core.autocrlf make CRLF in the folder. `undefined` when they are the same.
   * @param paths of the files that matter; all by default.
   */
  asStored?(paths?: readonly string[]): Promise<SourceTree | undefined>;
}
