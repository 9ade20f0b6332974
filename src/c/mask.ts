import type { Assignment } from './condition.ts';
import { type Conditionals, deadRanges } from './conditionals.ts';
import { asStatement, type Macros, maskDeclared } from './declared-macros.ts';
import { lineStart, tokens } from './lex.ts';

const blank = (s: string) => s.replace(/[^\n\r]/g, ' ');
const pad = (s: string, by: string) => by + blank(s.slice(by.length));

/**
 * CPython's macros that are not C by themselves, and what stands in for them, in equal length.
 * The grammar then parses what it otherwise could not; nothing of this reaches a patch.
 */
const MACROS: readonly (readonly [RegExp, (m: string) => string])[] = [
  [
    /\b(?:_Py_HOT_FUNCTION|_Py_NO_RETURN|_Py_NO_INLINE|Py_NO_INLINE|Py_ALWAYS_INLINE|__inline__|Py_CAN_START_THREADS|Py_DEPRECATED\([^()]*\)|Py_GCC_ATTRIBUTE\(\([^()]*(?:\([^()]*\))?[^()]*\)\)|__attribute__\s*\(\([^()]*(?:\([^()]*\))?[^()]*\)\))/g,
    blank,
  ],
  [/\bPyAPI_(?:FUNC|DATA)\((?=[\w \t*]+\))/g, (m) => blank(m)],
  [/\bPy_LOCAL(?:_INLINE)?\((?=[\w \t*]+\))/g, (m) => blank(m)],
  [/\bPy(?:Var)?Object_HEAD_INIT\([^()]*\)(?!\s*,)/g, (m) => pad(m, '0,')],
  [/\bPyModuleDef_HEAD_INIT(?=\s*,)/g, (m) => pad(m, '0')],
  [/\bPy(?:_|Object_)(?:Var|VAR_)?(?:Object_)?HEAD\b(?!_)(?:[ \t]*;)?/g, (m) => pad(m, 'int h;')],
  [/^[ \t]*[A-Z_0-9]+_(?:METHODDEF|GETSETDEF)[ \t]*$/gm, blank],
  [/^[ \t]*_Py_COMP_DIAG_\w+[ \t]*$/gm, blank],
  [/\b_PyObject_HEAD_EXTRA\b/g, (m) => pad(m, 'int h;')],
];

/** Types as arguments: `va_arg(ap, char *)`, `PyMem_Resize(p, char *, n)`. As words, the grammar reads them as values. */
const TYPE_ARGUMENT =
  /(\b(?:va_arg|PyMem_(?:Resize|RESIZE))\s*\((?:[^(),]|\([^()]*\))*,\s*|\b(?:PyMem_(?:New|NEW)|PyObject_(?:GC_)?(?:New|NEW)(?:Var|_VAR)?|PyObject_NEW_VAR)\s*\(\s*)([A-Za-z_]\w*(?:\s*\*|\s+[A-Za-z_]\w*)*)(?=\s*[,)])/g;
/** Types of arguments become words of the same length. */
const maskTypeArguments = (text: string): string =>
  text.replace(TYPE_ARGUMENT, (_, head: string, type: string) => head + type.replace(/[^\w\r\n]/g, '_'));

/** A statement that is a macro without ';', alone on its line: `Py_TRASHCAN_SAFE_BEGIN(f)`, `Py_BEGIN_ALLOW_THREADS`. */
const STATEMENT_MACRO = /^([ \t]*)(_?(?:Py_?)?[A-Z][A-Z0-9_]+(?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))?)([ \t]*)$/gm;

/** Whether the last line is such a macro. */
export const endsInStatementMacro = (text: string): boolean =>
  new RegExp(STATEMENT_MACRO.source).test(text.slice(text.trimEnd().lastIndexOf('\n') + 1));

function statementFor(macro: string): string {
  const [, name = '', list = ''] = /^(\w+)([\s\S]*)$/.exec(macro) ?? [];
  return asStatement(name, list);
}

