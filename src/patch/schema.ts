import { z } from 'zod';
import { list, struct, text, texts } from '../system/schema.ts';

export const paramValueSchema = z.union([text, z.number(), z.boolean()]);

/** Names a recipe exactly: `hash` is the SHA-256 of its file's bytes. */
export const identitySchema = struct({ id: text, title: text, why: text, version: text, hash: text });

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
