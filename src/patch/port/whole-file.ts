import type { Located } from '../../diff/locate.ts';
import { inTheWay } from '../../diff/paths.ts';
import { type FileTransition, filePatchText, hunkLines } from '../../diff/write.ts';
import type { Context } from '../../system/context.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { type Change, type Files, findFile, type Moves, type TreeFile } from './files.ts';
import type { Accept, Candidate, PortedChange, Unfinished } from './types.ts';

/** A file that the patch makes: only where there is none, or the same one. */
export async function portNew(patch: string, located: Located, from: Files, to: Files): Promise<PortedFile> {
  const path = located.now ?? '';
  const mode = modeOf(located.patch.newMode) ?? '100644';
  const content = located.patch.hunks.flatMap((h) => h.lines.filter((l) => l.mark === '+').map((l) => l.text)).join('');
  if ((await from.read(path)) !== undefined)
    return notForThis('the patch makes a file that is there already', { file: path }, NOT_YET);
  const inOld = inTheWay(path, await from.list());
  if (inOld !== undefined) return notForThis(inOld, { file: patch, line: located.patch.line });
  const oldChanges = [{ path, raw: content, mode }];
  const inNew = inTheWay(path, await to.list());
  if (inNew !== undefined) return { ...leftToPerson(patch, located, [inNew]), oldChanges };
  const there = await to.read(path);
  if (there?.raw === content && !there.link)
    return { ...NONE, oldChanges, changes: [row(patch, located, { outcome: 'already-there', newFile: path })] };
  if (there !== undefined) {
    const reasons = ['the new tree has a file of this name, with other content'];
    const candidates = [{ file: path, line: 1, similarity: 0, text: '' }];
    return { ...leftToPerson(patch, located, reasons, candidates), oldChanges };
  }
  return {
    unfinished: [],
    changes: [row(patch, located, { outcome: 'exact', newFile: path, notes: ['a new file'] })],
    transitions: [{ oldPath: undefined, newPath: path, before: '', after: content, oldMode: mode, newMode: mode }],
    oldChanges,
    newChanges: oldChanges,
    rejected: '',
  };
}

/** A file that the patch removes: only one with the content that it had. */
export async function portRemoval({ patch, located, old, to, moves }: Job): Promise<Rest> {
  const found = await findFile(old.file, to, moves);
  if ('reason' in found && found.candidates.length === 0) {
    const what = { outcome: 'already-there', notes: ['the file is not there any more'] } as const;
    return { ...NONE, changes: [row(patch, located, what)] };
  }
  const now = 'path' in found && found.path === located.old ? await to.read(found.path) : undefined;
  if (now === undefined) return leftToPerson(patch, located, ['the file may be another one now']);
  if (now.link || now.file.text !== old.file.text)
    return leftToPerson(patch, located, ['the file that it removes has another content']);
  const path = located.old ?? '';
  return {
    unfinished: [],
    changes: [row(patch, located, { outcome: 'exact', newFile: path, notes: ['the file is removed'] })],
    transitions: [
      { oldPath: path, newPath: undefined, before: now.raw, after: '', oldMode: now.mode, newMode: now.mode },
    ],
    newChanges: [{ path, raw: undefined, mode: now.mode }],
    rejected: '',
  };
}

