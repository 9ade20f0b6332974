import type { Located } from '../../diff/locate.ts';
import { pathProblem } from '../../diff/paths.ts';
import type { FilePatch, ParsedPatch } from '../../diff/types.ts';
import type { FileProblem } from '../../diff/unsound.ts';
import { UserError } from '../../system/diagnostic.ts';

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
    const problem = portProblem(file);
    if (problem === undefined) continue;
    const { message, hint } = problem;
    throw new UserError({ code: 'patch/not-portable', message, place: { file: parsed.name, line: file.line }, hint });
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

function byHand(what: string) {
  return {
    message: `the patch has ${what}, which cannot be carried to another version`,
    hint: 'take that file out of the patch, and do it by hand',
  };
}
