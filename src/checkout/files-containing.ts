import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../system/context.ts';
import { readJson, writeJson } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import type { Checkout } from './types.ts';

const knownSchema = z.object({ files: z.array(z.string()) });

/**
 * Which files of a checkout hold a text. The answer depends on nothing but the tree's content and the question, so it is
 * kept under the hash of both; a cache that cannot be written costs only time.
 */
export async function filesContaining(
  checkout: Checkout,
  text: string,
  files: readonly string[],
  ctx: Pick<Context, 'cacheDir'>,
): Promise<readonly string[]> {
  const key = fingerprint({ tree: checkout.base.treeHash, text, files });
  const record = path.join(ctx.cacheDir, 'search', `${key}.json`);
  const known = await readJson(record, knownSchema, 'a search').catch(() => undefined);
  if (known !== undefined) return known.files;
  const found = files.filter((file) => contains(path.join(checkout.root, file), text));
  await writeJson(record, { files: found }).catch(() => {});
  return found;
}

/** Synchronous on purpose: for a thousand small files, most in the page cache, that takes a third of the time. */
function contains(file: string, text: string): boolean {
  try {
    return readFileSync(file).includes(text, 0, 'latin1');
  } catch {
    return false; // A dangling link, or gone since the listing: `read` says the same.
  }
}
