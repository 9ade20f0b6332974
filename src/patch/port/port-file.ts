import { splitLines } from '../../diff/apply.ts';
import type { Located } from '../../diff/locate.ts';
import { inTheWay } from '../../diff/paths.ts';
import type { PatchHunk } from '../../diff/types.ts';
import { type FileTransition, filePatchText } from '../../diff/write.ts';
import type { Context } from '../../system/context.ts';
import { applyOld } from './apply-old.ts';
import { answered, type Item, keyOf, markedText, questionsOf } from './conflicts.ts';
import { reversed } from './exact.ts';
import { changeRow, changesOf, onlyPieces, refuseOverlaps } from './file-result.ts';
import { type Change, type Files, findFile, type TreeFile } from './files.ts';
import { restore, type TextFile, textFile } from './lines.ts';
import { placeHunk } from './place-hunk.ts';
import type { FilePair, OldHunk, Placement, PortedChange, Unfinished } from './types.ts';
import {
  type How,
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
  how: How,
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
  const job = { patch, located, old, to, ctx, from: from.tree.version.text, ...how };
  if (located.now === undefined) return { ...(await portRemoval(job)), oldChanges };
  return { ...(await portChange(job, applied.hunks, applied.after, applied.notes)), oldChanges };
}

async function portChange(job: Job, hunks: readonly OldHunk[], after: string, notes: readonly string[]): Promise<Rest> {
  const { patch, located, old, to, moves, ctx } = job;
  const renames = located.now !== located.old;
  const alreadyRenamed =
    renames && (await to.read(located.old ?? '')) === undefined ? await to.read(located.now ?? '') : undefined;
  const where =
    alreadyRenamed === undefined
      ? await findFile(old.file, to, moves)
      : { path: located.now ?? '', how: 'same path' as const };
  const now = 'path' in where ? await to.read(where.path) : undefined;
  if (now?.link) return leftToPerson(patch, located, [`${now.file.path} is a symbolic link in the new tree`]);
  const moved = 'path' in where && where.how !== 'same path' ? [`the file is ${where.path} now (${where.how})`] : [];
  const pair = { old: old.file, after: textFile(old.file.path, after), now: now?.file, tree: to, ctx };
  const items: Item[] = [];
  const back = reversed(hunks, old.file);
  for (const [i, hunk] of hunks.entries()) {
    const b = back[i];
    if (b === undefined) throw new Error('a hunk without its reverse');
    for (const [n, found] of (await placeHunk(pair, hunk, b)).entries()) {
      const [piece, reverse] = [hunk.pieces[n], b.pieces[n]];
      if (piece === undefined || reverse === undefined) throw new Error('a change without its reverse');
      const placed =
        found.grade === 'proven' || found.grade === 'upstream' || (found.grade === 'likely' && job.accept === 'likely');
      if ('reasons' in found && 'reason' in where) {
        const files = where.candidates.map((c) => ({ file: c.path, line: 1, similarity: c.similarity, text: '' }));
        const candidates = [...files, ...found.candidates];
        items.push({
          hunk,
          piece,
          back: reverse,
          placed,
          found: { ...found, reasons: [where.reason, ...found.reasons], candidates },
        });
      } else items.push({ hunk, piece, back: reverse, placed, found });
    }
  }
  refuseOverlaps(items);
  const extra = [...notes, ...moved];
  let changes = await changesOf(items, to, old.file, after);
  const unfinished: Unfinished[] = [];
  if (now !== undefined && items.some(({ placed }) => !placed)) {
    const asked = await ask({ ...pair, now: now.file }, items, job);
    if (asked.answers) changes = await changesOf(items, to, old.file, after);
    if (items.some(({ placed }) => !placed)) {
      const questions = await questionsOf({ ...pair, now: now.file }, items);
      const marked = markedText(old.file, now.file, items, questions, job.from);
      const text = restore(marked.text, now.file.crlf);
      const whole = await job.resolution?.(keyOf(text), true);
      if (whole === undefined) unfinished.push({ path: now.file.path, ...marked, text });
      else {
        changes = [...changes.filter(({ path }) => path !== now.file.path), { path: now.file.path, now, text: whole }];
        for (const item of items)
          if (!item.placed)
            settle(item, { file: now.file.path, start: item.piece.start, end: item.piece.start, inserted: [] });
      }
    }
  }
  const rows: PortedChange[] = [];
  const transitions: FileTransition[] = [];
  const isThere =
    renames &&
    ((await to.read(located.now ?? '')) !== undefined || inTheWay(located.now ?? '', await to.list()) !== undefined);
  const path = 'path' in where ? where.path : undefined;
  const shape = shapeChange(job, now, path, alreadyRenamed !== undefined, { isThere, after });
  if (shape !== undefined) rows.push(row(patch, located, shape.what));
  for (const [i, item] of items.entries())
    rows.push(changeRow(patch, old.file, item, i === 0 ? extra : moved, now?.file));
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
  const left = rest(hunks, items);
  const isWhole = left.length === 0 && shape?.what.outcome !== 'needs-a-person';
  return { changes: rows, transitions, newChanges, unfinished, rejected: isWhole ? '' : filePatchText(located, left) };
}

/** The hunks with what was not placed of them, in the lines of the old file. */
function rest(hunks: readonly OldHunk[], items: readonly Item[]): PatchHunk[] {
  let delta = 0;
  return hunks.flatMap((hunk) => {
    const keep = items.filter((item) => item.hunk === hunk && !item.placed).map(({ piece }) => piece);
    if (keep.length === 0) return [];
    const only = onlyPieces(hunk, keep, delta);
    delta += only.newLines - only.oldLines;
    return [only];
  });
}

/** A change that a person has settled. */
function settle(item: Item, placement: Placement, isSaidHere = true): void {
  const evidence = 'so it was resolved before, where the same three texts met';
  item.found = isSaidHere
    ? { grade: 'proven', how: 'resolved', placement, notes: ['as a person resolved it'] }
    : { grade: 'likely', how: 'resolved', placement, evidence, notes: [] };
  item.placed = true;
}

/** Takes the answers that were given to the same questions before. @returns whether there were any. */
async function ask(pair: FilePair & { readonly now: TextFile }, items: readonly Item[], { resolution, accept }: Job) {
  let answers = false;
  if (resolution === undefined) return { answers };
  for (const question of await questionsOf(pair, items)) {
    const here = await answered(pair, question, items, (key) => resolution(key, true));
    const text =
      here ??
      (accept === 'proven' ? undefined : await answered(pair, question, items, (key) => resolution(key, false)));
    if (text === undefined) continue;
    const mine = items.filter((item) => question.items.includes(item));
    const inside = items.filter(({ found, placed }) => {
      const place = placed && 'placement' in found ? found.placement : undefined;
      const { there } = question;
      return (
        place !== undefined && place.file === pair.now.path && there.start <= place.start && place.end <= there.end
      );
    });
    const [first, ...more] = [...mine, ...inside];
    if (first === undefined) continue;
    settle(first, { file: pair.now.path, ...question.there, inserted: splitLines(text) }, here !== undefined);
    for (const item of more)
      settle(
        item,
        { file: pair.now.path, start: question.there.start, end: question.there.start, inserted: [] },
        here !== undefined,
      );
    answers = true;
  }
  return { answers };
}
