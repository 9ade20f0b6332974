import { cParser } from '../../c/parser.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { Edit } from '../../recipe/schema.ts';
import type { LoadedRecipe } from '../../recipe/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { generatePatch } from '../generate.ts';
import { asWritten } from './as-written.ts';
import { Code } from './code.ts';
import { draftersFor } from './drafters/index.ts';
import { DraftFile, type Group } from './groups.ts';
import type { PatchedFile } from './patched.ts';
import { isOver, settled, type TextSaid, textsFor } from './settle.ts';
import { makes, recipeOf, type Said, Trial } from './trial.ts';

/** What became of one group of changed lines. */
export interface DraftedGroup {
  readonly path: string;
  readonly isC: boolean;
  /** From 1, in the old file; with how many lines go and come. */
  readonly line: number;
  readonly removed: number;
  readonly added: number;
  /** The kinds of the edits that say it. */
  readonly kinds: readonly string[];
  /** Indices of the edits. */
  readonly edits: readonly number[];
}

export interface Drafted {
  readonly edits: readonly Edit[];
  readonly files: readonly string[];
  readonly groups: readonly DraftedGroup[];
  /** What no edit can say. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
  /** Why the recipe does not make the patch; `undefined` when it makes the same bytes. */
  readonly differs: string | undefined;
}

/** Drafts the edits that make of a tree what a patch makes of it, each tried by the generator itself. */
export async function draftEdits(patched: readonly PatchedFile[], tree: SourceTree): Promise<Drafted> {
  const left: { path: string; why: string }[] = [];
  const files: DraftFile[] = [];
  const made: Edit[] = [];
  for (const { path, before, after, mode } of patched) {
    if (mode) left.push({ path, why: 'it gets another mode, or is made executable' });
    if (after === undefined) left.push({ path, why: 'the file is removed' });
    else if (before !== undefined) {
      if (before !== after) files.push(new DraftFile(path, before, after));
    } else if (after.endsWith('\n')) made.push(asWritten({ kind: 'add-file', path, text: after }));
    else left.push({ path, why: 'a new file whose last line has no end' });
  }
  const wanted = patched.filter((f) => f.after !== f.before && f.after !== undefined && !isLeft(f, left));
  const difference = async (edits: readonly Edit[]) =>
    wanted.length === 0
      ? undefined
      : differsFrom(
          recipeOf(
            [...edits, ...made],
            wanted.map((f) => f.path),
          ),
          wanted,
          tree,
        );
  const trial = new Trial(files, tree.version);
  const code = new Code(await cParser());
  let said: Said[] = [];
  try {
    for (const file of files) for (const group of file.groups) await sayGroup(group, code, trial, said);
    const whole = new Set(
      settled(
        said,
        files.flatMap((f) => f.groups),
      ).flatMap((s) => [...s.changes.keys()]),
    );
    for (const file of files) {
      for (const group of file.groups) {
        if (whole.has(group)) continue;
        const parts = file.part(group);
        if (parts.length > 0) said = said.filter((s) => !s.changes.has(group));
        for (const part of parts) await sayGroup(part, code, trial, said);
      }
    }
  } finally {
    code.free();
  }
  const groups = files.flatMap((f) => f.groups);
  let kept = settled(said, groups);
  let whole = assemble(kept, files);
  let differs = await difference(whole.edits);
  while (differs !== undefined && whole.said.length > 0) {
    // The longest beginning that works; the edit after it does not.
    let [works, fails] = [0, whole.said.length];
    while (fails - works > 1) {
      const middle = (works + fails) >> 1;
      const some = assemble(settled(whole.said.slice(0, middle), groups), files);
      if ((await difference(some.edits)) === undefined) works = middle;
      else fails = middle;
    }
    kept = settled(
      whole.said.filter((_, i) => i !== fails - 1),
      groups,
    );
    whole = assemble(kept, files);
    differs = await difference(whole.edits);
  }
  return {
    edits: [...whole.edits, ...made],
    files: wanted.map((f) => f.path),
    groups: groups.map((group) => rowOf(group, whole)),
    left,
    differs,
  };
}

const isLeft = ({ path, before }: PatchedFile, left: readonly { readonly path: string }[]) =>
  before === undefined && left.some((l) => l.path === path);

