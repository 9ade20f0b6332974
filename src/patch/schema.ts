import { z } from 'zod';
import { baseIdSchema } from '../checkout/schema.ts';
import { flag, list, number, struct, text, texts } from '../system/schema.ts';

export const paramValueSchema = z.union([text, z.number(), z.boolean()]);

/** Names a recipe exactly: `hash` is the SHA-256 of its file's bytes. Of another change, of its own; it has no version. */
export const identitySchema = struct({ id: text, title: text, why: text, version: text, hash: text });

/** Where a change comes from that no recipe made: what a person wrote is applied as it is. */
export const originSchema = z.discriminatedUnion('kind', [
  /** `file` as the user named it; of several patches in one file, `line` is where it begins; `header`: its fields as DEP-3 and mails have them. */
  struct({
    kind: z.literal('patch'),
    file: text,
    line: z.number(),
    header: list(struct({ name: text, value: text })).optional(),
  }),
  struct({ kind: z.literal('commit'), commit: text, author: text, date: text }),
  /** What lies between two commits, or a commit and the work tree. */
  struct({ kind: z.literal('range'), from: text, to: text }),
]);

/** What a recipe says will happen, resolved for one version. */
export const expectationsSchema = struct({
  /** CPython's own tests that the change breaks: `test_gc` or `test_gc.test_get_count`, and why. */
  tests: list(struct({ test: text, why: text })),
  faster: texts,
  slower: texts,
  startupMemory: z.enum(['less', 'more', 'same']).optional(),
  /** What was published about it, and where it was seen: `some 50k on a PlayStation 3`. */
  startupClaim: text.optional(),
});

/** One edit's account: what it looked for, found, where, and why it decided so. For `--explain`. */
export const accountSchema = struct({
  edit: z.number(),
  kind: text,
  looksFor: text,
  why: text,
  found: list(struct({ file: text, line: z.number(), text, decision: text })),
  outcome: z.enum(['applied', 'nothing-to-do', 'not-for-this-version', 'failed']),
  reason: text,
});

const traceSchema = struct({ edit: number, kind: text, why: text, start: number, end: number, replacement: text });

const fileChangeSchema = struct({
  path: text,
  is: z.enum(['made', 'removed']).optional(),
  executable: flag.optional(),
  before: text,
  after: text,
  edits: list(traceSchema),
});

/** A patch as it is kept beside what was made with it: see `GeneratedPatch`. */
export const patchSchema = struct({
  recipe: identitySchema,
  origin: originSchema.optional(),
  params: z.record(text, paramValueSchema).readonly(),
  pythonVersion: text,
  base: baseIdSchema,
  files: list(fileChangeSchema),
  text,
  sha256: text,
  insertions: number,
  deletions: number,
  buildOptions: texts,
  include: texts.optional(),
  expect: expectationsSchema,
});
