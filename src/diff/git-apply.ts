import { writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { GitExit, openGit, orExit } from '../checkout/git.ts';
import type { Context } from '../system/context.ts';

/** Hunks that were found at other lines than they say, a sentence each; or git's words why it does not apply. */
type Applied =
  | { readonly moved: readonly string[] }
  | { readonly why: readonly string[]; readonly hint?: string | undefined };

/**
 * Applies one patch to a folder by `git apply`, without fuzz.
 * @param how `copy`: where the patch's text is written for git; `strip`: how many leading folders of its paths are left out.
 */
export async function applyPatch(how: {
  readonly root: string;
  readonly copy: string;
  readonly text: string;
  readonly strip: number;
  readonly ctx: Context;
}): Promise<Applied> {
  const { root, copy, text, strip, ctx } = how;
  await writeFile(copy, text, 'latin1');
  // What the user has set for git (core.autocrlf, apply.ignoreWhitespace, attributes) would change what is made of it.
  const own = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull, GIT_CONFIG_NOSYSTEM: '1' };
  const env = { ...ctx.env, ...own, HOME: root, XDG_CONFIG_HOME: root, USERPROFILE: root };
  const git = await openGit(root, { ...ctx, env }, { both: true, alone: true });
  const apply = (...options: readonly string[]) =>
    orExit(git.applyPatch(copy, ['--whitespace=nowarn', `-p${strip}`, ...options]));
  const said = await apply('-v');
  if (!(said instanceof GitExit)) return { moved: movedHunks(said) };
  const why = said.result.stderr
    .split('\n')
    // -v also quotes what was looked for, which the review shows anyway.
    .filter((line) => line.startsWith('error: ') && line !== 'error: while searching for:')
    .map((line) => line.replace(/^error: /, ''));
  const works = async (...options: readonly string[]) => !((await apply('--check', ...options)) instanceof GitExit);
  if (await works('--reverse'))
    return {
      why: ['it is there already: its reverse applies', ...why],
      hint: 'review its reverse, or another checkout',
    };
  if (await works('--unidiff-zero'))
    return { why, hint: 'it has no lines of context, and git refuses that: make it again without -U0' };
  if (text.includes('\r\n')) {
    await writeFile(copy, text.replaceAll('\r\n', '\n'), 'latin1');
    if (await works()) return { why, hint: 'its lines end in CRLF, those of the files in LF: take the CR away' };
  }
  return { why };
}

/** From what `git apply -v` says: `Checking patch FILE...`, then `Hunk #1 succeeded at 597 (offset -40 lines).` */
function movedHunks(said: string): readonly string[] {
  const out: string[] = [];
  let file = '';
  for (const line of said.split('\n')) {
    file = /^Checking patch (?:.* => )?(.*)\.\.\.$/s.exec(line)?.[1] ?? file;
    const [, hunk, at, lines = ''] = /^Hunk #(\d+) succeeded at (\d+) \(offset (-?\d+) lines?\)/.exec(line) ?? [];
    if (hunk === undefined) continue;
    const by = Math.abs(Number(lines));
    const where = `${by} ${by === 1 ? 'line' : 'lines'} ${lines.startsWith('-') ? 'before' : 'after'}`;
    out.push(`${file}:${at}: hunk ${hunk}, ${where}`);
  }
  return out;
}
