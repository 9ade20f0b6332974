import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../system/files.ts';
import { SOURCE_RECORD } from './build-products.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What an unpacked tree came from: written into its top folder by `obtainSource`, kept when the folder is copied. */
export const sourceRecordSchema = z.object({
  schemaVersion: z.literal(1),
  origin: z.object({
    kind: z.literal('debian'),
    package: z.string(),
    version: z.string(),
    suite: z.string(),
    /** Whether Debian's own patches are applied. */
    patched: z.boolean(),
  }),
  /** What names the tree: the orig tarball; with Debian's patches the .dsc, whose hash covers all its files. */
  tarball: z.object({ name: z.string(), sha256 }),
  /** Everything that was downloaded. */
  files: z.array(z.object({ name: z.string(), size: z.number(), sha256 })),
  /** Of the tree as unpacked: another one now says that somebody has edited it. */
  treeHash: sha256,
  /** The newest file's time, in seconds since 1970: for `SOURCE_DATE_EPOCH`. */
  sourceDateEpoch: z.number().int(),
});

export type SourceRecord = z.infer<typeof sourceRecordSchema>;

/** The record of the tree at `root`, `undefined` when it has none. @throws UserError when it is damaged. */
export async function readSourceRecord(root: string): Promise<SourceRecord | undefined> {
  return readJson(path.join(root, SOURCE_RECORD), sourceRecordSchema, 'the record of where the sources came from');
}
