import type { Range } from '../../c/source.ts';
import type { Torn } from './part.ts';
import { remembered } from './remembered.ts';

/** Strings and comments of Python; a string that nothing ends goes to the end of its line, in three quotes to that of the file. */
export const PYTHON_TEXT =
  /#[^\n]*|[rbuRBU]{0,2}(?:'''(?:[^\\]|\\[\s\S])*?(?:'''|$)|"""(?:[^\\]|\\[\s\S])*?(?:"""|$)|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")/g;

/**
 * What a line is: the first of a statement (`code`), a further one of it inside of brackets or behind a backslash
 * (`continued`), one that starts inside of a string, a comment, or blank.
 */
export type PythonLineKind = 'code' | 'continued' | 'string' | 'comment' | 'blank';

/** A line with its line break. */
export interface PythonLine extends Range {
  readonly kind: PythonLineKind;
  /** The width of its indentation, as Python counts: a tab goes to the next multiple of eight. */
  readonly indent: number;
  /** Whether its code ends with a colon outside of brackets: a block follows. */
  readonly opens: boolean;
}

const TOKEN = new RegExp(`${PYTHON_TEXT.source}|[()[\\]{}:]|\\\\\\r?\\n|\\n|[^\\s'"#()[\\]{}\\\\:]+`, 'g');
const CLOSES = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

function widthOf(indentation: string): number {
  let width = 0;
  for (const c of indentation) width = c === '\t' ? width - (width % 8) + 8 : width + 1;
  return width;
}

/** The lines of Python, with what each of them is; `torn` where a bracket has no partner. */
export const pythonLines = remembered(readLines);

function readLines(text: string): { readonly lines: readonly PythonLine[]; readonly torn: Torn | undefined } {
  const lines: PythonLine[] = [];
  const open: { readonly bracket: string; readonly offset: number }[] = [];
  let torn: Torn | undefined;
  let start = 0;
  let inside: 'continued' | 'string' | undefined;
  let opens = false;
  const lineTo = (end: number) => {
    const indentation = /[ \t\f]*/y;
    indentation.lastIndex = start;
    const lead = indentation.exec(text)?.[0] ?? '';
    const first = text[start + lead.length] ?? '\n';
    const kind = inside ?? (/[\r\n]/.test(first) ? 'blank' : first === '#' ? 'comment' : 'code');
    lines.push({ start, end, kind, indent: widthOf(lead), opens });
    start = end;
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '\n' || /^\\\r?\n/.test(token)) {
      lineTo(index + token.length);
      inside = open.length > 0 || token !== '\n' ? 'continued' : undefined;
      continue;
    }
    if (!token.startsWith('#')) opens = token === ':' && open.length === 0;
    if (token.length === 1 && '([{'.includes(token)) open.push({ bracket: token, offset: index });
    else if (CLOSES.has(token)) {
      if (open.pop()?.bracket !== CLOSES.get(token)) torn ??= { offset: index, why: `"${token}" closes nothing` };
    } else {
      for (let at = token.indexOf('\n'); at >= 0; at = token.indexOf('\n', at + 1)) {
        lineTo(index + at + 1);
        inside = 'string';
      }
    }
  }
  if (start < text.length) lineTo(text.length);
  const [left] = open;
  if (left !== undefined) torn ??= { offset: left.offset, why: `"${left.bracket}" is not closed` };
  return { lines, torn };
}
