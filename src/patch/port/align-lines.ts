import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitContext, GitExit, openGit, orExit } from '../../checkout/git.ts';
import { parsePatch } from '../../diff/read.ts';
import { UserError } from '../../system/diagnostic.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import type { LineRange, TextFile } from './lines.ts';
import type { Piece } from './types.ts';

/** Which line of an old file is which of a new one, as git's diff has it (Myers' shortest edit script). */
export interface Alignment {
  /** The line's number there, `undefined` when it is gone. The line before the first and that after the last are each other's. */
  image(line: number): number | undefined;
}

const known = new WeakMap<TextFile, WeakMap<TextFile, Promise<Alignment>>>();

/** Asked of git once for two files. */
export function alignmentOf(old: TextFile, now: TextFile, ctx: GitContext): Promise<Alignment> {
  const of = known.get(old) ?? new WeakMap<TextFile, Promise<Alignment>>();
  known.set(old, of);
  const made = of.get(now) ?? align(old, now, ctx);
  of.set(now, made);
  return made;
}

async function align(old: TextFile, now: TextFile, ctx: GitContext): Promise<Alignment> {
  const images = new Int32Array(old.lines.length).fill(-1);
  let [from, to] = [0, 0];
  const same = (until: number) => {
    while (from < until) images[from++] = to++;
  };
  for (const { oldStart, oldLines, newStart, newLines } of await hunksBetween(old, now, ctx)) {
    same(oldLines === 0 ? oldStart : oldStart - 1);
    from += oldLines;
    to = (newLines === 0 ? newStart : newStart - 1) + newLines;
  }
  same(old.lines.length);
  return {
    image: (line) => {
      if (line === -1) return -1;
      if (line === old.lines.length) return now.lines.length;
      const image = images[line];
      return image === -1 ? undefined : image;
    },
  };
}

async function hunksBetween(old: TextFile, now: TextFile, ctx: GitContext) {
  if (old.text === now.text) return [];
  const said = await inTemporaryFolder('forkwright-port-', async (folder) => {
    await writeFile(path.join(folder, 'old'), old.text, 'latin1');
    await writeFile(path.join(folder, 'now'), now.text, 'latin1');
    const git = await openGit(folder, ctx, { encoding: 'latin1', alone: true });
    const how = ['--no-index', '--no-color', '--no-ext-diff', '--no-textconv', '--text', '--diff-algorithm=myers'];
    return orExit(git.raw(['diff', ...how, '-U0', 'old', 'now']));
  });
  // With --no-index, git's exit code says whether the files differ.
  if (!(said instanceof GitExit) || said.result.exitCode !== 1)
    throw new UserError({
      code: 'patch/diff',
      message: 'git cannot compare two files',
      detail: said instanceof GitExit ? said.result.stderr.trim().split('\n').slice(-6) : [],
      hint: 'see what git says',
    });
  // The head names two files of the folder; it is one.
  const text = said.result.stdout.replace(/^(?:(?!@@ ).*\n)+/, '--- a/f\n+++ b/f\n');
  return parsePatch(text, now.path).flatMap(({ files }) => files.flatMap(({ hunks }) => hunks));
}

/** Where a three-way merge puts a piece: the lines that it replaces, and both beside them, are the same and together. */
export function mergedAt(alignment: Alignment, { start, end }: Piece): number | undefined {
  const before = alignment.image(start - 1);
  if (before === undefined) return undefined;
  for (let i = start; i <= end; i++) if (alignment.image(i) !== before + 1 + i - start) return undefined;
  return before + 1;
}

/** The stretch around lines of the old file, and that of the new one, between the nearest lines that are in both. */
export function stretchesAround(
  alignment: Alignment,
  { start, end }: LineRange,
  old: TextFile,
): { readonly here: LineRange; readonly there: LineRange } {
  let [up, down] = [start - 1, end];
  while (alignment.image(up) === undefined) up--;
  while (down < old.lines.length && alignment.image(down) === undefined) down++;
  return {
    here: { start: up + 1, end: down },
    there: { start: (alignment.image(up) ?? 0) + 1, end: alignment.image(down) ?? 0 },
  };
}
