import { tokens } from './lex.ts';

/** What a macro stands for in the grammar. */
export type MacroKind =
  | 'nothing'
  | 'type'
  | 'type-arguments'
  | 'string'
  | 'values'
  | 'statement'
  | 'declaration'
  | 'if'
  | 'loop'
  | 'block-start'
  | 'block-end';
export type Macros = Readonly<Record<string, MacroKind>>;
export const NO_MACROS: Macros = {};

/** Kinds whose macros look as what they stand for: two of them cannot be told apart, nor from such code. */
const LOOKS_AS_OTHER: ReadonlySet<MacroKind> = new Set<MacroKind>([
  ...(['nothing', 'type', 'values', 'declaration', 'if', 'loop', 'block-start', 'block-end'] as const),
]);

/** A macro of the text that no pattern can find. */
export function unfindable(text: string, macros: Macros): string | undefined {
  for (const t of tokens(text)) {
    const kind = t.kind === 'word' ? kindOf(macros, text.slice(t.start, t.end)) : undefined;
    if (kind !== undefined && LOOKS_AS_OTHER.has(kind)) return text.slice(t.start, t.end);
  }
  return undefined;
}

const kindOf = (macros: Macros, name: string): MacroKind | undefined =>
  Object.hasOwn(macros, name) ? macros[name] : undefined;

/** The text, of equal length, with code in place of macros, such that the grammar reads what they stand for. */
export function maskDeclared(text: string, macros: Macros): string {
  if (Object.keys(macros).length === 0) return text;
  let out = '';
  let at = 0;
  const all = [...tokens(text)];
  for (const [i, t] of all.entries()) {
    const name = text.slice(t.start, t.end);
    const kind = t.kind === 'word' && t.start >= at ? kindOf(macros, name) : undefined;
    if (kind === undefined) continue;
    const end = argumentsEnd(text, all, i) ?? t.end;
    const next = all.slice(i).find((x) => x.start >= end && x.kind !== 'comment');
    const after = next === undefined ? '' : (text[next.start] ?? '');
    out += text.slice(at, t.start) + standIn(kind, name, text.slice(t.end, end), after);
    at = end;
  }
  return out + text.slice(at);
}

/** Where the arguments end that begin right after a token. */
function argumentsEnd(text: string, all: readonly { start: number; end: number }[], i: number): number | undefined {
  let depth = 0;
  for (const { start, end } of all.slice(i + 1)) {
    const c = end - start === 1 ? text[start] : '';
    if (c === '(') depth++;
    else if (depth === 0) return undefined;
    if (c === ')' && --depth === 0) return end;
  }
  return undefined;
}

const blank = (s: string) => s.replace(/[^\r\n]/g, ' ');
/** The text blanked, with code at its start; as it was when the code has no room. */
const holding = (whole: string, code: string) =>
  whole.length < code.length || /[\r\n]/.test(whole.slice(0, code.length))
    ? whole
    : code + blank(whole.slice(code.length));

/** @param list the arguments with their parentheses, or nothing. */
function standIn(kind: MacroKind, name: string, list: string, after: string): string {
  const whole = name + list;
  switch (kind) {
    case 'nothing':
      return blank(whole);
    case 'type':
      return blank(name) + list.replace(/^(\s*)\(/, '$1 ').replace(/\)$/, ' ');
    case 'type-arguments':
      return name + list.replace(/(?<=[(,]\s*)[A-Za-z_]\w*(?:\s*\*|\s+[A-Za-z_]\w*)*(?=\s*[,)])/g, asWord);
    case 'string':
      return whole.length < 2 ? whole : `"${whole.slice(0, -2).replace(/[^\w\r\n]/g, '_')}"`;
    case 'values':
      return holding(whole, after === ',' ? '0' : '0,');
    case 'declaration':
      return after === ';' ? holding(whole, 'int h') : holding(whole, 'int h;');
    case 'if':
      return holding(whole, 'if(1)');
    case 'loop':
      return holding(whole, 'for(;;)');
    case 'block-start':
      return `${blank(whole.slice(0, -1))}{`;
    case 'block-end':
      return `${blank(whole.slice(0, -1))}}`;
    case 'statement':
      return after === ';' ? asValue(name, list) : asStatement(name, list);
  }
}

const asWord = (type: string): string => type.replace(/[^\w\r\n]/g, '_');
/** Types and statements among arguments are no values. */
const isValues = (list: string): boolean =>
  /\w/.test(list) && !/[*&]\s*(?:,|\)?$)|\w\s+\w|\b(?:return|break|continue)\b/.test(list);
const asValue = (name: string, list: string): string =>
  list === '' || isValues(list) ? name + list : name + blank(list);

/** As an expression statement that ends where the macro does: `Py_BEGIN_ALLOW_THREAD;`, `Py_TRASHCAN_BEGIN=op, f;`. */
export function asStatement(name: string, list: string): string {
  if (list === '') return `${name.slice(0, -1)};`;
  return isValues(list) ? `${name}${list.replace('(', '=').slice(0, -1)};` : `${name}${blank(list.slice(0, -1))};`;
}
