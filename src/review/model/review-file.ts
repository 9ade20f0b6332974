import type { Located } from '../../diff/locate.ts';
import type { PatchHunk } from '../../diff/types.ts';
import { decodeBytes, decoder } from '../../system/decode.ts';
import type { FileContents, ReviewFile, ReviewRow } from '../types.ts';
import { pairRows } from './pair-rows.ts';

/** One file of a patch as review has it. @param contents whole texts as latin1, when they are known. */
export function reviewFile({ patch, old, now }: Located, contents?: FileContents): ReviewFile {
  const lines = patch.hunks.flatMap((hunk) => hunk.lines);
  const { encoding, decode } = decoder(
    contents === undefined ? lines.map(({ text }) => text).join('') : contents.before + contents.after,
  );
  const count = (mark: string) => lines.filter((line) => line.mark === mark).length;
  const crlf = lines.filter(({ text }) => text.endsWith('\r\n')).length;
  const terminated = lines.filter(({ text }) => text.endsWith('\n')).length;
  const path = decodeBytes(now ?? old ?? '');
  const oldPath = old === undefined ? undefined : decodeBytes(old);
  const moved = oldPath !== undefined && now !== undefined && oldPath !== path;
  return {
    path,
    oldPath: moved ? oldPath : undefined,
    status:
      old === undefined
        ? 'added'
        : now === undefined
          ? 'deleted'
          : moved
            ? patch.copied
              ? 'copied'
              : 'renamed'
            : 'modified',
    mode: modeOf({ patch, old, now }),
    binary: patch.binary,
    encoding,
    eol: crlf === 0 ? 'lf' : crlf === terminated ? 'crlf' : 'mixed',
    insertions: count('+'),
    deletions: count('-'),
    hunks: patch.hunks.map((hunk) => ({
      oldStart: hunk.oldStart,
      oldLines: hunk.oldLines,
      newStart: hunk.newStart,
      newLines: hunk.newLines,
      section: decodeBytes(hunk.section),
      rows: pairRows(rowsOf(hunk, decode)),
      edits: [],
    })),
    contents: contents === undefined ? undefined : { before: decode(contents.before), after: decode(contents.after) },
  };
}

/** A mode that changes, or that a new file has and most have not: a link, a program. */
function modeOf({ patch: { oldMode, newMode }, old, now }: Located): string | undefined {
  if (old === undefined) return newMode === '100644' ? undefined : newMode;
  return now === undefined || oldMode === undefined || newMode === undefined ? undefined : `${oldMode} → ${newMode}`;
}

const KINDS = { ' ': 'context', '-': 'removed', '+': 'added' } as const;

function rowsOf(hunk: PatchHunk, decode: (bytes: string) => string): ReviewRow[] {
  // An empty side is counted from the line before it.
  let old = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
  let now = hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart;
  return hunk.lines.map(({ mark, text }) => {
    const eol = text.endsWith('\r\n') ? '\r\n' : text.endsWith('\n') ? '\n' : '';
    return {
      kind: KINDS[mark],
      oldLine: mark === '+' ? undefined : old++,
      newLine: mark === '-' ? undefined : now++,
      text: decode(text.slice(0, text.length - eol.length)),
      eol,
      marks: [],
    };
  });
}
