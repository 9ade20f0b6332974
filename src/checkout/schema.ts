import { z } from 'zod';
import { list, struct, text } from '../system/schema.ts';

const treeHash = text;

/** Which bytes a patch or build started from. The same on every machine for the same sources. */
export const baseIdSchema = z.discriminatedUnion('kind', [
  struct({ kind: z.literal('git'), commit: text, describe: text.optional(), dirty: z.boolean(), treeHash }),
  struct({ kind: z.literal('tarball'), name: text, sha256: text, treeHash }),
  struct({ kind: z.literal('folder'), treeHash }),
  /** An interpreter without sources: the hash is its own fingerprint. */
  struct({ kind: z.literal('interpreter'), treeHash }),
]);

/** What the tree is: CPython itself or a known fork (`Stackless`, `Tauthon`, `Cinder`, …), and by which files that was seen. */
export const flavourSchema = struct({ kind: z.enum(['release', 'fork']), name: text, evidence: list(text) });
