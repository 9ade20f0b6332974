import { z } from 'zod';

const text = z.string();
const texts = z.array(text).readonly();

export const paramValueSchema = z.union([text, z.number(), z.boolean()]);

/** Names a recipe exactly: `hash` is the SHA-256 of its file's bytes. */
export const identitySchema = z.object({ id: text, title: text, why: text, version: text, hash: text }).readonly();

/** What a recipe says will happen, resolved for one version. */
export const expectationsSchema = z
  .object({
    /** CPython's own tests that the change breaks: `test_gc` or `test_gc.test_get_count`, and why. */
    tests: z.array(z.object({ test: text, why: text }).readonly()).readonly(),
    faster: texts,
    slower: texts,
    startupMemory: z.enum(['less', 'more', 'same']).optional(),
    /** What was published about it, and where it was seen: `some 50k on a PlayStation 3`. */
    startupClaim: text.optional(),
  })
  .readonly();

/** One edit's account: what it looked for, found, where, and why it decided so. For `--explain`. */
export const accountSchema = z
  .object({
    edit: z.number(),
    kind: text,
    looksFor: text,
    why: text,
    found: z.array(z.object({ file: text, line: z.number(), text, decision: text }).readonly()).readonly(),
    outcome: z.enum(['applied', 'nothing-to-do', 'not-for-this-version', 'failed']),
    reason: text,
  })
  .readonly();
