import type { ReviewFile, ReviewHunk, ReviewRow } from '../types.ts';
import { type Language, languageOf, type Token, tokensOf } from './tokens.ts';

/** How many characters of source get colours: a highlighter reads about a million in a second. */
const MOST_CHARACTERS = 2_000_000;

type Lines = readonly (readonly Token[])[];

/** The colours of one file's lines. */
export interface FileColours {
  /** By hunk and row. */
  readonly rows: readonly Lines[];
  /** By line of the text after; empty when the whole text is not known. */
  readonly after: Lines;
}

export type Colours = ReturnType<typeof createColours>;

const NONE: FileColours = { rows: [], after: [] };

/** Lines without their ends. */
export const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.replace(/\r$/, ''));

export function createColours() {
  let left = MOST_CHARACTERS;
  const skipped: string[] = [];
  return {
    /** Of these files no more colours were made. */
    skipped,
    of(file: ReviewFile): FileColours {
      const language = languageOf(file.path);
      if (language === undefined) return NONE;
      const cost =
        file.contents === undefined
          ? file.hunks.reduce((sum, { rows }) => sum + rows.reduce((n, { text }) => n + text.length, 0), 0)
          : file.contents.before.length + file.contents.after.length;
      if (cost > left) {
        skipped.push(file.path);
        return NONE;
      }
      left -= cost;
      return file.contents === undefined
        ? { rows: file.hunks.map((hunk) => ofHunk(hunk, language)), after: [] }
        : ofWhole(file, language);
    },
  };
}

function ofWhole(file: ReviewFile, language: Language): FileColours {
  const before = tokensOf(linesOf(file.contents?.before ?? ''), language);
  const after = tokensOf(linesOf(file.contents?.after ?? ''), language);
  const tokens = ({ newLine, oldLine }: ReviewRow) =>
    (newLine === undefined ? before[(oldLine ?? 0) - 1] : after[newLine - 1]) ?? [];
  return { rows: file.hunks.map(({ rows }) => rows.map(tokens)), after };
}

/** Each side of a hunk is read on its own: what the one has begun, the other need not end. */
function ofHunk({ rows }: ReviewHunk, language: Language): Lines {
  const side = (gone: ReviewRow['kind']) => {
    const mine = rows.map((row, i) => ({ row, i })).filter(({ row }) => row.kind !== gone);
    const lines = mine.map(({ row }) => row.text);
    const inComment = language === 'c' && startsInComment(lines);
    const tokens = tokensOf(inComment ? ['/*', ...lines] : lines, language).slice(inComment ? 1 : 0);
    return new Map(mine.map(({ i }, at) => [i, tokens[at] ?? []]));
  };
  const [old, now] = [side('added'), side('removed')];
  return rows.map((_, i) => now.get(i) ?? old.get(i) ?? []);
}

/** A hunk may begin in the middle of a comment: its end comes before any beginning. */
function startsInComment(lines: readonly string[]): boolean {
  const first = /\/\*|\*\//.exec(lines.join('\n'))?.[0];
  return first === '*/';
}
