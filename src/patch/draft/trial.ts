import { diffArrays } from 'diff';
import type { PythonVersion } from '../../checkout/types.ts';
import { type Edit, editSchemas } from '../../recipe/schema.ts';
import type { LoadedRecipe } from '../../recipe/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { type CompiledEdit, compileEdits } from '../compile.ts';
import { type FileFindings, findInFile } from '../file-findings.ts';
import { hasC99 } from '../generate.ts';
import { applyEdits, type TextEdit } from '../ranges.ts';
import type { FinderContext } from '../site.ts';
import { verifyCode } from '../verify.ts';
import { asWritten } from './as-written.ts';
import type { DraftFile, Group } from './groups.ts';

/** An edit that does a part of what the patch does, and nothing else; and what it does, by groups of changed lines. */
export interface Said {
  readonly edit: Edit;
  readonly changes: ReadonlyMap<Group, readonly TextEdit[]>;
}

/** A recipe that is only in memory. */
export function recipeOf(edits: readonly Edit[], files: readonly string[]): LoadedRecipe {
  const recipe = { id: 'draft', title: 'draft', why: 'draft', version: 1, cpython: '>=2.0', files: [...files], edits };
  return { recipe, file: 'draft', hash: '', placeOf: () => ({ file: 'draft' }) };
}

/** Has the generator itself try edits on the files that a patch touches. */
export class Trial {
  readonly #files: readonly DraftFile[];
  readonly #version: PythonVersion;
  readonly #context: FinderContext;

  constructor(files: readonly DraftFile[], version: PythonVersion) {
    this.#files = files;
    this.#version = version;
    const texts = files.map((f) => f.before);
    this.#context = { params: {}, c99: hasC99(version), pure: new Set(), texts, pointers: () => undefined };
  }

  /**
   * The first of some edits that does a part of what the patch does and nothing else, as often as it matches; as it must be
   * written: with `times:`, and with `files:` where other files have such code.
   * @param wanted of the groups that it must change.
   */
  async first(candidates: Iterable<Edit>, wanted: Group): Promise<Said | undefined> {
    const seen = new Set<string>();
    let part: Said | undefined;
    for (const candidate of candidates) {
      const edit = asWritten(candidate);
      const key = JSON.stringify(edit);
      if (seen.has(key)) continue;
      seen.add(key);
      const compiled = await this.#compiled(edit);
      if (compiled === undefined) continue;
      const said = await this.#try(edit, compiled, this.#files);
      // Other files may have such code.
      const here = { ...edit, files: [wanted.file.path] };
      const found = said ?? (this.#files.length > 1 ? await this.#try(here, compiled, [wanted.file]) : undefined);
      if (found === undefined || !found.changes.has(wanted)) continue;
      // What leaves a group half said is lost when nothing says the rest of it.
      if ([...found.changes].every(([group, edits]) => makes(group, edits))) return found;
      part ??= found;
    }
    return part;
  }

  async #try(edit: Edit, compiled: CompiledEdit, files: readonly DraftFile[]): Promise<Said | undefined> {
    const changes = new Map<Group, TextEdit[]>();
    const all: FileFindings[] = [];
    let count = 0;
    for (const file of files) {
      if (!compiled.concerns(file.path)) continue;
      const found = await findInFile(file.path, file.before, [compiled], this.#context);
      const open = found.matches.filter((m) => !m.done).length;
      if (found.problems.length > 0) return undefined;
      if (open === 0) continue;
      count += open;
      all.push(found);
      for (const change of found.edits) {
        const group = groupOf(file, change);
        if (group === undefined) return undefined;
        changes.set(group, [...(changes.get(group) ?? []), change]);
      }
    }
    for (const [group, edits] of changes) if (!isOnTheWay(group, edits)) return undefined;
    if (count === 0) return undefined;
    // What would be changed again in the patch's own result is no edit of it.
    for (const file of files) {
      if (!compiled.concerns(file.path)) continue;
      const again = await findInFile(file.path, file.after, [compiled], this.#context);
      if (again.matches.some((m) => !m.done)) return undefined;
    }
    for (const found of all)
      if ((await verifyCode(found, applyEdits(found.text, found.edits))).length > 0) return undefined;
    return { edit: count === 1 ? edit : ({ ...edit, times: count } as Edit), changes };
  }

  async #compiled(edit: Edit): Promise<CompiledEdit | undefined> {
    if (!editSchemas[edit.kind].safeParse(without(edit)).success) return undefined;
    try {
      const any = { ...edit, times: '0..n' };
      return (await compileEdits(recipeOf([any], []), {}, this.#version)).edits[0];
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }
}

const without = ({ kind: _, ...edit }: Edit) => edit;

/** The group that a change lies in: it may touch the blank line beside it. */
function groupOf(file: DraftFile, change: TextEdit): Group | undefined {
  const inside = file.groups.filter((g) => change.start <= g.end && g.start <= change.end);
  const fits = (g: Group) => (overlaps(g, change) ? 2 : g.start === g.end && change.start === change.end ? 1 : 0);
  const [first] = inside.sort((a, b) => fits(b) - fits(a));
  return first ?? file.groups.find((g) => /^\s*$/.test(between(file.before, g, change)));
}

const overlaps = (group: Group, change: TextEdit) => change.start < group.end && group.start < change.end;
const between = (text: string, a: { start: number; end: number }, b: { start: number; end: number }) =>
  a.end <= b.start ? text.slice(a.end, b.start) : text.slice(b.end, a.start);

const words = (text: string): string[] => text.match(/\w+|\n|[^\S\n]+|[^\w\s]/g) ?? [];
const distance = (a: string, b: string): number =>
  diffArrays(words(a), words(b)).reduce((sum, part) => sum + (part.added || part.removed ? part.count : 0), 0);

/** A window of the file around a group that holds changes, too. */
function window(group: Group, edits: readonly TextEdit[]) {
  const start = Math.min(group.start, ...edits.map((e) => e.start));
  const end = Math.max(group.end, ...edits.map((e) => e.end));
  const { before } = group.file;
  const local = edits.map((e) => ({ ...e, start: e.start - start, end: e.end - start }));
  return {
    was: before.slice(start, end),
    made: applyEdits(
      before.slice(start, end),
      local.sort((a, b) => a.start - b.start),
    ),
    wanted: before.slice(start, group.start) + group.added + before.slice(group.end, end),
  };
}

/** Whether changes make exactly the group's new lines. */
export function makes(group: Group, edits: readonly TextEdit[]): boolean {
  const { made, wanted } = window(group, edits);
  return made === wanted;
}

/** Whether what changes make lies between the old lines and the new: no word is changed that must be changed back. */
function isOnTheWay(group: Group, edits: readonly TextEdit[]): boolean {
  const { was, made, wanted } = window(group, edits);
  if (made === wanted) return true;
  return distance(was, made) > 0 && distance(was, made) + distance(made, wanted) === distance(was, wanted);
}
