import { lineAt } from '../c/lex.ts';
import type { EditTrace, FileChange, GeneratedPatch } from '../patch/types.ts';

/** The edit of a recipe that a line of a patched file comes from, or lies beside. */
export interface Blame {
  readonly recipe: string;
  readonly edit: EditTrace;
  /** Lines between the error and the edit: 0 when the error lies in what the edit wrote. */
  readonly distance: number;
}

/** Further away than this an edit is not named: a removed declaration is missed some lines below it, not on another page. */
const NEAR_LINES = 3;

/**
 * Finds the edit to which a line of the final file leads back. Patches are undone from the last to the first: a line that
 * the last one did not write is sought where it was before it.
 * @param line counts from 1, in the file as the last patch leaves it.
 */
export function blameLine(patches: readonly GeneratedPatch[], path: string, line: number): Blame | undefined {
  let current = line;
  let nearest: Blame | undefined;
  for (const patch of patches.toReversed()) {
    const change = patch.files.find((file) => file.path === path);
    if (change === undefined) continue;
    const ranges = lineRanges(change);
    for (const { edit, from, to } of ranges) {
      const distance = current < from ? from - current : current > to ? current - to : 0;
      if (distance < (nearest?.distance ?? NEAR_LINES + 1)) nearest = { recipe: patch.recipe.id, edit, distance };
    }
    if (nearest?.distance === 0) return nearest;
    const above = ranges.filter((range) => range.to < current);
    current -= above.reduce((sum, range) => sum + range.added, 0);
  }
  return nearest;
}

interface LineRange {
  readonly edit: EditTrace;
  /** Lines in `after`, from 1, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Lines that the edit added (negative: removed). */
  readonly added: number;
}

function lineRanges(change: FileChange): readonly LineRange[] {
  let shift = 0;
  return change.edits.map((edit) => {
    const start = edit.start + shift;
    const end = start + edit.replacement.length;
    shift += edit.replacement.length - (edit.end - edit.start);
    const from = lineAt(change.after, start);
    // An edit that ends with a line's end does not reach into the next line.
    const to = Math.max(from, lineAt(change.after, edit.replacement.endsWith('\n') ? end - 1 : end));
    const lines = (text: string) => lineAt(text, text.length);
    const added = lines(edit.replacement) - lines(change.before.slice(edit.start, edit.end));
    return { edit, from, to, added };
  });
}
