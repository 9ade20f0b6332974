import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitContext, GitExit, openGit, orExit } from '../../checkout/git.ts';
import { UserError } from '../../system/diagnostic.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { replaced } from './apply-old.ts';
import { standsAt, type TextFile } from './lines.ts';
import type { Piece } from './types.ts';
import { verifyPlace } from './verify-place.ts';

/** A place in the new file, or why there is none. */
export type PieceFound = { readonly at: number } | { readonly reason: string };

/** Where `git merge-file` puts a piece of one old file in one new file, when that place can be proven to be the right one. */
export async function placeByMerge(old: TextFile, now: TextFile, piece: Piece, ctx: GitContext): Promise<PieceFound> {
  const files = { base: old.text, ours: now.text, theirs: replaced(old.lines, [piece]).join('') };
  const merged = await inTemporaryFolder('forkwright-port-', async (folder) => {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text, 'latin1');
    const git = await openGit(folder, ctx, { encoding: 'latin1', alone: true });
    return orExit(git.raw(['merge-file', '-p', '-q', '--diff3', 'ours', 'base', 'theirs']));
  });
  if (merged instanceof GitExit) {
    const { exitCode, stderr } = merged.result;
    if (exitCode === undefined || exitCode >= 128) throw cannotMerge(stderr);
    return { reason: 'git finds a conflict there' };
  }
  let reason = 'git finds it to be there already, or to change other lines, too';
  for (const at of placesOf(old, now, piece, merged)) {
    const why = verifyPlace(old, piece, now, at);
    if (why === undefined) return { at };
    reason = `git puts it at line ${at + 1}, but ${why}`;
  }
  return { reason };
}

/** The lines at which the piece makes of the new file what git made of it; more than one where equal lines meet. */
function placesOf(old: TextFile, { lines, text }: TextFile, piece: Piece, merged: string): number[] {
  const gone = old.lines.slice(piece.start, piece.end);
  if (merged === text) return [];
  let same = 0;
  while (same < text.length && text[same] === merged[same]) same++;
  const near = text.slice(0, same).split('\n').length - 1;
  const out: number[] = [];
  const reach = gone.length + piece.inserted.length + 1;
  for (let at = Math.max(0, near - reach); at <= Math.min(lines.length, near + reach); at++) {
    if (!standsAt(lines, at, gone)) continue;
    const made = replaced(lines, [{ start: at, end: at + gone.length, inserted: piece.inserted }]).join('');
    if (made === merged) out.push(at);
  }
  return out;
}

function cannotMerge(said: string): UserError {
  return new UserError({
    code: 'patch/merge-file',
    message: 'git cannot merge',
    detail: said.trim().split('\n').slice(-6),
    hint: 'see what git says',
  });
}
