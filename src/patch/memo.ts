import type { PythonVersion, SourceTree } from '../checkout/types.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import { isVersion } from '../recipe/version-range.ts';
import { fingerprint, sha256 } from '../system/hash.ts';
import { generatePatch, hasC99, outOfRange } from './generate.ts';
import { mailHead, patchMail } from './mail.ts';
import { ask, type Question, type Recorded, recordingTree } from './recording-tree.ts';
import type { RegenerateFor } from './regenerate.ts';
import type { GeneratedPatch, GenerateResult } from './types.ts';

export type Generate = (
  loaded: LoadedRecipe,
  params: Params,
  tree: SourceTree,
  regenerate?: RegenerateFor,
) => Promise<GenerateResult>;

/** What was asked next, and by its answer what followed from it. */
interface Known {
  question?: Question;
  readonly after: Map<string, Known>;
  result?: GenerateResult;
}

/**
 * `generatePatch` that remembers: for a tree that answers every question as one before did (which files there are, their
 * blobs, who else uses a name) the result is the one from then, under this tree's version and base. Nothing else is asked
 * of a tree, so nothing else can matter.
 */
export function memoisedGenerate(): Generate {
  const memory = new Map<string, Known>();
  return async (loaded, params, tree, regenerate) => {
    const outside = outOfRange(loaded.recipe, tree.version);
    if (outside !== undefined) return outside;
    // What generators make hangs on the whole tree.
    if (regenerate !== undefined && loaded.recipe.edits.some((edit) => edit.kind === 'regenerate'))
      return generatePatch(loaded, params, tree, regenerate);
    const key = fingerprint({
      recipe: loaded.hash,
      include: loaded.include ?? [],
      params,
      version: versionAnswers(loaded, tree.version),
    });
    const start: Known = memory.get(key) ?? { after: new Map() };
    memory.set(key, start);
    let at: Known | undefined = start;
    while (at?.question !== undefined) at = at.after.get(await ask(tree, at.question));
    if (at?.result !== undefined) return forTree(at.result, tree);
    const recording = recordingTree(tree);
    const result = await generatePatch(loaded, params, recording.tree);
    remember(start, await recording.asked(), result);
    return result;
  };
}

/** All that generating wants to know of a version: whether it is in each range that the recipe names, and C99. */
function versionAnswers({ recipe }: LoadedRecipe, version: PythonVersion): readonly boolean[] {
  const ranges: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if ((name === 'versions' || name === 'known') && typeof member === 'string') ranges.push(member);
      else collect(member);
    }
  };
  collect(recipe);
  return [hasC99(version), ...ranges.map((range) => isVersion(range, version))];
}

function forTree(result: GenerateResult, tree: SourceTree): GenerateResult {
  return result.verdict === 'applies' ? { ...result, patch: rebasePatch(result.patch, tree) } : result;
}

function remember(start: Known, asked: readonly Recorded[], result: GenerateResult): void {
  let at = start;
  for (const { question, answer } of asked) {
    at.question ??= question;
    // The next question follows from the answers so far; were it not so, this trace could not be walked again.
    if (fingerprint(at.question) !== fingerprint(question)) return;
    const next: Known = at.after.get(answer) ?? { after: new Map() };
    at.after.set(answer, next);
    at = next;
  }
  if (at.question === undefined) at.result = result;
}

/** The same patch for another tree with the same bytes in all that it touches: only its header says otherwise. */
function rebasePatch(patch: GeneratedPatch, tree: Pick<SourceTree, 'version' | 'base'>): GeneratedPatch {
  const header = mailHead(patch);
  if (!patch.text.startsWith(header)) throw new Error(`the patch of ${patch.recipe.id} does not begin with its header`);
  const now = { ...patch, pythonVersion: tree.version.text, base: tree.base };
  const text = patchMail(now, [{ text: patch.text.slice(header.length) }]);
  return { ...now, text, sha256: sha256(Buffer.from(text, 'latin1')) };
}
