import type { SourceTree } from '../checkout/types.ts';
import { checkDiff } from '../diff/apply.ts';
import { changedRanges, writeDiff } from '../diff/write.ts';
import { suggest } from '../recipe/did-you-mean.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { byCodeUnit, sha256 } from '../system/hash.ts';
import type { CompiledEdit } from './compile.ts';
import { patchMail } from './mail.ts';
import { makefile } from './parts/makefile.ts';
import type { EditAccount, EditTrace, FileChange, GeneratedPatch, GenerateResult } from './types.ts';

/** A file as a generator of CPython's has made it. */
export interface Remade {
  readonly path: string;
  /** The whole file as latin1. */
  readonly after: string;
  /** Of make. */
  readonly target: string;
}

/** What generators made of a tree without a recipe's changes and with them, or why that cannot be told. */
export type Regenerated =
  | { readonly before: readonly Remade[]; readonly after: readonly Remade[] }
  | { readonly problems: readonly Diagnostic[] };

/**
 * Runs targets of make, which run code of the checkout: only where the user said so.
 * @param earlier changes of the patches before this one. @param files changes of this one.
 */
export type Regenerate = (
  earlier: readonly FileChange[],
  files: readonly FileChange[],
  targets: readonly string[],
) => Promise<Regenerated>;

/** The same for one recipe of a series. */
export type RegenerateFor = (files: readonly FileChange[], targets: readonly string[]) => Promise<Regenerated>;

type Applies = Extract<GenerateResult, { verdict: 'applies' }>;

const MAKEFILE = 'Makefile.pre.in';

/**
 * The patch with all that CPython's own generators make of what it changes.
 * @param edits those that ask for it. @param tree without the patch.
 * @param regenerate absent where nothing may be run: then it is refused, for it would be a half.
 */
export async function withRegenerated(
  result: Applies,
  edits: readonly CompiledEdit[],
  tree: SourceTree,
  regenerate: RegenerateFor | undefined,
): Promise<GenerateResult> {
  const { patch, warnings, account } = result;
  const targets = [...new Set(edits.flatMap((edit) => edit.make ?? []))];
  const refuse = (problems: readonly Diagnostic[]): GenerateResult => ({ verdict: 'drifted', problems, account });
  const unknown = await unknownTargets(patch, targets, tree);
  if (unknown.length > 0) return refuse(unknown);
  if (regenerate === undefined) return refuse([notRegenerated(patch, targets)]);
  const made = await regenerate(patch.files, targets);
  if ('problems' in made) return refuse(made.problems);
  const last = (remade: readonly Remade[]) => new Map(remade.map((file) => [file.path, file]));
  const [before, after] = [last(made.before), last(made.after)];
  const files = new Map(patch.files.map((file) => [file.path, file]));
  const problems: Diagnostic[] = [];
  for (const { path, after: text, target } of [...after.values()].sort((a, b) => byCodeUnit(a.path, b.path))) {
    const stale = before.get(path);
    const own = files.get(path);
    if (stale !== undefined && stale.after === text && own === undefined) continue;
    if (stale !== undefined) {
      problems.push(wasStale(path, target));
      continue;
    }
    const edit = edits.find((e) => e.make?.includes(target));
    if (edit === undefined) continue;
    files.set(path, remadeFile(path, text, own, (await tree.read(path))?.text, edit));
  }
  for (const { path, target } of before.values()) if (!after.has(path)) problems.push(wasStale(path, target));
  if (problems.length > 0) return refuse(problems);
  const all = [...files.values()].sort((a, b) => byCodeUnit(a.path, b.path));
  const told = account.map((entry) => toldOf(entry, edits, [...after.values()]));
  return {
    verdict: 'applies',
    patch: await rewritten({ ...patch, files: all, regenerated: targets }, tree),
    warnings,
    account: told,
  };
}

