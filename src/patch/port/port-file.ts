import type { Located } from '../../diff/locate.ts';
import { inTheWay } from '../../diff/paths.ts';
import { type FileTransition, filePatchText } from '../../diff/write.ts';
import type { Context } from '../../system/context.ts';
import { applyOld } from './apply-old.ts';
import { reversed } from './exact.ts';
import { changesOf, hunkRow, refuseOverlaps } from './file-result.ts';
import { type Change, type Files, findFile, type Moves, type TreeFile } from './files.ts';
import { restore, textFile } from './lines.ts';
import { type HunkFound, placeHunk } from './place-hunk.ts';
import type { OldHunk, PortedHunk } from './types.ts';
import {
  type Job,
  leftToPerson,
  type Mode,
  modeOf,
  NOT_YET,
  notForThis,
  type PortedFile,
  portNew,
  portRemoval,
  type Rest,
  row,
  shapeChange,
} from './whole-file.ts';

export async function portFile(
  patch: string,
  located: Located,
  from: Files,
  to: Files,
  moves: Moves | undefined,
  ctx: Pick<Context, 'env' | 'signal'>,
): Promise<PortedFile> {
  if (located.old === undefined) return portNew(patch, located, from, to);
  const old = await from.read(located.old);
  if (old === undefined) throw new Error(`${located.old} was there a moment ago`);
  if (old.link)
    return {
      problems: [
        {
          code: 'patch/link',
          message: `${located.old} is a symbolic link: the patch would change what it leads to`,
          place: { file: patch, line: located.patch.line },
          hint: 'make the patch for the file that the link leads to',
        },
      ],
    };
  if (located.now !== undefined && located.now !== located.old && (await from.read(located.now)) !== undefined) {
    const message = `the patch renames ${located.old} to ${located.now}, which is there already`;
    return notForThis(message, { file: patch, line: located.patch.line }, NOT_YET);
  }
  const applied = applyOld(old.file, located.patch, patch);
  if ('problem' in applied) return { problems: [applied.problem] };
  const mode = modeOf(located.patch.newMode) ?? old.mode;
  const raw = located.now === undefined ? undefined : restore(applied.after, old.file.crlf);
  const oldChanges: Change[] = [{ path: located.now ?? located.old, raw, mode }];
  if (located.now !== undefined && located.now !== located.old)
    oldChanges.push({ path: located.old, raw: undefined, mode });
  const job = { patch, located, old, to, moves, ctx };
  if (located.now === undefined) return { ...(await portRemoval(job)), oldChanges };
  return { ...(await portChange(job, applied.hunks, applied.after, applied.notes)), oldChanges };
}

async function portChange(job: Job, hunks: readonly OldHunk[], after: string, notes: readonly string[]): Promise<Rest> {
  const { patch, located, old, to, moves, ctx } = job;
  const renames = located.now !== located.old;
  const alreadyRenamed =
    renames && (await to.read(located.old ?? '')) === undefined ? await to.read(located.now ?? '') : undefined;
  const found =
    alreadyRenamed === undefined
      ? await findFile(old.file, to, moves)
      : { path: located.now ?? '', how: 'same path' as const };
  const now = 'path' in found ? await to.read(found.path) : undefined;
  if (now?.link) return leftToPerson(patch, located, [`${now.file.path} is a symbolic link in the new tree`]);
  const moved = 'path' in found && found.how !== 'same path' ? [`the file is ${found.path} now (${found.how})`] : [];
  const pair = { old: old.file, after: textFile(old.file.path, after), now: now?.file, tree: to, ctx };
  const results: HunkFound[] = [];
  const back = reversed(hunks, old.file);
  for (const [i, hunk] of hunks.entries()) {
    const b = back[i];
    if (b === undefined) throw new Error('a hunk without its reverse');
    const result = await placeHunk(pair, hunk, b);
    if ('reasons' in result && 'reason' in found) {
      const files = found.candidates.map((c) => ({ file: c.path, line: 1, similarity: c.similarity, text: '' }));
      results.push({ reasons: [found.reason, ...result.reasons], candidates: [...files, ...result.candidates] });
    } else results.push(result);
  }
  refuseOverlaps(results);
  const extra = [...notes, ...moved];
  const rows: PortedHunk[] = [];
  const transitions: FileTransition[] = [];
  const changes = await changesOf(results, to, old.file, after);
  const isThere =
    renames &&
    ((await to.read(located.now ?? '')) !== undefined || inTheWay(located.now ?? '', await to.list()) !== undefined);
  const path = 'path' in found ? found.path : undefined;
  const shape = shapeChange(job, now, path, alreadyRenamed !== undefined, { isThere, after });
  if (shape !== undefined) rows.push(row(patch, located, shape.what));
  for (const [i, hunk] of hunks.entries()) {
    const result = results[i];
    if (result !== undefined) rows.push(hunkRow(patch, old.file, hunk, result, i === 0 ? extra : moved, now?.file));
  }
  const newChanges: Change[] = [];
  const change = (path: string, is: TreeFile, after: string, to: { path: string; mode: Mode }) => {
    transitions.push({ oldPath: path, newPath: to.path, before: is.raw, after, oldMode: is.mode, newMode: to.mode });
    if (to.path !== path) newChanges.push({ path, raw: undefined, mode: is.mode });
    newChanges.push({ path: to.path, raw: after, mode: to.mode });
  };
  for (const { path: name, now: there, text } of changes)
    change(name, there, text, name === path && shape?.to !== undefined ? shape.to : { path: name, mode: there.mode });
  if (shape?.to !== undefined && now !== undefined && path !== undefined && !changes.some((c) => c.path === path))
    change(path, now, now.raw, shape.to);
  const left = hunks.filter((_, i) => 'reasons' in (results[i] ?? { reasons: [] })).map((h) => h.hunk);
  const isWhole = left.length === 0 && shape?.what.outcome !== 'needs-a-person';
  return { hunks: rows, transitions, newChanges, rejected: isWhole ? '' : filePatchText(located, left) };
}
