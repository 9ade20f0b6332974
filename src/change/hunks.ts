import { namedFiles } from '../diff/locate.ts';
import { parsePatch } from '../diff/read.ts';
import type { ParsedPatch } from '../diff/types.ts';
import { filePatchText } from '../diff/write.ts';
import { decodeBytes } from '../system/decode.ts';

/**
 * A patch as one patch a hunk; a file that it makes, removes, renames or gives another mode stays whole.
 * @param strip how many leading folders of its paths are left out, when it is told: names in the result are git's.
 */
export function splitHunks(parsed: ParsedPatch, strip: number | undefined): readonly ParsedPatch[] {
  return namedFiles(parsed, strip).flatMap((located) => {
    const { patch, old, now } = located;
    const isPlain = old !== undefined && old === now && patch.newMode === undefined && !patch.binary;
    const parts = isPlain ? patch.hunks.map((hunk) => [hunk]) : [patch.hunks];
    return parts.flatMap((hunks) => {
      const [hunk] = hunks;
      // Alone, its new lines begin where the old ones do.
      const alone = isPlain && hunk !== undefined ? [{ ...hunk, newStart: newStart(hunk) }] : hunks;
      const where = `${decodeBytes(now ?? old ?? '')}${hunk === undefined ? '' : `:${hunk.oldStart}`}`;
      const text = patch.binary ? parsed.text : `Description: ${where}\n\n${filePatchText(located, alone)}`;
      return parsePatch(text, parsed.name).map((one) => ({ ...one, line: hunk?.line ?? patch.line }));
    });
  });
}

/** Of an empty side the line before it is named. */
const newStart = ({ oldStart, oldLines, newLines }: ParsedPatch['files'][number]['hunks'][number]): number =>
  oldLines === 0 ? oldStart + 1 : newLines === 0 ? oldStart - 1 : oldStart;
