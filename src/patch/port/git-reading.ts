import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitContext, GitExit, openGit, orExit } from '../../checkout/git.ts';
import { type Located, type LocatedPatch, placedText } from '../../diff/locate.ts';
import { pathProblem } from '../../diff/paths.ts';
import type { FileProblem } from '../../diff/stray-lines.ts';
import type { FilePatch, ParsedPatch } from '../../diff/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import type { TreeFile } from './files.ts';

/** The files that a patch touches, before or after it; `undefined` where there is none. */
export type States = ReadonlyMap<string, TreeFile | undefined>;

/** Line ends are judged where hunks are applied; here they are all LF. */
const lf = (text: string): string => text.replaceAll('\r\n', '\n');

/**
 * Has git apply the whole patch to the files that it was made for, and compares: what git reads in another way, or does not
 * take, is not carried anywhere.
 * @param place where its files are.
 * @throws UserError (exit code 2) with git's words.
 */
export async function checkByGit(
  parsed: ParsedPatch,
  place: LocatedPatch,
  before: States,
  after: States,
  ctx: GitContext,
): Promise<void> {
  return inTemporaryFolder('forkwright-port-', async (folder) => {
    const tree = path.join(folder, 'tree');
    await mkdir(tree);
    // Names are bytes, as everything in a source tree.
    const at = (name: string) => Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name, 'latin1')]);
    for (const [name, file] of before) {
      if (file === undefined) continue;
      await mkdir(at(path.posix.dirname(name)), { recursive: true });
      await writeFile(at(name), lf(file.raw), 'latin1');
      await chmod(at(name), file.mode === '100755' ? 0o755 : 0o644);
    }
    await writeFile(path.join(folder, 'patch'), lf(placedText(parsed, place)), 'latin1');
    const options = ['--unidiff-zero', '--whitespace=nowarn', `-p${place.strip}`];
    const git = await openGit(tree, ctx, { alone: true });
    const said = await orExit(git.raw(['-c', 'core.autocrlf=false', 'apply', ...options, '../patch']));
    if (said instanceof GitExit)
      throw refused(parsed, 'git does not take the patch', said.result.stderr.trim().split('\n').slice(-6));
    for (const [name, file] of after) {
      const made = await readFile(at(name), 'latin1').catch(() => undefined);
      const executable = made !== undefined && ((await stat(at(name))).mode & 0o100) !== 0;
      const same = file === undefined ? made === undefined : made === lf(file.raw);
      if (!same || executable !== (file?.mode === '100755'))
        throw refused(parsed, 'git reads the patch in another way', [`it makes something else of ${name}`]);
    }
  });
}

function refused(parsed: ParsedPatch, message: string, detail: readonly string[]): UserError {
  return new UserError({
    code: 'patch/not-sound',
    message,
    place: { file: parsed.name, line: parsed.files[0]?.line },
    detail,
    hint: 'make the patch again with `git diff`: one that was edited by hand may be broken',
  });
}

const REGULAR = /^100(?:644|755)$/;

/** Why what a patch says of one file cannot be carried to another version, sound as it is; `undefined` when it can. */
function portProblem(file: FilePatch): Omit<FileProblem, 'line'> | undefined {
  for (const path of [file.oldPath, file.newPath]) {
    const why = path === undefined ? undefined : pathProblem(path);
    if (why !== undefined) return { message: `${path}: ${why}`, hint: 'make the patch from inside of the tree' };
  }
  if (file.binary)
    return {
      message: 'the patch changes a binary file: there is nothing to compare',
      hint: 'take that file out of the patch, and copy it by hand',
    };
  const odd = [file.oldMode, file.newMode].find((mode) => mode !== undefined && !REGULAR.test(mode));
  if (odd === '120000') return byHand('a symbolic link (mode 120000)');
  if (odd === '160000') return byHand('a submodule (mode 160000)');
  if (odd !== undefined) return byHand(`a file of mode ${odd}`);
  if (file.copied) return byHand('a copy');
  if (file.oldPath === undefined && file.crlf && file.hunks.some((h) => h.lines.some((l) => l.text.endsWith('\r\n'))))
    return {
      message: 'the patch has CRLF line ends throughout: whether the new file is to have them cannot be told',
      hint: 'convert the patch to LF, or make it again: `sed -i "s/\\r$//" FILE`',
    };
  return undefined;
}

/** @throws UserError (exit code 2) with the line of a file's part that cannot be carried. */
export function refuseUnportable(parsed: ParsedPatch): void {
  for (const file of parsed.files) {
    const { message, hint } = portProblem(file) ?? {};
    const place = { file: parsed.name, line: file.line };
    if (message !== undefined) throw new UserError({ code: 'patch/not-portable', message, place, hint });
  }
}

/** A name that a rename gives or takes, and another part of the patch has too: in which order, a patch does not say. */
export function refuseTangledNames(parsed: ParsedPatch, files: readonly Located[]): void {
  for (const [i, { patch, old, now }] of files.entries()) {
    if (old === undefined || now === undefined || old === now) continue;
    const others = files.filter((_, j) => j !== i).flatMap((file) => [file.old, file.now]);
    const twice = [old, now].find((name) => others.includes(name));
    if (twice === undefined) continue;
    throw new UserError({
      code: 'patch/tangled-renames',
      message: `the patch renames a file from or to ${twice}, and changes or renames it elsewhere, too`,
      place: { file: parsed.name, line: patch.line },
      hint: 'make two patches of it, or do the renaming by hand',
    });
  }
}

const byHand = (what: string) => ({
  message: `the patch has ${what}, which cannot be carried to another version`,
  hint: 'take that file out of the patch, and do it by hand',
});
