import { z } from 'zod';
import { list, struct, text } from './schema.ts';

const count = z.number().optional();

/** Where the culprit is. Lines and columns count from 1; a column counts UTF-16 units of the line as shown. */
export const placeSchema = struct({
  file: text,
  line: count,
  column: count,
  /** How many characters are meant, for the underline. */
  length: count,
});

export const diagnosticSchema = struct({
  /** Stable and machine readable: `room/what`, for example `checkout/not-cpython`. */
  code: text,
  /** What happened, one sentence. */
  message: text,
  place: placeSchema.optional(),
  /** What to do next; where a command helps, the exact command. */
  hint: text.optional(),
  /** Further lines: code, tool output, a list. */
  detail: list(text).optional(),
  /** Remarks on other places that explain the first. */
  related: list(struct({ place: placeSchema, message: text })).optional(),
});
