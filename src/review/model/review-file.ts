import type { FileContents, ReviewFile, ReviewRow } from '../types.ts';
import { pairRows } from './pair-rows.ts';
import type { RawFile, RawHunk } from './read-diff.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes (latin1) as text: UTF-8 where all of them are that, else Latin-1 as most old CPython sources. */
export function decoder(all: string): {
  readonly encoding: 'utf-8' | 'latin-1';
  readonly decode: (bytes: string) => string;
} {
  const decode = (bytes: string) => (/[\x80-\xff]/.test(bytes) ? utf8.decode(Buffer.from(bytes, 'latin1')) : bytes);
  try {
    decode(all);
    return { encoding: 'utf-8', decode };
  } catch {
    return { encoding: 'latin-1', decode: (bytes) => bytes };
  }
}

/** A file name's bytes as text. */
export const pathText = (bytes: string): string => decoder(bytes).decode(bytes);

/** One file of a patch as review has it. @param contents whole texts as latin1, when they are known. */
export function reviewFile(raw: RawFile, contents?: FileContents): ReviewFile {
  const lines = raw.hunks.flatMap((hunk) => hunk.lines);
  const { encoding, decode } = decoder(
    contents === undefined ? lines.map(({ text }) => text).join('\n') : contents.before + contents.after,
  );
  const count = (sign: string) => lines.filter((line) => line.sign === sign).length;
  const crlf = lines.filter(({ eol }) => eol === '\r\n').length;
  const terminated = lines.filter(({ eol }) => eol !== '').length;
  const path = pathText(raw.now ?? raw.old ?? '');
  const oldPath = raw.old === undefined ? undefined : pathText(raw.old);
  const moved = oldPath !== undefined && raw.now !== undefined && oldPath !== path;
  return {
    path,
    oldPath: moved ? oldPath : undefined,
    status:
      raw.old === undefined
        ? 'added'
        : raw.now === undefined
          ? 'deleted'
          : moved
            ? raw.copied
              ? 'copied'
              : 'renamed'
            : 'modified',
    mode: raw.mode,
    binary: raw.binary,
    encoding,
    eol: crlf === 0 ? 'lf' : crlf === terminated ? 'crlf' : 'mixed',
    insertions: count('+'),
    deletions: count('-'),
    hunks: raw.hunks.map((hunk) => ({
      oldStart: hunk.oldStart,
      oldLines: hunk.oldLines,
      newStart: hunk.newStart,
      newLines: hunk.newLines,
      section: pathText(hunk.section),
      rows: pairRows(rowsOf(hunk, decode)),
      edits: [],
    })),
    contents: contents === undefined ? undefined : { before: decode(contents.before), after: decode(contents.after) },
  };
}

const KINDS = { ' ': 'context', '-': 'removed', '+': 'added' } as const;

function rowsOf(hunk: RawHunk, decode: (bytes: string) => string): ReviewRow[] {
  // An empty side is counted from the line before it.
  let old = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
  let now = hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart;
  return hunk.lines.map(({ sign, text, eol }) => ({
    kind: KINDS[sign],
    oldLine: sign === '+' ? undefined : old++,
    newLine: sign === '-' ? undefined : now++,
    text: decode(text),
    eol,
    marks: [],
  }));
}
