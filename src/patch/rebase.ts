import type { SourceTree } from '../checkout/types.ts';
import { sha256 } from '../system/hash.ts';
import { patchMail } from './mail.ts';
import type { GeneratedPatch } from './types.ts';

/** The same patch for another tree with the same bytes in all that it touches: only its header says otherwise. */
export function rebasePatch(patch: GeneratedPatch, tree: Pick<SourceTree, 'version' | 'base'>): GeneratedPatch {
  const header = patchMail(patch, []);
  if (!patch.text.startsWith(header)) throw new Error(`the patch of ${patch.recipe.id} does not begin with its header`);
  const now = { ...patch, pythonVersion: tree.version.text, base: tree.base };
  const text = patchMail(now, []) + patch.text.slice(header.length);
  return { ...now, text, sha256: sha256(Buffer.from(text, 'latin1')) };
}
