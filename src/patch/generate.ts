import { lineAt, lineText, wordOffsets } from '../c/lex.ts';
import { overlayTree } from '../checkout/overlay-tree.ts';
import type { PythonVersion, SourceFile, SourceTree } from '../checkout/types.ts';
import { checkDiff } from '../diff/apply.ts';
import { writeDiff } from '../diff/write.ts';
import { holds } from '../recipe/params.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import { isVersion } from '../recipe/version-range.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { accounts, isAsDeclared, isAsked, type Tally, tally, timesText } from './account.ts';
import { type CompiledEdit, compileEdits, type SkippedEdit } from './compile.ts';
import { countPointers } from './edits/struct-format.ts';
import { isProbe, type MissingProbe, missingMacros, withoutProbe } from './evidence.ts';
import { fallingApart } from './falling-apart.ts';
import { type FileFindings, findInFile } from './file-findings.ts';
import { leftovers } from './gone.ts';
import { includedFiles, includedOf } from './included.ts';
import type { LayoutChange } from './layout-users.ts';
import { patchMail } from './mail.ts';
import { matchingFiles } from './matching-files.ts';
import { findNewFiles } from './new-files.ts';
import { applyEdits } from './ranges.ts';
import { type RegenerateFor, withRegenerated } from './regenerate.ts';
import { againstRename } from './renames.ts';
import type { FinderContext } from './site.ts';
import { staleConfigure } from './stale-configure.ts';
import type { Expectations, FileChange, GeneratedPatch, GenerateResult, RecipeIdentity } from './types.ts';
import { newlyUnused } from './unused.ts';
import { definedTwice, layoutUsersOf, usersOf } from './users.ts';
import { verifyCode } from './verify.ts';

export function recipeIdentity(loaded: LoadedRecipe): RecipeIdentity {
  const { id, title, why, version } = loaded.recipe;
  return { id, title, why, version: String(version), hash: loaded.hash };
}

/**
 * What a recipe means for a tree: a patch that was verified, or the reason why there is none. Writes nothing.
 * @param params from `resolveParams`.
 * @param regenerate makes what CPython generates, for recipes that ask for it; without it they are refused.
 * @throws UserError when the recipe holds a pattern that is not C (with its place in the YAML).
 */