async function unknownTargets(
  patch: GeneratedPatch,
  targets: readonly string[],
  tree: SourceTree,
): Promise<readonly Diagnostic[]> {
  const text = patch.files.find((file) => file.path === MAKEFILE)?.after ?? (await tree.read(MAKEFILE))?.text ?? '';
  const known = [...text.matchAll(/^(regen-[a-z0-9-]+|clinic)[ \t]*:/gm)].map(([, name = '']) => name);
  return targets
    .filter((target) => makefile.parts(text, `${target}:`).length === 0)
    .map((target) => ({
      code: 'patch/no-such-target',
      message: `regenerate: make has no target ${target} in this tree`,
      place: { file: MAKEFILE },
      hint: suggest(target, known, 'targets'),
    }));
}

function notRegenerated(patch: GeneratedPatch, targets: readonly string[]): Diagnostic {
  return {
    code: 'patch/not-regenerated',
    message: `${patch.recipe.id}: files that CPython generates are still to be made by make ${targets.join(', make ')}`,
    place: { file: patch.files[0]?.path ?? MAKEFILE },
    detail: [`what they are made from is changed: ${patch.files.map((file) => file.path).join(', ')}`],
    hint: 'say --regenerate: it builds the checkout’s interpreter and runs these targets of make in a copy',
  };
}

function wasStale(path: string, target: string): Diagnostic {
  return {
    code: 'patch/stale-generated',
    message: `make ${target} changes this file without the recipe as well: it is not as the tree's own generators make it`,
    place: { file: path },
    hint: `run make ${target} in the checkout first, and commit what it makes`,
  };
}

/** What a patch and then a generator made of a file: each changed stretch is of the edit that lies in it. */
function remadeFile(
  path: string,
  after: string,
  own: FileChange | undefined,
  there: string | undefined,
  { index, kind, why }: CompiledEdit,
): FileChange {
  const before = own?.before ?? there ?? '';
  const edits = changedRanges(before, after).map((range): EditTrace => {
    const hand = own?.edits.find((e) => e.start <= range.end && range.start <= e.end);
    return { ...range, edit: hand?.edit ?? index, kind: hand?.kind ?? kind, why: hand?.why ?? why };
  });
  const made = own?.is ?? (own === undefined && there === undefined ? 'made' : undefined);
  return { path, ...(made === undefined ? {} : { is: made }), before, after, edits };
}

/** The patch's text for its files. */
async function rewritten(patch: GeneratedPatch, tree: SourceTree): Promise<GeneratedPatch> {
  const diffs = [];
  for (const file of patch.files) {
    const old = (await tree.read(file.path))?.executable ? '100755' : '100644';
    const mode = file.executable === undefined ? old : file.executable ? '100755' : '100644';
    const transition = {
      ...file,
      oldPath: file.is === 'made' ? undefined : file.path,
      newPath: file.is === 'removed' ? undefined : file.path,
      oldMode: file.is === 'made' ? mode : old,
      newMode: mode,
    } as const;
    const diff = writeDiff(transition);
    checkDiff(diff.text, transition);
    diffs.push(diff);
  }
  const text = patchMail(patch, diffs);
  return {
    ...patch,
    text,
    sha256: sha256(Buffer.from(text, 'latin1')),
    insertions: diffs.reduce((n, d) => n + d.insertions, 0),
    deletions: diffs.reduce((n, d) => n + d.deletions, 0),
  };
}

function toldOf(entry: EditAccount, edits: readonly CompiledEdit[], remade: readonly Remade[]): EditAccount {
  const edit = edits.find((e) => e.index === entry.edit);
  if (edit === undefined) return entry;
  const found = remade
    .filter(({ target }) => edit.make?.includes(target))
    .map(({ path, target }) => ({ file: path, line: 1, text: '', decision: `made by make ${target}` }));
  const reason = found.length === 0 ? 'the generators changed nothing' : `made anew: ${found.length} files`;
  return { ...entry, found, reason, outcome: found.length === 0 ? 'nothing-to-do' : 'applied' };
}