function maskStatementMacros(text: string, inFunction: boolean): string {
  let out = '';
  let last = { start: 0, end: 0 };
  for (const m of text.matchAll(STATEMENT_MACRO)) {
    const [whole, indent = '', macro = ''] = m;
    const isTop = indent === '' && !inFunction;
    if (isTop && !macro.includes('(')) continue;
    const at = lastCode(text, m.index);
    // As what was masked so far has it: one macro may follow another.
    const before = at >= last.start && at < last.end ? ';' : text[at];
    const next = /\S/g;
    next.lastIndex = m.index + whole.length;
    const after = next.exec(text)?.[0];
    if (before === undefined || !/[;{}:)]/.test(before) || (before === ')' && !isTop)) continue;
    if (after !== undefined && /[;{,)+\-?|&[<>=.]/.test(after)) continue;
    const start = m.index + indent.length;
    out += text.slice(last.end, start) + (isTop ? pad(macro, ';') : statementFor(macro));
    last = { start, end: start + macro.length };
  }
  return out + text.slice(last.end);
}

/** Where the `//` comment of a line starts. */
function lineComment(line: string): number | undefined {
  if (!line.includes('//')) return undefined;
  return [...tokens(line)].find((t) => line.startsWith('//', t.start) && t.kind === 'comment')?.start;
}

/** The offset of the last character before another that is neither white space nor of a comment; -1 without any. */
function lastCode(text: string, offset: number): number {
  let at = offset - 1;
  for (;;) {
    while (at >= 0 && /\s/.test(text[at] ?? '')) at--;
    if (text[at] === '/' && text[at - 1] === '*') at = text.lastIndexOf('/*', at) - 1;
    else {
      const line = lineStart(text, at + 1);
      const comment = lineComment(text.slice(line, at + 1));
      if (comment === undefined) return at;
      at = line + comment - 1;
    }
  }
}

/** `PyAPI_FUNC(int) f(void)`: the opening was blanked, its `)` is still there. */
function maskApiTypes(text: string, original: string): string {
  let out = text;
  for (const m of original.matchAll(/\b(?:PyAPI_(?:FUNC|DATA)|Py_LOCAL(?:_INLINE)?)\([\w \t*]+\)/g)) {
    const close = m.index + m[0].length - 1;
    if (out[close] === ')') out = `${out.slice(0, close)} ${out.slice(close + 1)}`;
  }
  return out;
}

/**
 * A copy of equal length that the C grammar can parse: directive lines and the branches that the assignment does not take
 * are blanked, macros are replaced. An offset in it is an offset in the original.
 */
export function mask(text: string, conditionals: Conditionals, assignment: Assignment, macros: Macros): string {
  const visible = visibleText(text, conditionals, assignment);
  const out = masked(visible, false, macros);
  if (out.length !== text.length) throw new Error('a mask must have the length of its text');
  return out;
}

/** The same for a function's statements, of which the first may start a line. */
export const maskStatements = (text: string, macros: Macros): string => masked(text, true, macros);

function masked(visible: string, inFunction: boolean, macros: Macros): string {
  let out = maskDeclared(visible, macros);
  for (const [pattern, by] of MACROS) out = out.replace(pattern, by);
  out = maskTypeArguments(maskApiTypes(out, visible));
  return maskStatementMacros(out, inFunction);
}

/** As `mask`, but with the macros left in: what the compiler sees, for comparing. */
export function visibleText(text: string, conditionals: Conditionals, assignment: Assignment): string {
  let out = '';
  let at = 0;
  const ranges = [...deadRanges(conditionals, assignment), ...conditionals.directives];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end <= at) continue;
    out += text.slice(at, Math.max(at, start)) + blank(text.slice(Math.max(at, start), end));
    at = end;
  }
  return out + text.slice(at);
}
