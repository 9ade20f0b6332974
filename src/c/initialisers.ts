import { tokens } from './lex.ts';

/** Where a value is given to a member by the member's place in its struct. */
export interface PositionalValue {
  readonly offset: number;
  /** How many members come before the one that gets it, at most; `undefined` where a macro may bring any number. */
  readonly index: number | undefined;
  /** Where the list begins that it is in. */
  readonly list: number;
  /** The list is that of a type of which the types are a part. */
  readonly isPart: boolean;
  /** It stands in an array's list without the braces of its struct: how many there are decides whose the next is. */
  readonly isElided?: true;
}

/** A member of a type that is one of the types, or has one in it. */
export interface Member {
  readonly isPart: boolean;
  /** How many dimensions it has as an array. */
  readonly depth: number;
}

/** What is known of types and macros beyond the text that is read. */
export interface Known {
  /** Types that have one of the types in them. */
  readonly around: ReadonlySet<string>;
  /** Their members that do, by name. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
  /** What a macro stands for, wherever it is defined; `undefined` when that is not known. */
  readonly macro: (name: string) => readonly string[] | undefined;
}

const NOTHING: Known = { around: new Set(), members: new Map(), macro: () => undefined };

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
export function positionalValues(
  text: string,
  types: ReadonlySet<string>,
  known: Known = NOTHING,
): readonly PositionalValue[] {
  const code = piecesOf(text);
  const is = (i: number, what: string) => code[i]?.text === what;
  const isWord = (i: number) => WORD.test(code[i]?.text ?? '');
  const out: PositionalValue[] = [];
  const reading = (i: number): Reading => ({ known, text, isPart: known.around.has(code[i]?.text ?? '') });
  for (let i = 0; i < code.length; i++) {
    const isStruct = (at: number) => /^(?:struct|union)$/.test(code[at]?.text ?? '');
    let k = i + 1;
    if (isStruct(i) && is(k, '{')) {
      // One without a name, of which a member is of the types.
      const end = closing(code, k);
      const isPart = code.slice(k, end).some((p, n) => types.has(p.text) && isWord(k + n + 1));
      if (!isPart || is(i - 1, 'typedef')) continue;
      if (isWord(end + 1) && is(end + 2, '=') && is(end + 3, '{'))
        out.push(...listValues(reading(i), code, end + 3, 0, true));
      continue;
    }
    if (!types.has(code[i]?.text ?? '')) continue;
    if (is(k, '{') && isStruct(i - 1)) k = closing(code, k) + 1;
    // A macro that has the members: `struct _PyCode_DEF(27) x = {…}`.
    if (is(k, '(') && isStruct(i - 1)) k = closing(code, k) + 1;
    // `(T){1, 2}`, `(T[]){{1, 2}}`, `PyAPI_DATA(T) x = …`
    const [literal, brackets] = skipBrackets(code, k);
    if (is(literal, ')') && is(literal + 1, '{')) {
      out.push(...listValues(reading(i), code, literal + 1, brackets));
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
        if (!isPointer) out.push(...valueValues(reading(i), code, start, depth));
        k = valueEnd(code, start);
      }
      if (!is(k, ',')) break;
      k++;
    }
  }
  return out;
}

interface Reading {
  readonly known: Known;
  readonly text: string;
  /** What is read is of a type that has one of the types in it. */
  readonly isPart: boolean;
  /** Macros that are being looked into. */
  readonly within?: readonly string[];
}

/** The positional values of one value: of its list, or of those that a macro stands for. */
function valueValues(reading: Reading, code: readonly Piece[], start: number, depth: number): PositionalValue[] {
  const first = code[start];
  if (first?.text === '{') return listValues(reading, code, start, depth);
  if (first === undefined || !isMacro(reading.text, code, start)) return [];
  const unknown = { offset: first.at, index: undefined, list: first.at, isPart: reading.isPart };
  const within = [...(reading.within ?? []), first.text];
  const bodies = within.length > 8 ? undefined : reading.known.macro(first.text);
  if (bodies === undefined) return [unknown];
  return bodies.flatMap((body): PositionalValue[] => {
    const pieces = piecesOf(body);
    const isList = pieces[0]?.text === '{' && closing(pieces, 0) === pieces.length - 1;
    const isMacroAlone = pieces.length === 1 || (pieces[1]?.text === '(' && closing(pieces, 1) === pieces.length - 1);
    if (!isList && !isMacroAlone) return pieces.some((p) => p.text === '{') ? [unknown] : [];
    const found = valueValues({ ...reading, text: body, within }, pieces, 0, depth);
    return found.map((value) => ({ ...value, offset: first.at, list: first.at }));
  });
}

