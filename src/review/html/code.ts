import hljs from 'highlight.js/lib/core';
import c from 'highlight.js/lib/languages/c';
import python from 'highlight.js/lib/languages/python';
import { integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/html/markup.ts';
import { hiddenApart, printableSource } from '../../document/printable.ts';
import type { Mark, ReviewFile, ReviewHunk, ReviewRow } from '../types.ts';

/** What of a line is shown at once; the rest is folded behind it. */
export const LONGEST_SHOWN = 1000;

/** Characters that a reader would not see, or that turn the order of the text around: is one of them here? */
export const hasOdd = (text: string): boolean => hiddenApart(text).length > 1;

export interface Segment {
  readonly text: string;
  readonly kind: Token['kind'] | '';
  readonly marked: boolean;
}

export function segmentsOf(text: string, tokens: readonly Token[], marks: readonly Mark[]): readonly Segment[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of tokens) cuts.add(start).add(end);
  for (const [start, end] of marks) cuts.add(start).add(end);
  const at = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  let [token, mark] = [0, 0];
  return at.slice(0, -1).map((start, i) => {
    while ((tokens[token]?.end ?? Number.POSITIVE_INFINITY) <= start) token++;
    while ((marks[mark]?.[1] ?? Number.POSITIVE_INFINITY) <= start) mark++;
    const colour = tokens[token];
    return {
      text: text.slice(start, at[i + 1]),
      kind: colour !== undefined && colour.start <= start ? colour.kind : '',
      marked: (marks[mark]?.[0] ?? Number.POSITIVE_INFINITY) <= start,
    };
  });
}

/** Text with what is made visible told apart from what was typed so. */
function plain(text: string): Markup | string {
  const parts = hiddenApart(text);
  if (parts.length === 1) return text;
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<span class="odd">${printableSource(part)}</span>` : part))}`;
}

/** A line of code: colours, marked words, odd characters shown; what is too long is folded, and says how long it is. */
export function codeHtml(text: string, tokens: readonly Token[] = [], marks: readonly Mark[] = []): Markup {
  if (text.length > LONGEST_SHOWN + 200) {
    const rest = text.length - LONGEST_SHOWN;
    return html`${stretch(text.slice(0, LONGEST_SHOWN), tokens, marks)}<details class="long"><summary>${integer(rest)} more characters in this line</summary>${plain(text.slice(LONGEST_SHOWN))}</details>`;
  }
  return stretch(text, tokens, marks);
}

function stretch(text: string, tokens: readonly Token[], marks: readonly Mark[]): Markup {
  return html`${segmentsOf(text, tokens, marks).map(({ text: part, kind, marked }) => {
    const coloured = kind === '' ? plain(part) : html`<span class="${kind}">${plain(part)}</span>`;
    return marked ? html`<mark>${coloured}</mark>` : coloured;
  })}`;
}

hljs.registerLanguage('c', c);
hljs.registerLanguage('python', python);

/** What a stretch of code is, as a class of one letter: comment, string, number, keyword, type, name that is defined, preprocessor. */
type TokenKind = 'c' | 's' | 'n' | 'k' | 't' | 'f' | 'p';

/** A stretch of one line, in UTF-16 units; what has no colour has no token. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
}

export type Language = 'c' | 'python';

/** highlight.js's scopes; the others have no colour of their own. */
const KINDS: Readonly<Record<string, TokenKind>> = {
  comment: 'c',
  doctag: 'c',
  string: 's',
  regexp: 's',
  number: 'n',
  keyword: 'k',
  literal: 'k',
  type: 't',
  built_in: 't',
  title: 'f',
  meta: 'p',
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

/** A line like this is data, not code; a highlighter's patterns may take long on it. */
const LONGEST = 2000;

export function languageOf(path: string): Language | undefined {
  if (/\.(?:[ch]|cc|cpp|hpp|inc|c\.h)$/i.test(path)) return 'c';
  return /\.pyi?$|\.py\.in$/i.test(path) ? 'python' : undefined;
}

/** The tokens of each line. @param lines without line ends. */
export function tokensOf(lines: readonly string[], language: Language): readonly (readonly Token[])[] {
  const text = lines.map((line) => (line.length > LONGEST ? '' : line)).join('\n');
  const out: Token[][] = [[]];
  const open: (TokenKind | undefined)[] = [];
  let column = 0;
  const say = (piece: string) => {
    for (const [i, part] of piece.split('\n').entries()) {
      if (i > 0) {
        out.push([]);
        column = 0;
      }
      const kind = open.findLast((one) => one !== undefined);
      if (kind !== undefined && part !== '') extend(out.at(-1) ?? [], column, column + part.length, kind);
      column += part.length;
    }
  };
  const { value } = hljs.highlight(text, { language, ignoreIllegals: true });
  for (const [piece, scopes, entity] of value.matchAll(/<span class="([^"]*)">|<\/span>|&([^;]+);|[^<&]+/g)) {
    if (scopes !== undefined) open.push(KINDS[scopes.replace(/^hljs-/, '').split(' ')[0] ?? '']);
    else if (piece === '</span>') open.pop();
    else say(entity === undefined ? piece : (ENTITIES[entity] ?? piece));
  }
  return out;
}

function extend(line: Token[], start: number, end: number, kind: TokenKind): void {
  const last = line.at(-1);
  if (last?.kind === kind && last.end === start) line[line.length - 1] = { ...last, end };
  else line.push({ start, end, kind });
}

/** How many characters of source get colours: a highlighter reads about a million in a second. */
const MOST_CHARACTERS = 2_000_000;

type Lines = readonly (readonly Token[])[];

interface FileColours {
  /** By hunk and row. */
  readonly rows: readonly Lines[];
  /** By line of the text after; empty when the whole text is not known. */
  readonly after: Lines;
}

export type Colours = ReturnType<typeof createColours>;

const NONE: FileColours = { rows: [], after: [] };

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
