import { z } from 'zod';

const text = z.string();
const treeHash = text;

/** Which bytes a patch or build started from. The same on every machine for the same sources. */
export const baseIdSchema = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('git'), commit: text, describe: text.optional(), dirty: z.boolean(), treeHash })
    .readonly(),
  z.object({ kind: z.literal('tarball'), name: text, sha256: text, treeHash }).readonly(),
  z.object({ kind: z.literal('folder'), treeHash }).readonly(),
]);

/** What the tree is: CPython itself or a known fork (`Stackless`, `Tauthon`, `Cinder`, …), and by which files that was seen. */
export const flavourSchema = z
  .object({ kind: z.enum(['release', 'fork']), name: text, evidence: z.array(text).readonly() })
  .readonly();