function piecesOf(text: string): readonly Piece[] {
  return [...tokens(text)]
    .filter((t) => t.kind !== 'comment')
    .map((t): Piece => ({ text: text.slice(t.start, t.end), at: t.start }))
    .filter((p) => p.text !== '\\');
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
function listValues(
  reading: Reading,
  code: readonly Piece[],
  open: number,
  depth: number,
  isNameless = false,
): PositionalValue[] {
  const end = closing(code, open);
  const list = code[open]?.at ?? 0;
  const isPart = reading.isPart || isNameless;
  const out: PositionalValue[] = [];
  let index: number | undefined = isPart ? undefined : 0;
  // One zero stands for all: `{0}`, `{NULL}`, `{{0}}`.
  const inside = code.slice(open, end + 1).map((p) => p.text);
  if (inside.filter((t) => !/^[{},]$/.test(t)).length <= 1 && inside.every((t) => /^(?:[{},]|0|NULL)$/.test(t)))
    return [];
  for (let k = open + 1; k < end; k = valueEnd(code, k) + 1) {
    let start = k;
    let isNamed = false;
    // A macro that brings values by name, with its commas: `DLOPENFLAGS_INIT .a = 1`.
    const bodies = code[k + 1]?.text === '.' ? reading.known.macro(code[k]?.text ?? '') : undefined;
    if (bodies?.every((body) => /^\s*(?:$|\.)/.test(body))) start++;
    // `.a = 1`, `[2] = 1`, `.a[2].b = 1`, and as GNU had it: `a: 1`.
    let members: readonly Member[] = [];
    if (code[start]?.text === '.' || code[start]?.text === '[') {
      isNamed = code[start]?.text === '.' || depth === 0;
      const from = start;
      while (start < end && code[start]?.text !== '=') start++;
      members = membersIn(reading, code.slice(from, start));
      start++;
    } else if (code[start + 1]?.text === ':') {
      members = membersIn(reading, code.slice(start, start + 1));
      [isNamed, start] = [true, start + 2];
    }
    for (const member of isNamed ? members : [])
      out.push(...valueValues({ ...reading, isPart: member.isPart }, code, start, member.depth));
    if (depth > 0 && code[start]?.text === '{') out.push(...listValues(reading, code, start, depth - 1, isNameless));
    else if (depth > 0 && !isNamed && isOneList(reading, code, start, Math.min(valueEnd(code, start), end)))
      out.push(...valueValues(reading, code, start, depth - 1));
    else if (depth > 0 && !isNamed)
      out.push({ offset: code[start]?.at ?? 0, index: undefined, list, isPart, isElided: true });
    else if (isNamed) index = undefined;
    else {
      const until = Math.min(valueEnd(code, start), end);
      if (!isOne(code, start, until) && !isOneList(reading, code, start, until)) index = undefined;
      out.push({ offset: code[start]?.at ?? 0, index, list, isPart });
      if (index !== undefined) index++;
    }
  }
  return out;
}

/** What the last of some members in a designator is, where it is of one of the types, or has one in it. */
function membersIn({ known }: Reading, designator: readonly Piece[]): readonly Member[] {
  const at = designator.findLastIndex((piece) => known.members.has(piece.text));
  const brackets = designator.slice(at).filter((piece) => piece.text === '[').length;
  const members = known.members.get(designator[at]?.text ?? '') ?? [];
  return members.map((member) => ({ ...member, depth: Math.max(0, member.depth - brackets) }));
}

/** Whether a value is a macro alone that stands for one list: `_PyVarObject_HEAD_INIT(type, 3)`, as 3.13 has it. */
function isOneList({ known }: Reading, code: readonly Piece[], from: number, to: number): boolean {
  const isAlone = to === from + 1 || (code[from + 1]?.text === '(' && closing(code, from + 1) === to - 1);
  if (!isAlone) return false;
  const bodies = known.macro(code[from]?.text ?? '')?.map(piecesOf);
  return bodies?.every((body) => body[0]?.text === '{' && closing(body, 0) === body.length - 1) ?? false;
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
