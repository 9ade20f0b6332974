import { z } from 'zod';
import { list, struct, text } from '../../system/schema.ts';

const bytes = z.number();

/** Sizes of one file, or the sums of several, in bytes. */
const fileSize = struct({
  /** As it lies on the disk, and without symbols and debugging information. */
  file: bytes,
  stripped: bytes.optional(),
  /** As `size` sums sections up: code and constants, initialised data, zeroed data. */
  text: bytes,
  data: bytes,
  bss: bytes,
});
export type FileSize = z.infer<typeof fileSize>;

/** A size on both sides; absent where the thing is not there. */
const sizePair = struct({ name: text, baseline: bytes.optional(), patched: bytes.optional() });
export type SizePair = z.infer<typeof sizePair>;

const symbolChange = struct({
  /** Without what the compiler added: `f.constprop.0`, `f.cold` and `f` are one, and so are all statics of the name. */
  name: text,
  kind: z.enum(['code', 'constant', 'data', 'zeroed', 'other']),
  change: z.enum(['added', 'removed', 'resized']),
  /** Bytes of all symbols of that name. */
  baseline: bytes,
  patched: bytes,
  /** How many symbols that are, where it is not one on each side. */
  symbols: struct({ baseline: z.number(), patched: z.number() }).optional(),
});
export type SymbolChange = z.infer<typeof symbolChange>;
export type SymbolKind = SymbolChange['kind'];

export const sizeSchema = struct({
  schemaVersion: z.literal(1),
  /** The interpreter's file, and the shared library of a `--enable-shared` build. */
  files: list(struct({ name: text, baseline: fileSize, patched: fileSize })),
  /** Of the interpreter (or its shared library): every section of the file. */
  sections: list(sizePair),
  /** Extension modules that are files of their own. */
  modules: struct({
    count: struct({ baseline: z.number(), patched: z.number() }),
    baseline: fileSize,
    patched: fileSize,
    /** Those whose code and data (text + data + bss) differ in size. */
    changed: list(sizePair),
  }).optional(),
  /** All that differ, the largest change first; absent where a file has no symbol table. */
  symbols: list(symbolChange).optional(),
  method: text,
  problems: list(text),
});
export type SizeComparison = z.infer<typeof sizeSchema>;

/** Bytes of code of an interpreter on one side: of all its own files, as a launcher may be one and its library another. */
export function codeBytes({ files }: SizeComparison, side: 'baseline' | 'patched'): number {
  return files.reduce((sum, file) => sum + file[side].text, 0);
}
