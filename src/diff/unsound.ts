import type { FilePatch } from './types.ts';

/** What is wrong with a file's part of a patch. */
export interface FileProblem {
  readonly message: string;
  readonly hint: string;
  readonly line?: number | undefined;
}

/** What is wrong with what a patch says of one file; `undefined` when it is sound. */
export function fileProblem(file: FilePatch): FileProblem | undefined {
  if (file.oldPath === undefined && file.newPath === undefined)
    return { message: 'the names of the file cannot be told', hint: 'make the patch again with `git diff`' };
  const beside = (path: string | undefined) => path?.slice(path.indexOf('/') + 1);
  if (file.git && !file.renamed && !file.copied && file.oldPath !== undefined && file.newPath !== undefined) {
    if (file.oldPath !== file.newPath && beside(file.oldPath) !== beside(file.newPath))
      return {
        message: 'the patch names two files, and does not say that one is renamed',
        hint: 'make it again with `git diff -M`',
      };
  }
  const [made, gone] = [file.oldPath === undefined, file.newPath === undefined];
  if (!made && !gone) return undefined;
  // Not the whole file, or more than one: what else it holds is not known then.
  const mark = made ? '+' : '-';
  const second = file.hunks[1];
  const odds = file.hunks.find((h) => h.lines.some((l) => l.mark !== mark));
  const hint = 'make the patch again: with the whole file, as `diff -N` or `git diff` writes it';
  const what = made ? 'makes' : 'removes';
  if (second !== undefined)
    return { message: `the patch ${what} a file, and has a second hunk for it`, hint, line: second.line };
  if (odds !== undefined)
    return { message: `the patch ${what} a file, but the hunk has lines of the other side`, hint, line: odds.line };
  return undefined;
}
