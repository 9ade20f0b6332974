import { tokens } from './lex.ts';

export interface Unit {
  readonly start: number;
  readonly end: number;
  readonly isFunction: boolean;
  /** `f()`; `struct S` by its tag and its typedef; `var v` with an initialiser; `decl d`. Empty for what has no name. */
  readonly keys: readonly string[];
}

/** A unit, and the name of the function that it may be the beginning of. */
interface Item extends Unit {
  readonly oldStyle?: string | undefined;
}

interface Piece {
  readonly text: string;
  /** How many brackets are open around it. */
  readonly depth: number;
}

const WORD = /^[A-Za-z_]\w*$/;

/**
 * The functions and declarations of masked C. A `}` at the start of a line always ends its item: where a macro hides a
 * brace, the rest of the file stays readable.
 */
export function unitsOf(masked: string): Unit[] {
  const out: Item[] = [];
  let pieces: Piece[] = [];
  let start = -1;
  let depth = 0;
  let braceAfter = '';
  let previous = '';
  for (const t of tokens(masked)) {
    if (t.kind === 'comment') continue;
    const text = masked.slice(t.start, t.end);
    if (start < 0) {
      start = t.start;
      braceAfter = '';
    }
    if (text === '{' || text === '(' || text === '[') {
      if (text === '{' && depth === 0) braceAfter = previous;
      pieces.push({ text, depth });
      depth++;
    } else if (text === '}' || text === ')' || text === ']') {
      const atMargin = text === '}' && (t.start === 0 || masked[t.start - 1] === '\n');
      depth = atMargin ? 0 : Math.max(0, depth - 1);
      pieces.push({ text, depth });
    } else pieces.push({ text, depth });
    previous = text;
    if (depth > 0) continue;
    const isFunction = text === '}' && (braceAfter === ')' || pieces[0]?.text === '{');
    if (text !== ';' && !isFunction) continue;
    const head = pieces[0]?.text === '{' ? oldStyleHead(out) : -1;
    const first = out[head];
    if (first !== undefined) {
      const keys = [`${first.oldStyle}()`];
      out.splice(head, out.length, { start: first.start, end: t.end, isFunction: true, keys });
    } else {
      const keys = isFunction ? functionKeys(pieces) : otherKeys(pieces);
      out.push({ start, end: t.end, isFunction, keys, oldStyle: isFunction ? undefined : oldStyleName(pieces) });
    }
    pieces = [];
    start = -1;
  }
  if (start >= 0) out.push({ start, end: masked.length, isFunction: false, keys: [] });
  return out;
}

/** Which unit begins the function whose body comes now: `int f(a, b) int a;`, after which `int b;` may come. -1 for none. */
function oldStyleHead(units: readonly Item[]): number {
  const last = units.findLastIndex((unit) => unit.isFunction || unit.oldStyle !== undefined);
  const between = units.slice(last + 1);
  return units[last]?.isFunction || !between.every((unit) => unit.keys[0]?.startsWith('decl ')) ? -1 : last;
}

/** The name in `int f(a) int a;`, where a declaration comes before the semicolon. */
function oldStyleName(pieces: readonly Piece[]): string | undefined {
  const top = pieces.filter((p) => p.depth === 0).map((p) => p.text);
  const close = top.indexOf(')');
  const name = top[top.indexOf('(') - 1] ?? '';
  return WORD.test(name) && WORD.test(top[close + 1] ?? '') ? name : undefined;
}

function functionKeys(pieces: readonly Piece[]): string[] {
  const brace = pieces.findIndex((p) => p.text === '{' && p.depth === 0);
  const close = brace - 1;
  let open = close;
  while (open >= 0 && !(pieces[open]?.text === '(' && pieces[open]?.depth === 0)) open--;
  const name = pieces[open - 1]?.text ?? '';
  if (!WORD.test(name)) return [];
  if (open - 1 > 0) return [`${name}()`];
  // A macro that makes a function: what it makes is told by its arguments.
  const comma = pieces.findIndex((p, i) => i > open && p.text === ',' && p.depth === 1);
  const first = pieces.slice(open + 1, comma < 0 ? close : Math.min(comma, close));
  return [`${name}(${first.map((p) => p.text).join(' ')})`];
}

function otherKeys(pieces: readonly Piece[]): string[] {
  const top = pieces.filter((p) => p.depth === 0);
  const equals = top.findIndex((p) => p.text === '=');
  const brace = top.findIndex((p) => p.text === '{');
  const aggregate = top.findIndex((p) => /^(?:struct|union|enum)$/.test(p.text));
  if (brace >= 0 && aggregate >= 0 && aggregate < brace && (equals < 0 || equals > brace)) {
    const tag = top[aggregate + 1]?.text ?? '';
    const names = top.slice(top.findIndex((p) => p.text === '}') + 1).filter((p) => WORD.test(p.text));
    return [...(WORD.test(tag) ? [tag] : []), ...names.map((p) => p.text)].map((name) => `struct ${name}`);
  }
  const end = equals >= 0 ? equals : top.findIndex((p) => p.text === '(' || p.text === ';');
  const name = top.slice(0, end < 0 ? top.length : end).findLast((p) => WORD.test(p.text))?.text;
  if (name === undefined) return [];
  return [`${equals >= 0 ? 'var' : 'decl'} ${name}`];
}