export async function generatePatch(
  loaded: LoadedRecipe,
  params: Params,
  tree: SourceTree,
  regenerate?: RegenerateFor,
): Promise<GenerateResult> {
  const { recipe } = loaded;
  const outside = outOfRange(recipe, tree.version);
  if (outside !== undefined) return outside;
  const compiled = await compileEdits(loaded, params, tree.version);
  const known = await filesOf(recipe, tree);
  const { edits, skipped } = forTree(compiled, known);
  const more = await includedFiles(tree, loaded.include ?? [], known);
  const files = [...known, ...more];
  const contextOf = (texts: readonly Pick<SourceFile, 'path' | 'text'>[]): FinderContext => ({
    params,
    c99: hasC99(tree.version),
    pure: new Set(recipe.pure),
    texts: texts.map((f) => f.text),
    macros: recipe.macros,
    pointers: (struct) => {
      const headers = texts.filter((f) => f.path.endsWith('.h')).map((f) => f.text);
      return countPointers(headers, struct, droppedFields(edits, recipe, struct), addedFields(edits, struct));
    },
  });
  const context = contextOf(known);
  const own: FileFindings[] = [];
  for (const file of known) own.push(await findInFile(file.path, file.text, edits, context));
  own.push(...(await findNewFiles(tree, edits)));
  const included: FileFindings[] = [];
  for (const file of more) included.push(await findInFile(file.path, file.text, includedOf(edits), context));
  const findings = [...own, ...included];
  const tallies = tally(edits, own, included);
  const account = accounts(tallies, skipped, findings);
  const buildOptions = edits.flatMap((e) => (e.configure === undefined ? [] : [e.configure]));
  const drifted = (problems: readonly Diagnostic[]): GenerateResult => ({ verdict: 'drifted', problems, account });

  const before = new Map(files.map((f) => [f.path, f.text]));
  const found = tallies.reduce((n, t) => n + t.found, 0);
  const done = tallies.reduce((n, t) => n + t.done, 0);
  const problems = findings.flatMap((f) => f.problems);
  const probe = recipe.probe?.identifier;
  const isProbed = probe === undefined || known.some((f) => isProbe(f, probe));
  const answer = (missing: MissingProbe): GenerateResult =>
    'drift' in missing
      ? drifted(missing.drift)
      : { verdict: 'not-applicable', why: `${recipe.id}: ${missing.none}`, account };
  // Where the recipe's own words are, it was applied, and takes the probe away itself.
  if (!isProbed && found > 0 && !tallies.some(tellsOfRecipe)) return answer(await withoutProbe(tree, probe, known));
  if (found === 0 && problems.length === 0 && buildOptions.length === 0) {
    const left = leftovers(recipe, params, edits, before, before);
    if (done > 0 && left.length === 0)
      return { verdict: 'already-applied', why: 'all that its edits make is there', account };
    const missing = probe !== undefined && !isProbed ? await withoutProbe(tree, probe, known) : undefined;
    if (missing !== undefined) return answer(missing);
    if (files.length === 0 && found === 0)
      return { verdict: 'not-applicable', why: `${recipe.id}: none of its files are in the tree`, account };
    if (left.length > 0) return drifted([...left, ...(await unmet(tallies, findings))]);
  }
  problems.push(
    ...(await unmet(tallies, findings)).filter((p) => !explained(p, problems)),
    ...unclear(tallies, findings),
  );
  const macros = new Set(recipe.edits.flatMap((e) => (e.kind === 'set-define' ? [e.name] : [])));
  const unset = tallies.flatMap(({ edit, found, done }) =>
    found + done > 0 || edit.min > 0 || edit.optional === undefined || defines(known, edit.optional.macro)
      ? []
      : [edit.optional],
  );
  const missing = await missingMacros(tree, unset, macros);
  problems.push(...missing.drift);
  const after = new Map(findings.map((f) => [f.path, applyEdits(f.text, f.edits)]));
  if (problems.length > 0) problems.push(...(found > 0 ? halfApplied(tallies, problems) : []));
  else problems.push(...leftovers(recipe, params, edits, after, before), ...(found > 0 ? partlyMade(tallies) : []));
  if (problems.length > 0) return drifted(problems);

  const changed = findings.filter((f) => f.edits.length > 0);
  if (changed.length === 0 && buildOptions.length === 0) {
    if (done > 0) return { verdict: 'already-applied', why: 'all that its edits make is there', account };
    return { verdict: 'not-applicable', why: `${recipe.id}: none of its edits finds anything to do`, account };
  }
  for (const f of changed) problems.push(...(await verifyCode(f, after.get(f.path) ?? f.text, context.macros)));
  problems.push(...(await fallingApart(tree, changed)));
  if (problems.length > 0) return drifted(problems);
  const brought = changed.filter((f) => f.is === 'made');
  const made = contextOf([...known, ...brought].map((f) => ({ path: f.path, text: after.get(f.path) ?? f.text })));
  for (const f of changed) {
    const again = included.includes(f) ? includedOf(edits) : edits;
    problems.push(...(await notIdempotent(f.path, after.get(f.path) ?? '', again, made)));
  }

  const warnings: Diagnostic[] = [...missing.warnings, ...changed.flatMap((f) => f.warnings ?? [])];
  warnings.push(...(await staleConfigure(tree, new Set(changed.map((f) => f.path)))));
  for (const f of changed) warnings.push(...(await newlyUnused(f, after.get(f.path) ?? '', context.macros)));
  const changes = changed.map((f) => ({ path: f.path, is: f.is, after: after.get(f.path) ?? f.text }));
  const ownTexts = [...known, ...brought].map(({ path, text }) => ({
    path,
    before: text,
    after: after.get(path) ?? text,
  }));
  for (const name of tallies.flatMap(({ edit, found }) => (found > 0 ? (edit.adds ?? []) : [])))
    problems.push(...(await definedTwice(tree, name)));
  for (const renaming of tallies.flatMap(({ edit, found }) => (found > 0 ? (edit.renames ?? []) : [])))
    problems.push(...(await againstRename(tree, renaming, ownTexts)));
  for (const { index, lays } of tallies.flatMap(({ edit, found }) => (found > 0 ? edit : [])))
    if (lays !== undefined) {
      const layout = await layoutUsersOf(tree, lays(changedBy(findings, index)), ownTexts);
      problems.push(...layout.problems);
      warnings.push(...layout.warnings);
    }
  for (const dropped of tallies.flatMap(({ edit, found }) => (found > 0 ? (edit.drops ?? []) : []))) {
    const others = await usersOf(overlayTree(tree, changes), dropped, ownTexts);
    // Who has named the file already knows of --include.
    const named = new Set(more.map((f) => f.path));
    problems.push(
      ...others.code.map((problem) =>
        named.has(problem.place?.file ?? '')
          ? { ...problem, hint: 'no edit of the recipe fits this use: change it by hand first' }
          : problem,
      ),
    );
    warnings.push(...others.mentions);
  }
  if (problems.length > 0) return drifted(problems);
  const patch = makePatch(loaded, params, tree, files, changed, after, buildOptions, edits);
  const asked = edits.filter((edit) => edit.make !== undefined);
  if (asked.length === 0) return { verdict: 'applies', patch, warnings, account };
  return withRegenerated({ verdict: 'applies', patch, warnings, account }, asked, tree, regenerate);
}

