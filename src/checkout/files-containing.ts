import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { writeJson } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import type { Sought } from './sought.ts';
import type { Checkout } from './types.ts';

/**
 * Which files of a checkout hold a text. The answer depends on nothing but the tree's content and the question, so it is
 * kept under the hash of both; a cache that cannot be written costs only time.
 */
export async function filesContaining(
  checkout: Checkout,
  text: Sought,
  files: readonly string[],
  ctx: Pick<Context, 'cacheDir'>,
): Promise<readonly string[]> {
  const key = fingerprint({ tree: checkout.base.treeHash, text: String(text), files });
  const record = path.join(ctx.cacheDir, 'search', `${key}.json`);
  const known = await knownFiles(record);
  if (known !== undefined) return known;
  const found = files.filter((file) => contains(path.join(checkout.root, file), text));
  await writeJson(record, { files: found }).catch(() => {});
  return found;
}

/** The list in a record, when it is a sound one. Looked through by hand: the schema library takes longer to load than this. */
async function knownFiles(record: string): Promise<readonly string[] | undefined> {
  try {
    const { files } = JSON.parse(await readFile(record, 'utf8'));
    return Array.isArray(files) && files.every((file) => typeof file === 'string') ? files : undefined;
  } catch {
    return undefined;
  }
}

/** Synchronous on purpose: for a thousand small files, most in the page cache, that takes a third of the time. */
function contains(file: string, text: Sought): boolean {
  try {
    const bytes = readFileSync(file);
    return typeof text === 'string' ? bytes.includes(text, 0, 'latin1') : text.test(bytes.toString('latin1'));
  } catch {
    return false; // A dangling link, or gone since the listing: `read` says the same.
  }
}

/** Which files hold which words; see `SourceTree.filesWithWords`. */
export function filesWithWords(
  root: string,
  words: ReadonlySet<string>,
  files: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const file of files) {
    for (const word of wordsIn(path.join(root, file), words)) {
      const holding = out.get(word);
      if (holding === undefined) out.set(word, [file]);
      else holding.push(file);
    }
  }
  return out;
}

function wordsIn(file: string, words: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return found; // As above.
  }
  const word = /[A-Za-z_]\w*/g;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    if (words.has(match[0])) found.add(match[0]);
  }
  return found;
}
