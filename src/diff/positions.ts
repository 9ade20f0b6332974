import type { Located } from './locate.ts';
import type { FileProblem } from './stray-lines.ts';
import type { FilePatch } from './types.ts';

const hint = 'make the patch again with `git diff`, or `quilt refresh`: was it edited by hand?';

/** A hunk whose line numbers do not follow from the hunks before it. An empty side is named by the line before it. */
export function hunkProblem({ oldPath, newPath, hunks }: FilePatch): FileProblem | undefined {
  if (oldPath === undefined || newPath === undefined) return undefined;
  let [free, shift] = [0, 0];
  for (const { oldStart, oldLines, newStart, newLines, line } of hunks) {
    const old = oldStart + (oldLines === 0 ? 1 : 0);
    const wanted = old + shift - (newLines === 0 ? 1 : 0);
    const message = `this hunk is not where those above put it (+${wanted}): git goes by the new line numbers, patch(1) by the old`;
    if (old < free || newStart !== wanted) return { message, line, hint };
    free = old + oldLines;
    shift += newLines - oldLines;
  }
  return undefined;
}

/**
 * A hunk with fewer lines of context below than above, which patch(1) therefore puts at the end of the file, where the
 * same lines stand, too; git puts it where it says.
 * @param texts the files before the patch, by their names in the tree.
 */
export function endProblem(files: readonly Located[], texts: ReadonlyMap<string, string>): FileProblem | undefined {
  for (const { patch, old = '' } of files) {
    const text = `\n${texts.get(old) ?? ''}`;
    for (const { lines, line } of patch.hunks) {
      const isChange = ({ mark }: { readonly mark: string }) => mark !== ' ';
      const own = `\n${lines.map((one) => (one.mark === '+' ? '' : one.text)).join('')}`;
      const isTwice = text.endsWith(own) && text.indexOf(own) < text.length - own.length;
      const message = `with less context below than above patch(1) puts this hunk at the end of ${old}, git does not`;
      if (isTwice && lines.length - 1 - lines.findLastIndex(isChange) < lines.findIndex(isChange))
        return { message, line, hint };
    }
  }
  return undefined;
}
