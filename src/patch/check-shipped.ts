import path from 'node:path';
import type { SourceTree } from '../checkout/types.ts';
import { interdiff } from '../diff/interdiff.ts';
import { parsePatch } from '../diff/read.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import type { Generate } from './memo.ts';
import { type PatchHeader, readPatchHeader } from './read-header.ts';
import type { Regenerate } from './regenerate.ts';
import { generateSeries, identityOf, type SeriesItem, type SeriesResult } from './series.ts';

export interface ShippedPatch {
  /** As it is to be named in messages. */
  readonly file: string;
  /** As latin1. */
  readonly text: string;
}

/** The patches of one folder: each for the tree alone, or with an order each on what those before made. */
export interface ShippedFolder {
  readonly patches: readonly ShippedPatch[];
  readonly isSeries: boolean;
}

export type ShippedResult = { readonly file: string } & (
  | { readonly verdict: 'equal' }
  | { readonly verdict: 'differs'; readonly interdiff: string }
  /** The recipe does not yield a patch there now. */
  | { readonly verdict: 'no-patch'; readonly result: SeriesResult }
  /** Not a patch of ours, or its recipe or parameters are not there any more. */
  | { readonly verdict: 'unusable'; readonly problems: readonly Diagnostic[] }
  | { readonly verdict: 'other-version'; readonly pythonVersion: string }
);

/**
 * Compares the patches of a folder with what their recipes yield on a tree now. Patches for another Python version are
 * not compared.
 * @param itemFor finds a header's recipe, and reads its parameters; may throw UserError.
 * @param regenerate as for `generateSeries`.
 */
export async function checkShipped(
  folder: ShippedFolder,
  tree: SourceTree,
  itemFor: (header: PatchHeader) => Promise<SeriesItem>,
  generate: Generate,
  regenerate?: Regenerate,
): Promise<readonly ShippedResult[]> {
  const results = new Map<string, ShippedResult>();
  const comparable: Comparable[] = [];
  for (const patch of folder.patches) {
    const { file } = patch;
    try {
      const [parsed, ...more] = parsePatch(patch.text, file);
      const header = parsed === undefined || more.length > 0 ? undefined : readPatchHeader(parsed);
      if (header === undefined) results.set(file, { file, verdict: 'unusable', problems: [notOurs(file)] });
      else if (header.pythonVersion !== tree.version.text)
        results.set(file, { file, verdict: 'other-version', pythonVersion: header.pythonVersion });
      else comparable.push({ patch, item: await itemFor(header) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      results.set(file, { file, verdict: 'unusable', problems: error.diagnostics });
    }
  }
  const groups = folder.isSeries ? [comparable] : comparable.map((one) => [one]);
  for (const group of groups) {
    await compareGroup(group, tree, generate, regenerate, results);
    const differing = group.some(({ patch }) => results.get(patch.file)?.verdict === 'differs');
    // A folder's files may have other line ends than the repository's, which a patch is made for.
    const stored = differing ? await tree.asStored?.() : undefined;
    if (stored !== undefined) await compareGroup(group, stored, generate, regenerate, results);
  }
  return folder.patches.flatMap(({ file }) => results.get(file) ?? []);
}

interface Comparable {
  readonly patch: ShippedPatch;
  readonly item: SeriesItem;
}

/** Notes what came of each, but where it was equal before. */
async function compareGroup(
  group: readonly Comparable[],
  tree: SourceTree,
  generate: Generate,
  regenerate: Regenerate | undefined,
  results: Map<string, ShippedResult>,
): Promise<void> {
  const made = await generateSeries(
    group.map(({ item }) => item),
    tree,
    generate,
    regenerate,
  );
  for (const { patch, item } of group) {
    if (results.get(patch.file)?.verdict === 'equal') continue;
    const result = made.find((m) => m.identity.id === identityOf(item).id);
    if (result === undefined) throw new Error(`no result for ${patch.file}`);
    results.set(patch.file, compare(patch, result, tree));
  }
}

function compare(patch: ShippedPatch, made: SeriesResult, tree: SourceTree): ShippedResult {
  const { file } = patch;
  if (made.result.verdict !== 'applies') return { file, verdict: 'no-patch', result: made };
  const names = { shipped: file, made: `${path.basename(file)} as generated for ${tree.label}` };
  const diff = interdiff(patch.text, made.result.patch.text, names);
  return diff === undefined ? { file, verdict: 'equal' } : { file, verdict: 'differs', interdiff: diff };
}

function notOurs(file: string): Diagnostic {
  return {
    code: 'patch/not-ours',
    message: 'this is not a patch that Forkwright made: its header does not name recipe, Python version and base',
    place: { file },
    hint: 'move it out of the folder that is checked, or generate it with a recipe',
  };
}
