import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitContext, GitExit, openGit, orExit } from '../../checkout/git.ts';
import { type LocatedPatch, placedText } from '../../diff/locate.ts';
import type { ParsedPatch } from '../../diff/types.ts';
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
