import type { FilePatch } from './types.ts';

const REGULAR = /^100(?:644|755)$/;

/** What is wrong with what a patch says of one file, or what cannot be carried; `undefined` when it is fine. */
export function fileProblem(
  file: FilePatch,
): { readonly message: string; readonly hint: string; readonly line?: number | undefined } | undefined {
  for (const path of [file.oldPath, file.newPath]) {
    const why = path === undefined ? undefined : pathProblem(path);
    if (why !== undefined) return { message: `${path}: ${why}`, hint: 'make the patch from inside of the tree' };
  }
  if (file.oldPath === undefined && file.newPath === undefined)
    return { message: 'the names of the file cannot be told', hint: 'make the patch again with `git diff`' };
  const odd = [file.oldMode, file.newMode].find((mode) => mode !== undefined && !REGULAR.test(mode));
  if (odd === '120000') return byHand('a symbolic link (mode 120000)');
  if (odd === '160000') return byHand('a submodule (mode 160000)');
  if (odd !== undefined) return byHand(`a file of mode ${odd}`);
  if (file.copied) return byHand('a copy');
  const beside = (path: string | undefined) => path?.slice(path.indexOf('/') + 1);
  if (file.git && !file.renamed && file.oldPath !== undefined && file.newPath !== undefined) {
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
  if (made && file.crlf && file.hunks.some((h) => h.lines.some((l) => l.text.endsWith('\r\n'))))
    return {
      message: 'the patch has CRLF line ends throughout: whether the new file is to have them cannot be told',
      hint: 'convert the patch to LF, or make it again: `sed -i "s/\\r$//" FILE`',
    };
  return undefined;
}

function byHand(what: string) {
  return {
    message: `the patch has ${what}, which cannot be carried to another version`,
    hint: 'take that file out of the patch, and do it by hand',
  };
}

/** Why a path must not be followed. */
function pathProblem(path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return 'an absolute path may lead anywhere';
  if (path === '' || /[\0\n]/.test(path)) return 'this is no name of a file';
  const parts = path.split('/');
  if (parts.includes('..')) return 'a path with ".." may lead out of the tree';
  if (parts.some((part) => /^\.git$/i.test(part))) return "git's own folder is not a part of the tree";
  return undefined;
}
