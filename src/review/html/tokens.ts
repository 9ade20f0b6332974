import hljs from 'highlight.js/lib/core';
import c from 'highlight.js/lib/languages/c';
import python from 'highlight.js/lib/languages/python';

hljs.registerLanguage('c', c);
hljs.registerLanguage('python', python);

/** What a stretch of code is, as a class of one letter: comment, string, number, keyword, type, name that is defined, preprocessor. */
export type TokenKind = 'c' | 's' | 'n' | 'k' | 't' | 'f' | 'p';

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
