import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { info } from '@actions/core';
import { assetPath } from '../system/assets.ts';

/**
 * While `body` runs, compilers' errors in the log become annotations.
 * @param folder for the matchers' file: the runner reads it by its path, which in a container is another than ours.
 */
export async function withMatchers<T>(folder: string, body: () => Promise<T>): Promise<T> {
  const text = await readFile(assetPath('action/problem-matchers.json'), 'utf8');
  const { problemMatcher } = JSON.parse(text) as { problemMatcher: readonly { owner: string }[] };
  const file = path.join(folder, 'problem-matchers.json');
  await writeFile(file, text);
  info(`::add-matcher::${file.replace(/%/g, '%25')}`);
  try {
    return await body();
  } finally {
    for (const { owner } of problemMatcher) info(`::remove-matcher owner=${owner}::`);
  }
}
