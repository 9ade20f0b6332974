import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GitContext, GitExit, openGit, orExit } from '../../checkout/git.ts';
import { UserError } from '../../system/diagnostic.ts';
import { hold } from '../../system/held.ts';
import { replaced } from './apply-old.ts';
import { standsAt, type TextFile } from './lines.ts';
import type { Piece } from './types.ts';
import { verifyPlace } from './verify-place.ts';

/** A place in the new file, or why there is none. */
export type PieceFound = { readonly at: number } | { readonly reason: string };

/** Merges single changes of one old file into one new file with git. */
export class ThreeWay {
  readonly #old: TextFile;
  readonly #now: TextFile;
  readonly #ctx: GitContext;
  #folder: Promise<string> | undefined;
  #release = async () => {};

  constructor(old: TextFile, now: TextFile, ctx: GitContext) {
    this.#old = old;
    this.#now = now;
    this.#ctx = ctx;
  }

  /** Where `git merge-file` puts a piece, when that place can be proven to be the right one. */
  async place(piece: Piece): Promise<PieceFound> {
    this.#folder ??= this.#prepare();
    const folder = await this.#folder;
    const theirs = replaced(this.#old.lines, [piece]).join('');
    await writeFile(path.join(folder, 'theirs'), theirs, 'latin1');
    const git = await openGit(folder, this.#ctx, { encoding: 'latin1', alone: true });
    const merged = await orExit(git.raw(['merge-file', '-p', '-q', '--diff3', 'ours', 'base', 'theirs']));
    if (merged instanceof GitExit) {
      const { exitCode, stderr } = merged.result;
      if (exitCode === undefined || exitCode >= 128) throw cannotMerge(stderr);
      return { reason: 'git finds a conflict there' };
    }
    const places = this.#placesOf(piece, merged);
    let reason = 'git finds it to be there already, or to change other lines, too';
    for (const at of places) {
      const why = verifyPlace(this.#old, piece, this.#now, at);
      if (why === undefined) return { at };
      reason = `git puts it at line ${at + 1}, but ${why}`;
    }
    return { reason };
  }

  async #prepare(): Promise<string> {
    this.#release = hold();
    const folder = await mkdtemp(path.join(tmpdir(), 'forkwright-port-'));
    await writeFile(path.join(folder, 'base'), this.#old.text, 'latin1');
    await writeFile(path.join(folder, 'ours'), this.#now.text, 'latin1');
    return folder;
  }

  /** The lines at which the piece makes of the new file what git made of it; more than one where equal lines meet. */
  #placesOf(piece: Piece, merged: string): number[] {
    const gone = this.#old.lines.slice(piece.start, piece.end);
    const { lines, text } = this.#now;
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

  /** Removes what was written for git. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
    await this.#release();
  }
}

function cannotMerge(said: string): UserError {
  return new UserError({
    code: 'patch/merge-file',
    message: 'git cannot merge',
    detail: said.trim().split('\n').slice(-6),
    hint: 'see what git says',
  });
}