/** Whether an edit has put something in at one of some places of a file. */
function changedBy(findings: readonly FileFindings[], edit: number): LayoutChange['isHandled'] {
  const starts = new Map(
    findings.map(({ path, edits }) => [path, new Set(edits.flatMap((e) => (e.edit === edit ? [e.start] : [])))]),
  );
  return (path, offsets) => offsets.some((offset) => starts.get(path)?.has(offset));
}

/** The answer for a version that the recipe is not for; `undefined` for those that it is for. */
export function outOfRange(recipe: Recipe, version: PythonVersion): GenerateResult | undefined {
  if (isVersion(recipe.cpython, version)) return undefined;
  const because = recipe.outside === undefined ? '' : `: ${recipe.outside.trim()}`;
  const why = `${recipe.id} is for CPython ${recipe.cpython}, and this is ${version.text}${because}`;
  return { verdict: 'not-applicable', why, account: [] };
}

/** CPython is written in C99 since 3.6 (PEP 7): before, declarations stand at the start of a block. */
export function hasC99(version: PythonVersion): boolean {
  return version.major > 3 || (version.major === 3 && version.minor >= 6);
}

async function filesOf(recipe: Recipe, tree: SourceTree): Promise<SourceFile[]> {
  const names = await matchingFiles(tree, recipe.files);
  const files = await Promise.all(names.map((f) => tree.read(f)));
  return files.filter((f) => f !== undefined);
}

/** Without the edits that say by an identifier that they are not for this tree. */
function forTree(
  { edits, skipped }: Awaited<ReturnType<typeof compileEdits>>,
  known: readonly SourceFile[],
): { edits: readonly CompiledEdit[]; skipped: readonly SkippedEdit[] } {
  const isThere = (name: string | undefined) => name !== undefined && known.some((f) => isProbe(f, name));
  const not = edits.filter((e) => isThere(e.lacks));
  return {
    edits: edits.filter((e) => !not.includes(e)),
    skipped: [
      ...skipped,
      ...not.map(({ index, kind, why, lacks }) => ({ index, kind, why, reason: `it is for trees without ${lacks}` })),
    ],
  };
}

