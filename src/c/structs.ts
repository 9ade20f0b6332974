import { tokens } from './lex.ts';

/** A field as its struct declares it. */
export interface Field {
  readonly name: string;
  /** The declaration without its comments, on one line: `void *co_zombieframe`. */
  readonly declaration: string;
  /** Offset in the text. */
  readonly at: number;
}

export interface Struct {
  /** By which code knows it: the typedef's name, or `struct tag`. */
  readonly name: string;
  readonly fields: readonly Field[];
  /** From `struct` to the closing brace. */
  readonly start: number;
  readonly end: number;
}

/** One token of the code. */
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
  const code = [...tokens(withoutDirectives(text))]
    .filter(({ kind }) => kind !== 'comment')
    .map(({ start, end }): Piece => ({ text: text.slice(start, end), at: start, end }));
  const out: Struct[] = [];
  for (let i = 0; i < code.length; i++) {
    if (code[i]?.text !== 'struct') continue;
    const open = code.findIndex(
      (piece, k) => k > i && (piece.text === '{' || piece.text === ';' || piece.text === ')'),
    );
    if (code[open]?.text !== '{' || open - i > 3) continue;
    const close = closing(code, open);
    if (close === undefined) continue;
    const tag = open > i + 1 ? code[open - 1]?.text : undefined;
    const isTypedef = code[i - 1]?.text === 'typedef';
    const after = code[close + 1]?.text ?? ';';
    const name = isTypedef && /^\w+$/.test(after) ? after : tag === undefined ? undefined : `struct ${tag}`;
    if (name !== undefined) {
      const body = code.slice(open + 1, close);
      out.push({ name, fields: fieldsOf(body, text), start: code[i]?.at ?? 0, end: code[close]?.end ?? 0 });
    }
  }
  return out;
}

/** Directive lines as blanks of the same length. */
const withoutDirectives = (text: string): string =>
  text.replace(/^[ \t]*#(?:\\\r?\n|[^\n])*/gm, (line) => line.replace(/[^\n]/g, ' '));

function closing(code: readonly Piece[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i]?.text === '{') depth++;
    if (code[i]?.text === '}' && --depth === 0) return i;
  }
  return undefined;
}

function fieldsOf(body: readonly Piece[], text: string): readonly Field[] {
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
      const said = text
        .slice(first.at, last.end)
        .replace(/\/\*[\s\S]*?\*\//g, ' ')
        .replace(/\s+/g, ' ');
      for (const name of namesOf(declaration)) out.push({ name, declaration: said, at: first.at });
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

/** A struct of which the fields differ. */
export interface StructChange {
  readonly name: string;
  readonly before: Struct;
  readonly after: Struct;
  readonly removed: readonly Field[];
  readonly added: readonly Field[];
  /** Declared otherwise, or in another order. */
  readonly changed: readonly Field[];
}

export function structChanges(before: string, after: string): readonly StructChange[] {
  const now = new Map(structsOf(after).map((struct) => [struct.name, struct]));
  return structsOf(before).flatMap((old) => {
    const other = now.get(old.name);
    if (other === undefined) return [];
    const find = (fields: readonly Field[], name: string) => fields.find((field) => field.name === name);
    const removed = old.fields.filter(({ name }) => find(other.fields, name) === undefined);
    const added = other.fields.filter(({ name }) => find(old.fields, name) === undefined);
    const stayed = old.fields.filter(({ name }) => find(other.fields, name) !== undefined);
    const order = other.fields.filter(({ name }) => find(old.fields, name) !== undefined);
    const changed = stayed.filter(
      (field, i) => order[i]?.name !== field.name || find(other.fields, field.name)?.declaration !== field.declaration,
    );
    if (removed.length + added.length + changed.length === 0) return [];
    return [{ name: old.name, before: old, after: other, removed, added, changed }];
  });
}
