/** Comments, literals and tokens of C, by offset. Sources are latin1: one code unit a byte. */

export type TokenKind = 'word' | 'literal' | 'comment' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

// A quote without its partner on the same line (in a directive, or in text of a branch that is not C) is punctuation.
const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:[^\\\n]|\\[\s\S]?)*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|[-+*/%&|^=!<>]=|->|\+\+|--|&&|\|\||<<=?|>>=?|##|[^\s\w]/g;

function kindOf(text: string, at: number): TokenKind {
  const c = text.charCodeAt(at);
  if (c === 47 && (text.charCodeAt(at + 1) === 42 || text.charCodeAt(at + 1) === 47)) return 'comment';
  if (c === 34 || c === 39) return 'literal';
  if ((c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95) return 'word';
  if (c >= 48 && c <= 57) return 'literal';
  return 'punctuation';
}

/** The tokens of `text` from `start` to `end`, comments included, white space left out. */
export function* tokens(text: string, start = 0, end = text.length): Generator<Token> {
  const scan = new RegExp(TOKEN);
  scan.lastIndex = start;
  for (let m = scan.exec(text); m !== null && m.index < end; m = scan.exec(text)) {
    yield { kind: kindOf(text, m.index), start: m.index, end: Math.min(scan.lastIndex, end) };
  }
}

/** The code of a text: its tokens without comments, for comparing what a compiler would see. */
export function codeTokens(text: string, start = 0, end = text.length): string[] {
  const out: string[] = [];
  for (const t of tokens(text, start, end)) if (t.kind !== 'comment') out.push(text.slice(t.start, t.end));
  return out;
}

/** Where the bracket ends that is opened at `at` in a list of tokens; -1 when it does not. */
export function closingAt(words: readonly string[], at: number, open: string, close: string): number {
  for (let i = at, depth = 0; i < words.length; i++) {
    if (words[i] === open) depth++;
    if (words[i] === close && --depth === 0) return i;
  }
  return -1;
}

/** Whether an identifier stands in the text outside of comments and literals. @returns the offsets. */
export function wordOffsets(text: string, word: string): number[] {
  const out: number[] = [];
  if (!text.includes(word)) return out;
  for (const t of tokens(text)) {
    if (t.kind === 'word' && t.end - t.start === word.length && text.startsWith(word, t.start)) out.push(t.start);
  }
  return out;
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Where the lines of a text begin: for `lineOf`, where many lines are asked for. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line of an offset, from 1, by bisection. */
export function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** The column of an offset, from 1. */
export function columnAt(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1);
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line of an offset ends, before its line break (CR included in the break). */
export function lineEnd(text: string, offset: number): number {
  const n = text.indexOf('\n', offset);
  if (n < 0) return text.length;
  return n > offset && text[n - 1] === '\r' ? n - 1 : n;
}

/**
 * How the line of an offset ends, which new lines beside it end alike: a file may have both. The last line, when nothing
 * ends it, has the line before as its model.
 */
export function newlineAt(text: string, offset: number): '\n' | '\r\n' {
  const after = text.indexOf('\n', offset);
  const at = after < 0 ? text.lastIndexOf('\n') : after;
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** Text whose lines end as told. */
export function withNewlines(text: string, newline: '\n' | '\r\n'): string {
  return text.replace(/\r?\n/g, newline);
}

/** A line of source as shown in messages. */
export function lineText(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), lineEnd(text, offset)).trim();
}
