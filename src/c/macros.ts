import { closingAt, tokens } from './lex.ts';

/** A `#define`. */
export interface Macro {
  readonly name: string;
  /** `undefined` for one that takes none. */
  readonly parameters: readonly string[] | undefined;
  /** What it stands for, on as many lines as it is written. */
  readonly body: string;
  /** Where its line starts. */
  readonly start: number;
  /** Where its last line ends. */
  readonly end: number;
  /** Where the name stands. */
  readonly at: number;
}

const DEFINE = /^([ \t]*#[ \t]*define[ \t]+)(\w+)(?:\(([^()]*)\))?((?:[^\n\\]|\\\r?\n|\\.)*)/gm;

/** The macros that a text defines. @param name only those of this name. */
export function macrosIn(text: string, name?: string): readonly Macro[] {
  if (name !== undefined && !text.includes(name)) return [];
  return [...text.matchAll(DEFINE)].flatMap(
    ({ index, 0: all, 1: head = '', 2: is = '', 3: parameters, 4: body = '' }) =>
      name !== undefined && is !== name
        ? []
        : {
            name: is,
            parameters: parameters?.split(',').map((p) => p.replace(/\\\r?\n/g, '').trim()),
            body: body.replace(/\\\r?\n/g, '\n'),
            start: index,
            end: index + all.length,
            at: index + head.length,
          },
  );
}

/** The tokens of a macro's body, without comments. */
export function bodyTokens({ body }: Macro): readonly string[] {
  return [...tokens(body)].filter((t) => t.kind !== 'comment').map((t) => body.slice(t.start, t.end));
}

/**
 * Whether a macro makes a name by `##`, of its own parts and of words that may be its arguments.
 * @param isWord whether something may be an argument.
 * @param hasPart a part of the name must be the macro's own.
 */
export function pastes(macro: Macro, name: string, isWord: (part: string) => boolean, hasPart = false): boolean {
  if (!macro.body.includes('##')) return false;
  const code = bodyTokens(macro);
  for (let i = 0; i < code.length; i++) {
    if (code[i + 1] !== '##') continue;
    const parts = [code[i] ?? ''];
    for (; code[i + 1] === '##'; i += 2) parts.push(code[i + 2] ?? '');
    const pattern = parts.map((part) => (macro.parameters?.includes(part) ? '(\\w+)' : part.replace(/\W/g, '\\$&')));
    if (hasPart && parts.every((part) => macro.parameters?.includes(part))) continue;
    const isFree = parts.filter((part) => macro.parameters?.includes(part)).length;
    const shortest = isFree > 1 ? splits(name, pattern) : [new RegExp(`^${pattern.join('')}$`).exec(name)?.slice(1)];
    if (shortest.some((made) => made?.every(isWord))) return true;
  }
  return false;
}

/** Every way in which a name may be cut into the parts of a pattern. */
function splits(name: string, pattern: readonly string[]): readonly (readonly string[])[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return name === '' ? [[]] : [];
  if (head !== '(\\w+)') {
    const fixed = new RegExp(`^${head}`).exec(name)?.[0];
    return fixed === undefined ? [] : splits(name.slice(fixed.length), rest);
  }
  return [...name].flatMap((_, i) =>
    splits(name.slice(i + 1), rest).map((others) => [name.slice(0, i + 1), ...others]),
  );
}

/** The words in the arguments of calls of macros, and what those that are macros stand for. */
export function wordsInCalls(
  text: string,
  macros: ReadonlySet<string>,
  values: (name: string) => readonly Macro[],
): string[] {
  const code = [...tokens(text)].filter((t) => t.kind !== 'comment').map((t) => text.slice(t.start, t.end));
  const out: string[] = [];
  for (const [i, t] of code.entries()) {
    if (!macros.has(t) || code[i + 1] !== '(') continue;
    const end = closingAt(code, i + 1, '(', ')');
    for (const word of code.slice(i + 2, end)) {
      if (!/^\w+$/.test(word)) continue;
      out.push(word, ...values(word).flatMap((m) => (m.parameters === undefined ? bodyTokens(m) : [])));
    }
  }
  return out;
}

/** Whether a macro makes a text of an argument: `#name`. */
export function makesText(macro: Macro): boolean {
  const code = bodyTokens(macro);
  return code.some((t, i) => t === '#' && (macro.parameters?.includes(code[i + 1] ?? '') ?? false));
}

/** At which of its parameters a macro takes a member of a struct: behind `.`, `->`, in `offsetof`, or in another such macro. */
export function memberParameters(
  macro: Macro,
  others: (name: string) => readonly Macro[],
  depth = 0,
): ReadonlySet<number> {
  const code = bodyTokens(macro);
  const out = new Set<number>();
  for (const [index, parameter] of (macro.parameters ?? []).entries()) {
    for (const [i, t] of code.entries()) {
      if (t !== parameter) continue;
      const isMember = /^(?:\.|->)$/.test(code[i - 1] ?? '');
      const call = isMember ? undefined : callAround(code, i);
      const isOffset = call?.name === 'offsetof' && call.argument === 1;
      const isPassed =
        call !== undefined &&
        depth < 5 &&
        others(call.name).some((m) => m !== macro && memberParameters(m, others, depth + 1).has(call.argument));
      if (isMember || isOffset || isPassed) out.add(index);
    }
  }
  return out;
}

/** The call that a token is an argument of, right inside of its parentheses: its name, and which argument. */
export function callAround(
  code: readonly string[],
  at: number,
): { readonly name: string; readonly argument: number } | undefined {
  let depth = 0;
  let argument = 0;
  for (let i = at - 1; i >= 0; i--) {
    const t = code[i] ?? '';
    if (/^[)\]}]$/.test(t)) depth++;
    else if (/^[([{]$/.test(t)) {
      if (depth > 0) depth--;
      else
        return t === '(' && /^[A-Za-z_]\w*$/.test(code[i - 1] ?? '')
          ? { name: code[i - 1] ?? '', argument }
          : undefined;
    } else if (t === ';') return undefined;
    else if (t === ',' && depth === 0) argument++;
  }
  return undefined;
}
