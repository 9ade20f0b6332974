import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { configuredHeader } from '../../../src/builds/check-syntax.ts';
import { openCheckout } from '../../../src/checkout/open.ts';
import { checkoutAtRef } from '../../../src/checkout/source/obtain.ts';
import type { Context } from '../../../src/system/context.ts';
import { writeFileAtomic } from '../../../src/system/files.ts';
import { fingerprint } from '../../../src/system/hash.ts';

/**
 * A release's pyconfig.h: kept in a folder from a release with the same pyconfig.h.in to the byte, or made by its own
 * configure. The template names every macro that configure may set, so it is a header that the release can have, at less
 * than half the price of the whole look.
 * @param compiler what configure asked.
 * @returns the header, and the release whose configure made it.
 */
export async function configuredHeaderOf(
  repo: string,
  ref: string,
  folder: string,
  compiler: string,
  ctx: Context,
): Promise<{ readonly file: string; readonly on: string }> {
  const root = await checkoutAtRef(repo, ref, ctx);
  const template = await readFile(path.join(root, 'pyconfig.h.in'), 'latin1');
  const key = `${fingerprint({ template, compiler })}-`;
  await mkdir(folder, { recursive: true });
  const kept = (await readdir(folder)).find((name) => name.startsWith(key));
  if (kept !== undefined)
    return { file: path.join(folder, kept), on: decodeURIComponent(kept.slice(key.length, -'.h'.length)) };
  const file = path.join(folder, `${key}${encodeURIComponent(ref)}.h`);
  await writeFileAtomic(file, Buffer.from(await configuredHeader(await openCheckout(root, ctx), ctx), 'latin1'));
  return { file, on: ref };
}
