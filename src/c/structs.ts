import { diffArrays } from 'diff';
import { findConditionals } from './conditionals.ts';
import { closingAt, tokens } from './lex.ts';

export interface Field {
  readonly name: string;
  /** The declaration without its comments, on one line: `void *co_zombieframe`. */
  readonly declaration: string;
  /** The `#if`s of the struct around it, as they are written: `#ifdef A, #else`. Empty outside of any. */
  readonly under: string;
  /** Offset in the text. */
  readonly at: number;
}

export interface Struct {
  /** By which code knows it: the typedef's name, or `struct tag`. */
  readonly name: string;
  /** All names of it that the definition gives: its tag, and typedefs that are no pointers. */
  readonly names: readonly string[];
  readonly fields: readonly Field[];
  /** From `struct` to the closing brace. */
  readonly start: number;
  readonly end: number;
}

interface Piece {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/**
 * The structs that a header defines. Read by their tokens, every `#if` branch at once: what a field's size is, the
 * compiler says.
 */
export function structsOf(text: string): readonly Struct[] {
  const bare = withoutDirectives(text);
  const code = [...tokens(bare)]
    .filter(({ kind }) => kind !== 'comment')
    .map(({ start, end }): Piece => ({ text: bare.slice(start, end), at: start, end }));
  const words = code.map((piece) => piece.text);
  const out: Struct[] = [];
  let branches: readonly LabelledBranch[] | undefined;
  for (let i = 0; i < code.length; i++) {
    if (code[i]?.text !== 'struct') continue;
    // `struct {`, `struct tag {`, or with a macro before the tag.
    const open = [i + 1, i + 2, i + 3].find((k) => /^[{;)]$/.test(code[k]?.text ?? ';'));
    if (open === undefined || code[open]?.text !== '{') continue;
    const close = closingAt(words, open, '{', '}');
    if (close < 0) continue;
    const tag = open > i + 1 ? code[open - 1]?.text : undefined;
    const isTypedef = code[i - 1]?.text === 'typedef';
    const after = code[close + 1]?.text ?? ';';
    const name = isTypedef && /^\w+$/.test(after) ? after : tag === undefined ? undefined : `struct ${tag}`;
    if (name !== undefined) {
      const body = code.slice(open + 1, close);
      const [start, end] = [code[i]?.at ?? 0, code[close]?.end ?? 0];
      branches ??= labelledBranches(text);
      const inside = branches.filter((branch) => start < branch.start && branch.end < end);
      const typedefs = isTypedef ? declaredAfter(code, close) : [];
      const names = [...(tag === undefined ? [] : [tag]), ...typedefs];
      out.push({ name, names, fields: fieldsOf(body, bare, inside), start, end });
    }
  }
  return [...out, ...macroStructs(text, bare)];
}

/** `struct PyCodeObject _PyCode_DEF(1);`, whose members stand in the `#define` of a macro of the same file. */
function macroStructs(text: string, bare: string): Struct[] {
  return [...bare.matchAll(/^[ \t]*struct\s+(\w+)\s+(\w+)\s*\([^()]*\)\s*;/gm)].flatMap(([, tag = '', macro = '']) => {
    const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${macro}\\([^()]*\\)(?:[ \\t]|\\\\\\r?\\n)*\\{`, 'm').exec(
      text,
    );
    if (define === null) return [];
    const open = define.index + define[0].length - 1;
    const lines = /^(?:[^\\\n]|\\(?!\r?\n)|\\\r?\n)*/.exec(text.slice(open))?.[0] ?? '';
    const body = `${' '.repeat(open)}${lines.replace(/\\(?=\r?\n)/g, ' ')}`;
    const code = [...tokens(body, open)]
      .filter(({ kind }) => kind !== 'comment')
      .map(({ start, end }): Piece => ({ text: body.slice(start, end), at: start, end }));
    const close = closingAt(
      code.map((piece) => piece.text),
      0,
      '{',
      '}',
    );
    const end = code[close]?.end;
    if (end === undefined) return [];
    const fields = fieldsOf(code.slice(1, close), body, []);
    return [{ name: `struct ${tag}`, names: [tag, macro], fields, start: open, end }];
  });
}

/** What stands behind a struct's closing brace, but for pointers: `} A, *B;` declares A. */
function declaredAfter(code: readonly Piece[], close: number): readonly string[] {
  const end = code.findIndex((piece, k) => k > close && piece.text === ';');
  const words = code.slice(close + 1, end < 0 ? code.length : end).filter((piece) => /^\w+$/.test(piece.text));
  return words.map((piece) => piece.text).filter((_, k) => code[code.indexOf(words[k] as Piece) - 1]?.text !== '*');
}

interface LabelledBranch {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

function labelledBranches(text: string): readonly LabelledBranch[] {
  return findConditionals(text).groups.flatMap(({ branches }) => {
    const line = (start: number, end: number) => plain(text.slice(start, end)).replace(/\\\s/g, '').trim();
    const first = branches[0];
    const asked = first === undefined ? '' : line(first.start, first.bodyStart);
    return branches.map((branch, i) => ({
      label: i === 0 ? asked : `${line(branch.start, branch.bodyStart)} of ${asked}`,
      start: branch.bodyStart,
      end: branch.bodyEnd,
    }));
  });
}

/** Without comments, on one line. */
const plain = (code: string): string => code.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\s+/g, ' ');

/** Directive lines as blanks of the same length. */
const withoutDirectives = (text: string): string =>
  text.replace(/^[ \t]*#(?:\\\r?\n|[^\n])*/gm, (line) => line.replace(/[^\n]/g, ' '));

function fieldsOf(body: readonly Piece[], bare: string, branches: readonly LabelledBranch[]): readonly Field[] {
  const out: Field[] = [];
  let declaration: Piece[] = [];
  let depth = 0;
  for (const piece of body) {
    if (piece.text === '{') depth++;
    if (piece.text === '}') depth--;
    if (piece.text !== ';' || depth > 0) {
      declaration.push(piece);
      continue;
    }
    const first = declaration[0];
    const last = declaration.at(-1);
    if (first !== undefined && last !== undefined) {
      const said = plain(bare.slice(first.at, last.end));
      // A macro such as PyObject_HEAD, which no semicolon ends, may stand before the #if.
      const around = branches.filter(({ start, end }) => start <= last.at && last.at < end);
      const under = around.map(({ label }) => label).join(', ');
      for (const name of namesOf(declaration)) out.push({ name, declaration: said, under, at: first.at });
    }
    declaration = [];
  }
  return out;
}

/** What a declaration names: `int a, *b[2]`, `int flag:1`, `int (*call)(int, int)`; macros such as PyObject_HEAD themselves. */
function namesOf(declaration: readonly Piece[]): readonly string[] {
  const text = declaration.map((piece) => piece.text).join(' ');
  const pointer = /\( \* (\w+)/.exec(text)?.[1];
  if (pointer !== undefined) return [pointer];
  const flat = text
    .replace(/\{.*\}/, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/: \w+/g, ' ');
  return flat.split(',').flatMap((part) => /(\w+)\s*$/.exec(part)?.[1] ?? []);
}

/** What became of one field; of a field that an `#if` declares twice, of one of its declarations. */
export type FieldChange =
  /** `elsewhere`: the struct declares the name in another place, too. */
  | { readonly kind: 'removed'; readonly old: Field; readonly elsewhere: boolean }
  | { readonly kind: 'added'; readonly now: Field; readonly elsewhere: boolean }
  /** Other fields stand before and after it. */
  | { readonly kind: 'moved'; readonly old: Field; readonly now: Field }
  /** It is where it was, and declared otherwise or under another condition. */
  | { readonly kind: 'changed'; readonly old: Field; readonly now: Field };

export interface StructChange {
  readonly name: string;
  readonly before: Struct;
  readonly after: Struct;
  /** In the order of the lines that they are about; never empty. */
  readonly fields: readonly FieldChange[];
}

export function structChanges(before: readonly Struct[], after: readonly Struct[]): readonly StructChange[] {
  // A name may be defined in each branch of an #if: the first is compared with the first.
  const now = Map.groupBy(after, ({ name }) => name);
  return before.flatMap((old) => {
    const other = now.get(old.name)?.shift();
    const fields = other === undefined ? [] : fieldChanges(old.fields, other.fields);
    return other === undefined || fields.length === 0 ? [] : [{ name: old.name, before: old, after: other, fields }];
  });
}

/** Most fields stay in their order: those are found first, and what is left went, came or moved. */
function fieldChanges(before: readonly Field[], after: readonly Field[]): FieldChange[] {
  const out: FieldChange[] = [];
  const gone: Field[] = [];
  const come: Field[] = [];
  const names = (fields: readonly Field[]) => fields.map(({ name }) => name);
  let [i, k] = [0, 0];
  for (const { count, added, removed } of diffArrays(names(before), names(after))) {
    for (let n = 0; n < count; n++) {
      const old = added ? undefined : before[i++];
      const now = removed ? undefined : after[k++];
      if (old === undefined && now !== undefined) come.push(now);
      else if (old !== undefined && now === undefined) gone.push(old);
      else if (old !== undefined && now !== undefined && !isAlike(old, now)) out.push({ kind: 'changed', old, now });
    }
  }
  const [had, has] = [new Set(names(before)), new Set(names(after))];
  const left = new Set(gone);
  const leaving = Map.groupBy(gone, ({ name }) => name);
  for (const now of come) {
    const old = leaving.get(now.name)?.shift();
    if (old === undefined) out.push({ kind: 'added', now, elsewhere: had.has(now.name) });
    else {
      left.delete(old);
      out.push({ kind: 'moved', old, now });
    }
  }
  for (const old of left) out.push({ kind: 'removed', old, elsewhere: has.has(old.name) });
  const at = (change: FieldChange) => ('old' in change ? change.old.at : change.now.at);
  return out.sort((a, b) => at(a) - at(b));
}

const isAlike = (a: Field, b: Field) => a.declaration === b.declaration && a.under === b.under;
