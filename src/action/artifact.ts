import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';

/** What people read; samples and patches are as they are. */
const TEXTS = /\.(?:md|html|json|log|txt)$/;

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Hides in a folder's texts what the workflow wants hidden: the runner masks logs, not artifacts. */
export async function maskFolder(folder: string, mask: (text: string) => string): Promise<void> {
  for (const file of (await filesOf(folder)).filter((name) => TEXTS.test(name))) {
    // As bytes: logs of compilers may be in any encoding.
    const text = await readFile(file, 'latin1');
    const masked = mask(text);
    if (masked !== text) await writeFileAtomic(file, Buffer.from(masked, 'latin1'));
  }
}

/**
 * Uploads a folder as the job's artifact.
 * @returns its number, for its address; `undefined` when the service gives none. @throws what the toolkit throws.
 */
export async function uploadFolder(name: string, folder: string): Promise<number | undefined> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const { id } = await new DefaultArtifactClient().uploadArtifact(name, [...(await filesOf(folder))], folder);
  return id;
}