/** Whether a file defines a macro, with whatever value. */
function defines(files: readonly SourceFile[], macro: string): boolean {
  const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${macro}\\b`, 'm');
  return files.some((f) => define.test(f.text));
}

async function unmet(tallies: readonly Tally[], findings: readonly FileFindings[]): Promise<Diagnostic[]> {
  const out: Diagnostic[] = [];
  for (const tallied of tallies) {
    const { edit, found, done } = tallied;
    if (isAsDeclared(tallied)) continue;
    if (found === 0 && done > 0) continue;
    const shapes = edit.shapeOf === undefined ? [tallied] : tallies.filter((t) => t.edit.shapeOf === edit.shapeOf);
    // Of shapes that were all found nowhere the first speaks for all.
    if (found === 0 && shapes[0] !== tallied) continue;
    const wanted = found === 0 ? shapes.map((t) => t.edit.looksFor).join(', or ') : edit.looksFor;
    if (edit.testsOnly && !findings.some((f) => edit.concerns(f.path))) continue;
    const places = findings.flatMap((f) =>
      f.matches
        .filter((m) => m.edit === edit.index && !m.noted)
        .map((m) => ({ place: { file: f.path, line: m.line }, message: m.text })),
    );
    const near = places.length > 0 ? [] : nearMisses(edit, findings);
    const files = findings.filter((f) => edit.concerns(f.path)).map((f) => f.path);
    out.push({
      code: 'patch/not-as-declared',
      message: `edit ${edit.index + 1} (${edit.kind}) must match ${timesText(edit)}, but ${
        found === 0 ? 'was found nowhere' : `was found ${found === 1 ? 'once' : `${found} times`}`
      }: ${wanted}`,
      place: places[0]?.place ?? near[0]?.place ?? (files[0] === undefined ? undefined : { file: files[0] }),
      related: places.length > 0 ? places.slice(1) : near,
      detail: files.length === 0 ? ['none of its files are in the tree'] : [`looked in ${files.join(', ')}`],
      hint: await hintFor(tallied, places.length, near.length > 0),
    });
  }
  return out;
}

/** Places that look as if the edit was made there, beside others where it was not. */
function unclear(tallies: readonly Tally[], findings: readonly FileFindings[]): Diagnostic[] {
  const open = new Set(tallies.filter((t) => t.found > 0).map((t) => t.edit.index));
  return findings.flatMap((f) =>
    f.matches
      .filter((m) => m.unclear && open.has(m.edit))
      .map((m) => ({
        code: 'patch/unclear',
        message: `edit ${m.edit + 1} may be made here already, as it is not at other places: ${m.text}`,
        place: { file: f.path, line: m.line },
        hint: 'leave the place out with in: or files:, or let the pattern say more',
      })),
  );
}

/** What whoever keeps the recipe can do about an edit that matched too often, or not often enough. */
async function hintFor({ edit, found }: Tally, places: number, near: boolean): Promise<string> {
  // Loaded when something is wrong: the schemas take longer to make than a patch does.
  const { editSchemas } = await import('../recipe/schema.ts');
  const all = `say \`times: ${found}\` if the edit is meant for all of them`;
  const narrower = Object.keys(editSchemas[edit.kind].shape).filter((name) => NARROWING.has(name));
  if (places > 0 && found > edit.max) return `${all}; else narrow it: ${narrower.join(':, ')}:`;
  if (places > 0) return `${all}; else the code differs at the other places: \`--explain\` shows what each edit found`;
  if (near && edit.near !== undefined)
    return 'it stands outside of the part that `in:` names, or that is not there: correct `in:`';
  if (near) return 'the code stands there in another form: change the edit, or add one with the same `shape-of:`';
  return 'correct the edit if the recipe is new; else the source has changed: `--explain` shows what each edit found';
}

/** Members by which an edit matches fewer places. */
const NARROWING: ReadonlySet<string> = new Set(['in', 'given', 'dead', 'files']);

function nearMisses(
  edit: CompiledEdit,
  findings: readonly FileFindings[],
): { place: { file: string; line: number }; message: string }[] {
  const anchor = edit.finder?.anchor;
  const offsets = (text: string) => (anchor === undefined ? (edit.near?.(text) ?? []) : wordOffsets(text, anchor));
  return findings
    .filter((f) => edit.concerns(f.path))
    .flatMap((f) =>
      offsets(f.text).map((o) => ({
        place: { file: f.path, line: lineAt(f.text, o) },
        message: lineText(f.text, o),
      })),
    );
}

/** Whether something else that is wrong in the same file says why an edit found nothing. */
function explained(problem: Diagnostic, others: readonly Diagnostic[]): boolean {
  return others.some((o) => o.code === 'patch/unreadable' && o.place?.file === problem.place?.file);
}

/** Whether text is there already that only the recipe itself writes: a #define may well have the wanted value by chance. */
const tellsOfRecipe = ({ edit, found, done }: Tally) => found === 0 && done > 0 && !edit.byChance;

/**
 * Some edits are made already and the others would match: somebody applied the recipe and took a part of it back. To make
 * the rest would hide that, and the reverse of such a patch would leave what was there before it.
 */
function partlyMade(tallies: readonly Tally[]): Diagnostic[] {
  return tallies.some(tellsOfRecipe)
    ? halfApplied(
        tallies.filter((t) => t.found > 0 || tellsOfRecipe(t)),
        [],
      )
    : [];
}

/** When some edits are already made and others are not: said first, for it explains the rest. */
function halfApplied(tallies: readonly Tally[], problems: readonly Diagnostic[]): Diagnostic[] {
  const number = (t: Tally) => `${t.edit.index + 1} (${t.edit.kind})`;
  const made = tallies.filter((t) => t.found === 0 && t.done > 0);
  const missing = tallies.filter(
    (t) => t.found === 0 && t.done === 0 && t.edit.min > 0 && !t.otherShape && !isAsked(t.edit),
  );
  const open = tallies.filter((t) => t.found > 0);
  if (open.length === 0 || made.length + missing.length === 0) return [];
  // Where code could not be read or is otherwise odd, that is why an edit found nothing.
  if (made.length === 0 && problems.some((p) => p.code !== 'patch/not-as-declared')) return [];
  return [
    {
      code: 'patch/half-applied',
      message: `the tree may be half patched: ${[
        ...(made.length > 0 ? [`already made: edits ${made.map(number).join(', ')}`] : []),
        ...(missing.length > 0 ? [`nothing found for: edits ${missing.map(number).join(', ')}`] : []),
        `still to make: edits ${open.map(number).join(', ')}`,
      ].join('; ')}`,
      hint: 'restore the files from your version control, then generate again: a part is never patched',
    },
  ];
}