/** A new name or mode: only where the new tree's file is as the old one was. */
export function shapeChange(
  { located, old }: Job,
  now: TreeFile | undefined,
  path: string | undefined,
  alreadyRenamed: boolean,
  target: { readonly isThere: boolean; readonly after: string },
): { what: Parameters<typeof row>[2]; to?: { path: string; mode: Mode } } | undefined {
  const wantedMode = modeOf(located.patch.newMode);
  const renames = located.now !== located.old;
  const changesMode = wantedMode !== undefined && wantedMode !== old.mode;
  if (!renames && !changesMode) return undefined;
  const person = (reason: string) => ({
    what: { outcome: 'needs-a-person' as const, newFile: now && path, reasons: [reason] },
  });
  if (now === undefined || path === undefined) return person('the file that gets another name or mode is not there');
  if (renames && now.file.text !== old.file.text && !(alreadyRenamed && now.file.text === target.after))
    return person('the file that gets another name has another content than in the old tree');
  if (renames && !alreadyRenamed && target.isThere)
    return person(`there is a file ${located.now} already, or a folder`);
  if (alreadyRenamed)
    return { what: { outcome: 'already-there', newFile: path, notes: ['the file has its new name'] } };
  if (renames && path !== located.old) return person(`the file that gets another name is ${path} now`);
  const mode = changesMode && wantedMode !== undefined ? wantedMode : now.mode;
  if (changesMode && !renames && now.mode === mode)
    return { what: { outcome: 'already-there', newFile: path, notes: ['the file has its new mode'] } };
  const name = renames ? (located.now ?? path) : path;
  const notes = [...(renames ? [`renamed to ${name}`] : []), ...(mode === now.mode ? [] : [`mode ${mode}`])];
  return { what: { outcome: 'exact', newFile: path, notes }, to: { path: name, mode } };
}

/** What became of one file of a patch; problems when the patch does not fit the tree that it was made for. */
export type PortedFile =
  | { readonly problems: readonly Diagnostic[] }
  | {
      readonly changes: readonly PortedChange[];
      readonly unfinished: readonly Unfinished[];
      readonly transitions: readonly FileTransition[];
      /** What the patch makes of the tree that it was made for. */
      readonly oldChanges: readonly Change[];
      readonly newChanges: readonly Change[];
      /** The hunks that were not placed, as a diff. */
      readonly rejected: string;
    };

export type Mode = TreeFile['mode'];

export const modeOf = (mode: string | undefined): Mode | undefined =>
  mode === '100755' || mode === '100644' ? mode : undefined;

/** How the changes of all files are placed. */
export interface How {
  readonly moves: Moves | undefined;
  readonly accept: Accept;
  /**
   * What a person made of a conflict before, by its key.
   * @param here only what was said in this very port counts, not what is remembered of another one.
   */
  readonly resolution?: ((key: string, here: boolean) => Promise<string | undefined>) | undefined;
}

/** One file's part of a patch, and where it is to go. */
export interface Job extends How {
  readonly patch: string;
  readonly located: Located;
  readonly old: TreeFile;
  readonly to: Files;
  readonly ctx: Pick<Context, 'env' | 'signal'>;
  /** The version that the patch was made for, for the marks of a conflict. */
  readonly from: string;
}

/** The result but for what the patch makes of the old tree. */
export type Rest = Omit<Extract<PortedFile, { changes: unknown }>, 'oldChanges'>;

/** A row of the report for what is not a hunk: a file that comes, goes, or changes its name or mode. */
export function row(
  patch: string,
  located: Located,
  what: Pick<PortedChange, 'outcome'> & Partial<Pick<PortedChange, 'newFile' | 'notes' | 'reasons' | 'candidates'>>,
): PortedChange {
  return {
    patch,
    patchLine: located.patch.line,
    oldFile: located.old ?? located.now ?? '',
    oldLine: 1,
    within: 'the file',
    grade: what.outcome === 'needs-a-person' ? 'conflict' : what.outcome === 'already-there' ? 'upstream' : 'proven',
    quote: what.outcome === 'needs-a-person' ? located.patch.hunks.flatMap(hunkLines) : [],
    newLine: what.newFile === undefined ? undefined : 1,
    notes: [],
    reasons: [],
    candidates: [],
    ...what,
  };
}

/** A file's whole part of the patch is left for a person. */
export function leftToPerson(patch: string, located: Located, reasons: string[], candidates: Candidate[] = []): Rest {
  return {
    ...NONE,
    rejected: filePatchText(located, located.patch.hunks),
    changes: [row(patch, located, { outcome: 'needs-a-person', reasons, candidates })],
  };
}

/** The patch does not fit the tree that it was made for. */
export function notForThis(message: string, place: Place, hint?: string): PortedFile {
  return { problems: [{ code: 'patch/not-for-this', message, place, hint }] };
}
export const NOT_YET = '--from must be the tree that the patch was made for, without the patch';

/** Nothing to write. */
const NONE = { transitions: [], newChanges: [], unfinished: [], rejected: '' } as const;