async function sayGroup(group: Group, code: Code, trial: Trial, said: Said[]): Promise<void> {
  // An edit that leaves another group half said may be lost with that group.
  const isWhole = () =>
    settled(
      said,
      said.flatMap((s) => [...s.changes.keys()]),
    ).some((s) => s.changes.has(group));
  for (const drafter of draftersFor(group)) {
    for (const candidates of drafter(group, code)) {
      if (isWhole()) return;
      const found = await trial.first(candidates, group);
      if (found === undefined || said.some((s) => JSON.stringify(s.edit) === JSON.stringify(found.edit))) continue;
      // What says all of it comes in place of what says a part.
      const parts = makes(group, found.changes.get(group) ?? []) ? said.filter((s) => isOver(s, found)) : [];
      if (parts.length > 0) said.splice(0, said.length, ...said.filter((s) => !parts.includes(s)));
      said.push(found);
    }
  }
}

interface Assembled {
  readonly said: readonly Said[];
  readonly texts: readonly TextSaid[];
  readonly edits: readonly Edit[];
}

/** The edits in the order of their places, with exact text for what they do not say. */
function assemble(said: readonly Said[], files: readonly DraftFile[]): Assembled {
  let kept = said;
  for (;;) {
    const texts: TextSaid[] = [];
    const more: Group[] = [];
    for (const file of files) {
      const done = new Set(kept.flatMap((s) => [...s.changes.keys()]));
      const open = file.groups.filter((g) => !done.has(g));
      const found = textsFor(
        open,
        file.groups.filter((g) => done.has(g)),
      );
      texts.push(...found.texts);
      more.push(...found.more);
    }
    const next = kept.filter((s) => !more.some((g) => s.changes.has(g)));
    if (next.length === kept.length) return { said: kept, texts, edits: ordered(kept, texts, files) };
    kept = next;
  }
}

function ordered(said: readonly Said[], texts: readonly TextSaid[], files: readonly DraftFile[]): Edit[] {
  const all = [
    ...said.map((s) => ({ edit: s.edit, groups: [...s.changes.keys()] })),
    ...texts.map((t) => ({ edit: t.edit, groups: [...t.groups] })),
  ];
  const place = (groups: readonly Group[]) => Math.min(...groups.map((g) => files.indexOf(g.file) * 1e9 + g.start));
  return all
    .sort((a, b) => place(a.groups) - place(b.groups))
    .map(({ edit }) => (files.length === 1 ? onlyFile(edit) : edit));
}

/** Of a recipe for one file, edits need not name it. */
function onlyFile(edit: Edit): Edit {
  const { files: _, ...rest } = edit;
  return rest as Edit;
}

/** Why a recipe does not make of a tree what a patch makes; `undefined` when it does. */
export async function differsFrom(
  recipe: LoadedRecipe,
  files: readonly { readonly path: string; readonly after: string | undefined }[],
  tree: SourceTree,
): Promise<string | undefined> {
  try {
    const result = await generatePatch(recipe, {}, tree);
    if (result.verdict !== 'applies') {
      const [problem] = 'problems' in result ? result.problems : [];
      const at = problem?.place === undefined ? '' : `${problem.place.file}:${problem.place.line ?? 1}: `;
      return 'why' in result ? result.why : `${at}${problem?.message}`;
    }
    const made = new Map(result.patch.files.map((f) => [f.path, f.after]));
    const other = files.find((f) => made.get(f.path) !== f.after);
    return other === undefined ? undefined : `${other.path} would become other text`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics[0]?.message;
  }
}

function rowOf(group: Group, { said, texts, edits }: Assembled): DraftedGroup {
  const mine = [...said.filter((s) => s.changes.has(group)), ...texts.filter((t) => t.groups.includes(group))];
  const lines = (text: string) => text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0);
  return {
    path: group.file.path,
    isC: group.file.isC,
    line: group.file.before.slice(0, group.start).split('\n').length,
    removed: lines(group.removed),
    added: lines(group.added),
    kinds: [...new Set(mine.map((m) => m.edit.kind))],
    edits: mine.map((m) =>
      edits.findIndex(
        (e) => e.kind === m.edit.kind && JSON.stringify(onlyFile(e)) === JSON.stringify(onlyFile(m.edit)),
      ),
    ),
  };
}