async function notIdempotent(
  path: string,
  text: string,
  edits: readonly CompiledEdit[],
  context: FinderContext,
): Promise<Diagnostic[]> {
  const again = await findInFile(path, text, edits, context);
  const told = again.problems
    .filter((p) => p.code === 'patch/text-differs')
    .map((p) => ({ ...p, code: 'patch/not-idempotent', message: `after the edits: ${p.message}` }));
  const matched = again.matches
    .filter((m) => !m.done)
    .map((m) => ({
      code: 'patch/not-idempotent',
      message: `edit ${m.edit + 1} would match its own result again: ${m.text}`,
      place: { file: path, line: m.line },
      hint: 'narrow the edit; if it is meant for code that another edit changes, let it be a recipe of its own, with `after:`',
    }));
  return [...matched, ...told];
}

function droppedFields(edits: readonly CompiledEdit[], recipe: Recipe, struct: string): ReadonlySet<string> {
  const own = edits.map(({ index }) => recipe.edits[index]);
  return new Set(own.flatMap((e) => (e?.kind === 'drop-field' && e.struct === struct ? [e.field] : [])));
}

const addedFields = (edits: readonly CompiledEdit[], struct: string) =>
  edits.flatMap(({ fields }) => (fields?.struct === struct ? [fields] : []));

function expectations(recipe: Recipe, params: Params, tree: SourceTree): Expectations {
  const tests = (recipe.expect?.['cpython-tests'] ?? []).flatMap((t) => {
    const here = (t.versions === undefined || isVersion(t.versions, tree.version)) && holds(t.when, params);
    return here && t.fails !== undefined ? [{ test: t.test, why: t.fails }] : [];
  });
  return {
    tests,
    faster: recipe.expect?.faster ?? [],
    slower: recipe.expect?.slower ?? [],
    startupMemory: recipe.expect?.memory?.startup,
    startupClaim: recipe.expect?.memory?.claim,
  };
}

function makePatch(
  loaded: LoadedRecipe,
  params: Params,
  tree: SourceTree,
  files: readonly SourceFile[],
  changed: readonly FileFindings[],
  after: ReadonlyMap<string, string>,
  buildOptions: readonly string[],
  edits: readonly CompiledEdit[],
): GeneratedPatch {
  const byIndex = new Map(edits.map((e) => [e.index, e]));
  const changes: FileChange[] = [];
  const diffs = [];
  for (const f of changed) {
    const change: FileChange = {
      path: f.path,
      ...(f.is === undefined ? {} : { is: f.is }),
      before: f.text,
      after: after.get(f.path) ?? f.text,
      edits: f.edits.map(({ edit, start, end, replacement }) => ({
        edit,
        kind: byIndex.get(edit)?.kind ?? '',
        why: byIndex.get(edit)?.why ?? '',
        start,
        end,
        replacement,
      })),
    };
    const mode = files.find((x) => x.path === f.path)?.executable ? '100755' : '100644';
    const oldPath = f.is === 'made' ? undefined : f.path;
    const transition = { ...change, oldPath, newPath: f.path, oldMode: mode, newMode: mode } as const;
    const diff = writeDiff(transition);
    checkDiff(diff.text, transition);
    changes.push(change);
    diffs.push(diff);
  }
  const facts = {
    recipe: recipeIdentity(loaded),
    params,
    pythonVersion: tree.version.text,
    base: tree.base,
    buildOptions,
    include: loaded.include,
  };
  const text = patchMail(facts, diffs);
  return {
    recipe: facts.recipe,
    params,
    pythonVersion: tree.version.text,
    base: tree.base,
    files: changes,
    text,
    sha256: sha256(Buffer.from(text, 'latin1')),
    insertions: diffs.reduce((n, d) => n + d.insertions, 0),
    deletions: diffs.reduce((n, d) => n + d.deletions, 0),
    buildOptions,
    ...(loaded.include === undefined ? {} : { include: loaded.include }),
    expect: expectations(loaded.recipe, params, tree),
  };
}
