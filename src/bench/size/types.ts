/** Sizes of one file, or the sums of several, in bytes. */
export interface FileSize {
  /** As it lies on the disk, and without symbols and debugging information. */
  readonly file: number;
  readonly stripped?: number | undefined;
  /** As `size` sums sections up: code and constants, initialised data, zeroed data. */
  readonly text: number;
  readonly data: number;
  readonly bss: number;
}

/** A size on both sides; absent where the thing is not there. */
export interface SizePair {
  readonly name: string;
  readonly baseline?: number | undefined;
  readonly patched?: number | undefined;
}

export type SymbolKind = 'code' | 'constant' | 'data' | 'zeroed' | 'other';

/** A function or variable whose size differs, or that only one side has. */
export interface SymbolChange {
  /** Without what the compiler added: `f.constprop.0`, `f.cold` and `f` are one, and so are all statics of the name. */
  readonly name: string;
  readonly kind: SymbolKind;
  readonly change: 'added' | 'removed' | 'resized';
  /** Bytes of all symbols of that name. */
  readonly baseline: number;
  readonly patched: number;
  /** How many symbols that are, where it is not one on each side. */
  readonly symbols?: { readonly baseline: number; readonly patched: number } | undefined;
}

/** What the change does to the size of what is shipped. */
export interface SizeComparison {
  readonly schemaVersion: 1;
  /** The interpreter's file, and the shared library of a `--enable-shared` build. */
  readonly files: readonly { readonly name: string; readonly baseline: FileSize; readonly patched: FileSize }[];
  /** Of the interpreter (or its shared library): every section of the file. */
  readonly sections: readonly SizePair[];
  /** Extension modules that are files of their own. */
  readonly modules?:
    | {
        readonly count: { readonly baseline: number; readonly patched: number };
        readonly baseline: FileSize;
        readonly patched: FileSize;
        /** Those whose code and data (text + data + bss) differ in size. */
        readonly changed: readonly SizePair[];
      }
    | undefined;
  /** All that differ, the largest change first; absent where a file has no symbol table. */
  readonly symbols?: readonly SymbolChange[] | undefined;
  readonly method: string;
  readonly problems: readonly string[];
}
