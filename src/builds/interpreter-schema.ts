import { flag, number, struct, text, texts } from '../system/schema.ts';

const said = text.optional();

/** What an interpreter says of itself: of its `sys` and `sysconfig`. What it does not say is absent. */
export const interpreterSchema = struct({
  implementation: text,
  compiler: text,
  /** Machine, width of a pointer, order of bytes. */
  architecture: text,
  cc: said,
  opt: said,
  cflags: said,
  ldflags: said,
  /** The arguments of its configure, quoted as for a shell. */
  configure: said,
  /** ABI flags and tag. */
  abi: said,
  debug: flag,
  /** Built without the GIL; `gil`: whether it is on, where that can be asked. */
  freeThreading: flag,
  gil: flag.optional(),
  /** Of Python before 3.3: narrow or wide. */
  unicode: said,
  /** The shared library that its code is in, absolute. */
  library: said,
  /** Where it imports its standard library from, absolute. */
  path: texts,
});

/** How a fingerprint was made: how many files of the standard library, and of how many of them the bytes were read. */
export const printedSchema = struct({ files: number, read: number });
