import { tokens } from './lex.ts';

/** Where a value is given to a member by the member's place in its struct. */
export interface PositionalValue {
  readonly offset: number;
  /** How many members come before the one that gets it, at most; `undefined` where a macro may bring any number. */
  readonly index: number | undefined;
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

const WORD = /^[A-Za-z_]\w*$/;
/** A name that by custom is a macro's, which may stand for more values than one. */
const MACRO = /^_?[A-Z][A-Z0-9_]+$|^_?Py\w*_[A-Z][A-Z0-9_]*$/;
const CONSTANT = /^(?:NULL|TRUE|FALSE|EOF)$/;

/**
 * The values that some types' variables and literals are given by position. Read by tokens, every `#if` branch and the
 * bodies of macros at once: in code that no grammar could read, too.
 * @param types the names by which code knows the types, without `struct`.
 */
export function positionalValues(text: string, types: ReadonlySet<string>): readonly PositionalValue[] {
  const code = [...tokens(text)]
    .filter((t) => t.kind !== 'comment')
    .map((t): Piece => ({ text: text.slice(t.start, t.end), at: t.start }))
    .filter((p) => p.text !== '\\');
  const is = (i: number, what: string) => code[i]?.text === what;
  const isWord = (i: number) => WORD.test(code[i]?.text ?? '');
  const out: PositionalValue[] = [];
  for (let i = 0; i < code.length; i++) {
    const isStruct = (at: number) => /^(?:struct|union)$/.test(code[at]?.text ?? '');
    let k = i + 1;
    if (isStruct(i) && is(k, '{')) {
      // One without a name, of which a member is of the types.
      const end = closing(code, k);
      const isPart = code.slice(k, end).some((p, n) => types.has(p.text) && isWord(k + n + 1));
      if (!isPart || is(i - 1, 'typedef')) continue;
      if (isWord(end + 1) && is(end + 2, '=') && is(end + 3, '{'))
        out.push(...listValues(code, end + 3, 0).map(({ offset }) => ({ offset, index: undefined })));
      continue;
    }
    if (!types.has(code[i]?.text ?? '')) continue;
    if (is(k, '{') && isStruct(i - 1)) k = closing(code, k) + 1;
    // `(T){1, 2}`, `(T[]){{1, 2}}`, `PyAPI_DATA(T) x = …`
    const [literal, brackets] = skipBrackets(code, k);
    if (is(literal, ')') && is(literal + 1, '{')) {
      out.push(...listValues(code, literal + 1, brackets));
      continue;
    }
    if (is(k, ')')) k++;
    for (;;) {
      while (/^(?:const|volatile|static|extern|register)$/.test(code[k]?.text ?? '')) k++;
      const isPointer = is(k, '*');
      while (/^[*]$|^const$/.test(code[k]?.text ?? '')) k++;
      if (!isWord(k)) break;
      const [behind, depth] = skipBrackets(code, k + 1);
      k = behind;
      if (is(k, '=') || (is(k, '{') && !isPointer)) {
        const start = is(k, '=') ? k + 1 : k;
        if (!isPointer && is(start, '{')) out.push(...listValues(code, start, depth));
        else if (!isPointer && isMacro(text, code, start)) out.push({ offset: code[start]?.at ?? 0, index: undefined });
        k = valueEnd(code, start);
      }
      if (!is(k, ',')) break;
      k++;
    }
  }
  return out;
}

/** Whether a name stands for who knows how many values: by its form, or because the file defines it. */
function isMacro(text: string, code: readonly Piece[], i: number): boolean {
  const name = code[i]?.text ?? '';
  if (!WORD.test(name) || CONSTANT.test(name)) return false;
  return MACRO.test(name) || new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b`, 'm').test(text);
}

function skipBrackets(code: readonly Piece[], from: number): [after: number, groups: number] {
  let [k, groups] = [from, 0];
  for (; code[k]?.text === '['; groups++) k = closing(code, k) + 1;
  return [k, groups];
}

function closing(code: readonly Piece[], open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (/^[({[]$/.test(code[i]?.text ?? '')) depth++;
    else if (/^[)}\]]$/.test(code[i]?.text ?? '') && --depth === 0) return i;
  }
  return code.length;
}

/** The `,` or `;` behind a value. */
function valueEnd(code: readonly Piece[], from: number): number {
  let k = from;
  while (k < code.length && !/^[,;)}\]]$/.test(code[k]?.text ?? ''))
    k = /^[({[]$/.test(code[k]?.text ?? '') ? closing(code, k) + 1 : k + 1;
  return k;
}

/** The positional values of one list. @param depth how many dimensions of an array its values are in. */
function listValues(code: readonly Piece[], open: number, depth: number): PositionalValue[] {
  const end = closing(code, open);
  const out: PositionalValue[] = [];
  let index: number | undefined = 0;
  // One zero stands for all: `{0}`, `{NULL}`, `{{0}}`.
  const inside = code.slice(open, end + 1).map((p) => p.text);
  if (inside.filter((t) => !/^[{},]$/.test(t)).length <= 1 && inside.every((t) => /^(?:[{},]|0|NULL)$/.test(t)))
    return [];
  for (let k = open + 1; k < end; k = valueEnd(code, k) + 1) {
    let start = k;
    let isNamed = false;
    // `.a = 1`, `[2] = 1`, `.a[2].b = 1`, and as GNU had it: `a: 1`.
    if (code[start]?.text === '.' || code[start]?.text === '[') {
      isNamed = code[start]?.text === '.' || depth === 0;
      while (start < end && code[start]?.text !== '=') start++;
      start++;
    } else if (code[start + 1]?.text === ':') [isNamed, start] = [true, start + 2];
    if (depth > 0 && code[start]?.text === '{') out.push(...listValues(code, start, depth - 1));
    else if (depth > 0 && !isNamed) out.push({ offset: code[start]?.at ?? 0, index: undefined });
    else if (isNamed) index = undefined;
    else {
      if (!isOne(code, start, Math.min(valueEnd(code, start), end))) index = undefined;
      out.push({ offset: code[start]?.at ?? 0, index });
      if (index !== undefined) index++;
    }
  }
  return out;
}

/** Whether it can be only one value: no macro's, and nothing that no comma parts. */
function isOne(code: readonly Piece[], from: number, to: number): boolean {
  const text = (i: number) => code[i]?.text ?? '';
  for (let i = from; i < to; i++) {
    if (MACRO.test(text(i)) && !CONSTANT.test(text(i))) return false;
    if (i > from && text(i - 1) === ')' && text(i).startsWith('"')) return false;
    if (text(i) === '{') i = closing(code, i);
  }
  return true;
}
