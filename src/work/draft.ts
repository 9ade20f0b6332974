import path from 'node:path';
import { folderTree } from '../checkout/folder-tree.ts';
import { openCheckout } from '../checkout/open.ts';
import type { PythonVersion, SourceTree } from '../checkout/types.ts';
import { letterOf } from '../diff/mail.ts';
import type { ParsedPatch } from '../diff/types.ts';
import { type Drafted, differsFrom, draftEdits } from '../patch/draft/draft.ts';
import { patchedFiles } from '../patch/draft/patched.ts';
import { generatePatch } from '../patch/generate.ts';
import type { Verdict } from '../patch/types.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Edit } from '../recipe/schema.ts';
import type { LoadedRecipe } from '../recipe/types.ts';
import { type Remarked, writeRecipe } from '../recipe/write.ts';
import type { Context } from '../system/context.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { readPatch } from './port.ts';
import { folderOrRef } from './trees.ts';

/** What a drafted recipe means for another tree than the patch's own. */
export interface OtherTree {
  readonly label: string;
  readonly pythonVersion: string;
  readonly verdict: Verdict;
  /** Why it does not apply: each with its edit and place, where it has them. */
  readonly problems: readonly Diagnostic[];
  readonly why?: string | undefined;
}

export interface DraftRecord {
  /** The recipe's file. */
  readonly yaml: string;
  /** It makes the patch's bytes, all of them. */
  readonly whole: boolean;
  readonly drafted: Drafted;
  readonly also: readonly OtherTree[];
}

/**
 * Drafts a recipe from a patch file.
 * @param names.checkout the tree that it was made for; `also` folders, or refs of its repository.
 * @throws UserError
 */
export async function draftFromPatch(
  names: {
    readonly id: string;
    readonly file: string;
    readonly patch: string;
    readonly checkout: string;
    readonly also: readonly string[];
    readonly strip?: number | undefined;
  },
  ctx: Context,
): Promise<DraftRecord> {
  const text = await readPatch(names.patch);
  const tree = folderTree(await openCheckout(names.checkout, ctx), ctx);
  const also: SourceTree[] = [];
  for (const name of names.also) also.push((await folderOrRef(name, names.checkout, '--also', ctx)).tree);
  return draftRecipe({ ...names, patch: { name: names.patch, text }, tree, also }, ctx);
}

interface DraftRequest {
  readonly id: string;
  /** Where the recipe will lie. */
  readonly file: string;
  /** The patch; its text as latin1. */
  readonly patch: { readonly name: string; readonly text: string };
  readonly strip?: number | undefined;
  readonly tree: SourceTree;
  readonly also: readonly SourceTree[];
}

/**
 * Drafts a recipe from a patch that a person wrote for a tree, and tries it on others. Nothing is written.
 * @throws UserError when the patch is none, or is not for the tree.
 */
export async function draftRecipe(request: DraftRequest, ctx: Pick<Context, 'env' | 'signal'>): Promise<DraftRecord> {
  const { file, patch, strip, tree } = request;
  const { patches, files } = await patchedFiles({ ...patch, strip }, tree, ctx);
  const drafted = await draftEdits(files, tree);
  if (drafted.edits.length === 0) {
    throw new UserError({
      code: 'recipe/nothing-to-say',
      message: `no edit can say what the patch does: ${drafted.left.map((l) => `${l.path}: ${l.why}`).join('; ')}`,
      place: { file: patch.name },
      hint: 'keep it as a patch: `forkwright port` carries it to other versions',
    });
  }
  const write = (cpython: Remarked<string>) => recipeText(request, patches, drafted, cpython);
  // For trees of any version at first: which it is for is seen by trying.
  const loaded = loadedFrom(file, write({ value: '>=2.0' }));
  const also: OtherTree[] = [];
  for (const other of request.also) also.push(await tryOn(loaded, other));
  const applying = [tree, ...request.also.filter((_, i) => also[i]?.verdict === 'applies')].map((t) => t.version);
  const yaml = write(rangeOf(applying));
  const differs =
    drafted.differs ??
    (await differsFrom(
      loadedFrom(file, yaml),
      files.filter((f) => drafted.files.includes(f.path)),
      tree,
    ));
  return { yaml, whole: differs === undefined && drafted.left.length === 0, drafted: { ...drafted, differs }, also };
}

function loadedFrom(file: string, yaml: string): LoadedRecipe {
  const { loaded, diagnostics } = parseRecipe(file, Buffer.from(yaml));
  if (loaded === undefined) throw new UserError(diagnostics);
  return loaded;
}

async function tryOn(recipe: LoadedRecipe, tree: SourceTree): Promise<OtherTree> {
  const result = await generatePatch(recipe, {}, tree);
  return {
    label: tree.label,
    pythonVersion: tree.version.text,
    verdict: result.verdict,
    problems: 'problems' in result ? result.problems : [],
    why: 'why' in result ? result.why : undefined,
  };
}

/** From the oldest minor version on which it applies to the newest. */
function rangeOf(versions: readonly PythonVersion[]): Remarked<string> {
  const inOrder = [...versions].sort((a, b) => a.major - b.major || a.minor - b.minor || a.micro - b.micro);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a draft applies to its own tree');
  const names = [...new Set(inOrder.map((v) => v.text))].join(', ');
  return {
    value: `>=${first.short} <${last.major}.${last.minor + 1}`,
    remark: `a guess, to be checked: it applies to ${names}`,
  };
}

function recipeText(
  { id, file, patch }: DraftRequest,
  patches: readonly ParsedPatch[],
  drafted: Drafted,
  cpython: Remarked<string>,
): string {
  const [first] = patches;
  const { subject, body } = first === undefined ? { subject: '', body: '' } : described(first);
  const short = subject.length <= 72 ? subject : '';
  const left = drafted.left.map(({ path: name, why }) => `${name}: ${why}`);
  return writeRecipe(
    {
      id: { value: id },
      title: { value: short === '' ? 'TODO: what the change does, in one line' : short },
      why: {
        value: body === '' ? 'TODO: why a fork wants this, and what it costs' : body,
        remark: undefined,
      },
      version: { value: 1 },
      cpython,
      files: {
        value: drafted.files,
        remark: left.length === 0 ? undefined : `not said by any edit: ${left.join('; ')}`,
      },
    },
    drafted.edits.map((edit) => ({ value: edit, remark: isExact(edit) ? EXACT : undefined })),
    path.dirname(file),
  ).replace('\n', `\n# Drafted from ${path.basename(patch.name)}.\n`);
}

const EXACT = 'exact text: no other edit was found that makes this';
const isExact = (edit: Edit): boolean => edit.kind === 'edit-text' && edit.find !== undefined && edit.in === undefined;

/** What a patch says of itself: a mail's subject and text, or DEP-3's fields. */
function described(patch: ParsedPatch): { readonly subject: string; readonly body: string } {
  const { subject, body } = letterOf(patch);
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'mi').exec(patch.message)?.[1];
  const [line = '', ...rest] = (field('Description') ?? field('Subject') ?? subject).split('\n').map((l) => l.trim());
  const text = rest
    .map((l) => (l === '.' ? '' : l))
    .join('\n')
    .trim();
  return { subject: subject === '' ? line : subject, body: withoutFields(text === '' ? body : text) };
}

const withoutFields = (body: string): string =>
  body
    .split('\n')
    .filter((line) => !/^(?:# ?)?[A-Z][A-Za-z-]+: /.test(line))
    .join('\n')
    .trim();
