import type { Located } from './locate.ts';
import type { FileProblem } from './stray-lines.ts';
import type { FilePatch } from './types.ts';

const hint = 'make the patch again with `git diff`, or `quilt refresh`: was it edited by hand?';

/** The first line of a hunk's old side; an empty side is named by the line before it. */
const firstOf = ({ oldStart, oldLines }: FilePatch['hunks'][number]) => oldStart + (oldLines === 0 ? 1 : 0);

/** Hunks that do not rise: git applies them, patch(1) does not. */
export function orderProblem({ hunks }: FilePatch): FileProblem | undefined {
  const wrong = hunks.find((hunk, i) => {
    const before = hunks[i - 1];
    return before !== undefined && firstOf(hunk) < firstOf(before) + before.oldLines;
  });
  const message = 'this hunk stands before the end of the one above it: git takes that, patch(1) does not';
  return wrong && { message, line: wrong.line, hint };
}

/**
 * A hunk whose lines stand more than once in its file, which git and patch(1) put at different places: git goes by the new
 * line number, patch by the old one; and with less context below than above, patch goes to the end of the file. Where the
 * lines stand once, both find them: patches that were edited by hand are often so.
 * @param texts the files before the patch, by their names in the tree.
 */
export function positionProblem(
  files: readonly Located[],
  texts: ReadonlyMap<string, string>,
): FileProblem | undefined {
  for (const { patch, old = '' } of files) {
    const text = `\n${texts.get(old) ?? ''}`;
    let shift = 0;
    for (const hunk of patch.hunks) {
      const { oldLines, newStart, newLines, lines, line } = hunk;
      const own = `\n${lines.map((one) => (one.mark === '+' ? '' : one.text)).join('')}`;
      if (text.indexOf(own) !== text.lastIndexOf(own)) {
        const wanted = firstOf(hunk) + shift - (newLines === 0 ? 1 : 0);
        const isChange = ({ mark }: { readonly mark: string }) => mark !== ' ';
        const isToEnd = lines.length - 1 - lines.findLastIndex(isChange) < lines.findIndex(isChange);
        const twice = `the lines of this hunk stand more than once in ${old}:`;
        if (patch.newPath !== undefined && newStart !== wanted)
          return { message: `${twice} git goes by +${newStart}, patch(1) by -${hunk.oldStart}`, line, hint };
        if (isToEnd && text.endsWith(own))
          return { message: `${twice} with less context below than above patch(1) takes the last`, line, hint };
      }
      shift += newLines - oldLines;
    }
  }
  return undefined;
}
