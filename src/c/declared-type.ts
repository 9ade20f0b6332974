import { tokens } from './lex.ts';
import type { CSource } from './source.ts';

const QUALIFIER = /^(?:const|volatile|restrict|static|register|struct|union)$/;
const KEYWORD =
  /^(?:break|case|continue|default|defined|do|else|enum|extern|for|goto|if|inline|return|sizeof|switch|typedef|while)$/;
const isName = (token: string | undefined): token is string =>
  token !== undefined && /^[A-Za-z_]\w*$/.test(token) && !QUALIFIER.test(token) && !KEYWORD.test(token);

/**
 * The type whose member is accessed, as far as the function itself declares it: `T` of `x->n` with `T *x` among its
 * parameters or in it, of `x[i].n`, `(x)->n`, `(*x).n`, and of `((T *)x)->n`.
 * @param at where the member's name stands.
 * @returns the name of the type, without `struct`; `undefined` where it hangs on anything else, or is declared in two ways.
 */
export function accessedType(source: CSource, at: number): string | undefined {
  const inDirective = source.conditionals.directives.some(([start, end]) => start <= at && at < end);
  const assignment = inDirective ? undefined : source.assignmentFor(at);
  const unit = assignment && source.units(assignment).find((u) => u.start <= at && at < u.end);
  if (assignment === undefined || !unit?.isFunction) return undefined;
  const { start, end } = source.regionAt(at, assignment);
  // Functions that an #if weaves together have each their own variables.
  if (start !== unit.start || end !== unit.end) return undefined;
  const found = [...tokens(source.text, start, end)].filter(
    (t) => t.kind !== 'comment' && source.text[t.start] !== '\\',
  );
  const code = found.map((t) => source.text.slice(t.start, t.end));
  const index = found.findIndex((t) => t.start === at);
  if (!/^(?:\.|->)$/.test(code[index - 1] ?? '')) return undefined;
  const base = baseOf(code, index - 2);
  return base === undefined || 'type' in base ? base?.type : declaredType(code, base.name);
}

/** What stands before a `.` or `->`, ending at a token: a variable, or something that is cast. */
function baseOf(
  code: readonly string[],
  last: number,
): { readonly name: string } | { readonly type: string } | undefined {
  const token = code[last];
  if (token === ']') {
    const open = openingOf(code, last);
    return isName(code[open - 1]) ? baseOf(code, open - 1) : undefined;
  }
  if (token === ')') {
    const open = openingOf(code, last);
    // A call, or a cast of the whole.
    if (open < 0 || isName(code[open - 1]) || /^[)\]]$/.test(code[open - 1] ?? '')) return undefined;
    const inside = code.slice(open + 1, last);
    const cast = /^\( (?:(?:const|struct) )*(\w+) (?:\* )+\) (?:\w|\()/.exec(`${inside.join(' ')} `);
    if (cast?.[1] !== undefined) return closesEarly(inside) ? undefined : { type: cast[1] };
    const [name] = inside.filter((t) => t !== '*');
    return inside.filter((t) => t !== '*').length === 1 && isName(name) ? { name } : undefined;
  }
  return isName(token) && !/^(?:\.|->)$/.test(code[last - 1] ?? '') ? { name: token } : undefined;
}

/** Whether an operator stands beside what is cast: `(T *)x + 1`. */
const closesEarly = (inside: readonly string[]): boolean =>
  !/^\([^()]*\) (?:\w+|\([^()]*\)|\w+ \([^()]*\)) ?$/.test(inside.join(' '));

function openingOf(code: readonly string[], close: number): number {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    if (/^[)\]}]$/.test(code[i] ?? '')) depth++;
    if (/^[([{]$/.test(code[i] ?? '') && --depth === 0) return i;
  }
  return -1;
}

/** The one type that a function's code declares a variable with, under all of its `#if`s. */
function declaredType(code: readonly string[], name: string): string | undefined {
  const types = new Set(code.flatMap((token, i) => (token === name ? (declarationAt(code, i) ?? []) : [])));
  return types.size === 1 ? [...types][0] : undefined;
}

/** It may declare the variable, in a way that is not read. */
const UNKNOWN = '';

/** The type that a variable is declared with at a place of its name; `undefined` where it is only used. */
function declarationAt(code: readonly string[], at: number): string | undefined {
  let i = at - 1;
  while (/^(?:\*|const|volatile|restrict)$/.test(code[i] ?? '')) i--;
  if (code[i] === ',') return typeOfList(code, i);
  // `struct { … } *x`; `typeof(y) x`.
  if (code[i] === '}' && i < at - 1) return UNKNOWN;
  if (code[i] === ')') return isName(code[openingOf(code, i) - 1]) ? UNKNOWN : undefined;
  const type = code[i];
  if (!isName(type)) return undefined;
  do i--;
  while (QUALIFIER.test(code[i] ?? ''));
  const before = code[i] ?? ';';
  if (/^[(,;{}):]$/.test(before)) return type;
  return isName(before) || /^(?:enum|extern|inline|typedef)$/.test(before) ? UNKNOWN : undefined;
}

/** Of `T *a, *b` the type, before a comma. */
function typeOfList(code: readonly string[], comma: number): string | undefined {
  let depth = 0;
  let i = comma;
  for (; i >= 0 && !(depth === 0 && /^[;{}]$/.test(code[i] ?? '')); i--) {
    if (/^[)\]}]$/.test(code[i] ?? '')) depth++;
    if (/^[([{]$/.test(code[i] ?? '') && --depth < 0) {
      if (code[i - 1] !== 'for') return undefined;
      break;
    }
  }
  const isBehindBlock = code[i] === '}';
  do i++;
  while (QUALIFIER.test(code[i] ?? ''));
  if (isName(code[i]) && (code[i + 1] === '*' || isName(code[i + 1]))) return code[i];
  return isBehindBlock ? UNKNOWN : undefined;
}
