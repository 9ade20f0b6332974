import { accessedType } from '../../c/declared-type.ts';
import { tokens } from '../../c/lex.ts';
import { callAround, type Macro, macrosIn, memberParameters } from '../../c/macros.ts';
import { readC } from '../../c/source.ts';
import { structsOf } from '../../c/structs.ts';
import { typeNames } from '../layout-users.ts';
import { once } from '../once.ts';
import { BadPattern } from '../pattern.ts';
import type { TextFinding, TextPlace } from './text.ts';

/** A name that becomes another. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
  /** Of which struct it is a member. */
  readonly struct?: string | undefined;
  readonly comments?: boolean | undefined;
}

const WORDS_OF_C =
  /^(?:auto|break|case|char|const|continue|default|defined|do|double|else|enum|extern|float|for|goto|if|inline|int|long|register|restrict|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|while|NULL)$/;

/** @throws BadPattern when a name is a word of C. */
export function checkName(name: string): void {
  if (WORDS_OF_C.test(name)) throw new BadPattern(`${name} is a word of C, and no name`);
}

/** Where a name stands in code, and as what. */
interface Use {
  readonly at: number;
  /** `other`: something of the same name that is not meant, such as a struct's tag. */
  readonly is: 'meant' | 'other' | 'unclear';
  readonly why?: string;
}

/**
 * Every place of a name in a file's code; in its comments, when that is asked for. What stands in texts stays.
 * @param texts the recipe's files: they are looked at together.
 */
export function findRename(text: string, renaming: Renaming, texts: readonly string[]): TextFinding {
  const { from, to, struct, comments = false } = renaming;
  const places: TextPlace[] = [];
  const put = (at: number, decision: string) =>
    places.push({ start: at, end: at + from.length, replacement: to, decision });
  const facts = factsOf(texts, renaming);
  const inUse = newUses(text, renaming, facts);
  if (!facts.isUsed()) return { places: [], done: inUse };
  const [taken] = inUse;
  if (taken !== undefined) return problem(taken, `${to} is in use already`);
  const uses = usesOf(text, renaming, facts);
  const unclear = uses.find((use) => use.is === 'unclear');
  if (unclear !== undefined) return problem(unclear.at, unclear.why ?? '');
  const what = struct === undefined ? '' : ` of ${struct}`;
  for (const { at, is } of uses) if (is === 'meant') put(at, `${from}${what} becomes ${to}`);
  let [inTexts, inComments] = [0, 0];
  const word = new RegExp(`\\b${from}\\b`, 'g');
  for (const t of tokens(text)) {
    const piece = text.slice(t.start, t.end);
    if (t.kind === 'literal' && piece.startsWith('"')) inTexts += [...piece.matchAll(word)].length;
    if (t.kind !== 'comment') continue;
    for (const m of piece.matchAll(word)) {
      if (comments) put(t.start + m.index, `${from} becomes ${to} in a comment`);
      else inComments++;
    }
  }
  places.sort((a, b) => a.start - b.start);
  const said = [
    ...(inTexts === 0 ? [] : [`${inTexts} in quotes`]),
    ...(inComments === 0 ? [] : [`${inComments} in comments (say comments: true to change those)`]),
  ];
  const note = said.length === 0 ? undefined : `${from} stays ${said.join(' and ')}`;
  return { places, done: [], note };
}

const problem = (offset: number, message: string): TextFinding => ({
  places: [],
  done: [],
  problem: { offset, message },
});

/** What the recipe's files say of the name all together. */
interface Facts {
  readonly isMacro: boolean;
  /** The struct's names. */
  readonly names: ReadonlySet<string>;
  /** The names of other structs that have such a member. */
  readonly others: ReadonlySet<string>;
  readonly macros: (name: string) => readonly Macro[];
  /** Whether any of the files uses the old name as it is meant. */
  readonly isUsed: () => boolean;
}

function factsOf(texts: readonly string[], renaming: Renaming): Facts {
  const key = `rename ${renaming.struct ?? ''} ${renaming.from} ${renaming.to}`;
  return once(texts, key, () => makeFacts(texts, renaming));
}

function makeFacts(texts: readonly string[], renaming: Renaming): Facts {
  const { from, struct } = renaming;
  const macros = Map.groupBy(
    texts.flatMap((t) => macrosIn(t)),
    (m) => m.name,
  );
  const names = struct === undefined ? new Set<string>() : typeNames(texts, struct);
  const sharing =
    struct === undefined
      ? []
      : texts
          .filter((t) => t.includes(from))
          .flatMap((t) => structsOf(t))
          .filter((s) => s.fields.some((f) => f.name === from) && !s.names.some((n) => names.has(n)));
  let used: boolean | undefined;
  const facts: Facts = {
    isMacro: macros.has(from),
    names,
    others: new Set(sharing.flatMap((s) => s.names)),
    macros: (name) => macros.get(name) ?? [],
    isUsed: () => {
      used ??= texts.some((t) => usesOf(t, renaming, facts).some((use) => use.is !== 'other'));
      return used;
    },
  };
  return facts;
}

/** Where the new name is in use, so that two things would have it. */
function newUses(text: string, { to, struct }: Renaming, { names }: Facts): number[] {
  const macros = macrosIn(text, to).map((m) => m.at);
  if (struct === undefined) return wordsIn(text, to).map((t) => t.at);
  const members = structsOf(text).filter((s) => s.names.some((n) => names.has(n)));
  return [...macros, ...members.flatMap((s) => s.fields.flatMap((f) => (f.name === to ? [f.at] : [])))];
}

interface Word {
  readonly at: number;
  /** Among the code's tokens. */
  readonly index: number;
  readonly code: readonly string[];
}

/** The places of a word in code, directives with it, but for names of included files. */
function wordsIn(text: string, word: string): Word[] {
  if (!text.includes(word)) return [];
  const found = [...tokens(text)].filter((t) => t.kind !== 'comment' && text[t.start] !== '\\');
  const code = found.map((t) => text.slice(t.start, t.end));
  const isText = (at: number) =>
    /^[ \t]*#[ \t]*(?:include[ \t]*<|error\b|warning\b)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at));
  return code.flatMap((t, index) => {
    const at = found[index]?.start ?? 0;
    return t === word && !isText(at) ? [{ at, index, code }] : [];
  });
}

/** Every use of the old name in a file, and what it is. */
function usesOf(text: string, { from, struct }: Renaming, { isMacro, names, others, macros }: Facts): Use[] {
  const words = wordsIn(text, from);
  if (words.length === 0) return [];
  const fields = structsOf(text).flatMap((s) =>
    s.fields.flatMap((f) => (f.name === from ? [{ ...f, isMine: s.names.some((n) => names.has(n)) }] : [])),
  );
  const own = macrosIn(text).filter((m) => m.parameters?.includes(from));
  return words.map(({ at, index, code }): Use => {
    const [before = '', after = ''] = [code[index - 1], code[index + 1]];
    const call = callAround(code, index);
    const isPassed =
      call !== undefined && macros(call.name).some((m) => memberParameters(m, macros).has(call.argument));
    const isField = fields.find((f) => f.at <= at && at < endOfField(text, f.at));
    const isMember =
      /^(?:\.|->)$/.test(before) ||
      (call?.name === 'offsetof' && call.argument === 1) ||
      isPassed ||
      isField !== undefined ||
      (struct === undefined && isMemberName(code, index));
    // Inside of such a macro it is whatever the macro is given.
    if (own.some((m) => m.start <= at && at < m.end)) return { at, is: 'other' };
    if (struct === undefined) {
      if (isMacro && (isMember || /^(?:struct|union|enum)$/.test(before)))
        return { at, is: 'unclear', why: `${from} is a macro, and the name of a member or a tag here` };
      return { at, is: isMember || /^(?:struct|union|enum)$/.test(before) ? 'other' : 'meant' };
    }
    if (isMacro) return { at, is: 'unclear', why: `${from} is a macro, too` };
    if (isField !== undefined) return { at, is: isField.isMine ? 'meant' : 'other' };
    if (isMemberName(code, index))
      return { at, is: 'unclear', why: `a struct or union in another has a member ${from}` };
    if (isMember && others.size > 0) {
      const type = accessedType(readC('', text), at);
      if (type !== undefined && names.has(type)) return { at, is: 'meant' };
      if (type !== undefined && others.has(type)) return { at, is: 'other' };
      const why = `${[...others].join(', ')} has a member ${from}, too: whose this is cannot be told from the function's declarations`;
      return { at, is: 'unclear', why };
    }
    if (isMember) return { at, is: 'meant' };
    if (after === ':' && /^[{,]$/.test(before))
      return { at, is: 'unclear', why: `whether ${from} is a label or a member here cannot be told` };
    const isUnknown = call !== undefined && /^_?[A-Z][A-Z0-9_]+$/.test(call.name) && macros(call.name).length === 0;
    if (isUnknown) return { at, is: 'unclear', why: `what the macro ${call.name} makes of ${from} cannot be told` };
    return { at, is: 'other' };
  });
}

/** Whether a token declares a member of a struct or union, a nested one too: `union { int n, *name[2]; } u`. */
function isMemberName(code: readonly string[], at: number): boolean {
  if (!/^[;,[:)]$/.test(code[at + 1] ?? '') || /^[:[=+\-/]$/.test(code[at - 1] ?? '')) return false;
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    const t = code[i] ?? '';
    if (/^[)\]}]$/.test(t)) depth++;
    else if (!/^[([{]$/.test(t)) continue;
    else if (depth > 0) depth--;
    // `(*name)(int)`; else it stands in the list of parameters, or in a function.
    else if (t === '(' && code[i + 1] === '*' && code[at + 1] === ')') continue;
    else return t === '{' && [code[i - 1], code[i - 2]].some((word) => word === 'struct' || word === 'union');
  }
  return false;
}

function endOfField(text: string, start: number): number {
  let depth = 0;
  for (const t of tokens(text, start)) {
    const piece = text.slice(t.start, t.end);
    if (piece === '{') depth++;
    if (piece === '}') depth--;
    if (piece === ';' && depth === 0) return t.start;
  }
  return text.length;
}

/** How a file that is not the recipe's uses the name: as a member, when it is one. @returns offsets. */
export function foreignUses(text: string, renaming: Renaming): readonly number[] {
  return usesOf(text, renaming, makeFacts([text], renaming)).flatMap((use) => (use.is === 'other' ? [] : [use.at]));
}

/** Macros, or functions, of which the name alone is an argument. */
export function callsWith(text: string, { from }: Renaming): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (const { at, index, code } of wordsIn(text, from)) {
    const call = callAround(code, index);
    const isAlone = /^[(,]$/.test(code[index - 1] ?? '') && /^[),]$/.test(code[index + 1] ?? '');
    if (call !== undefined && isAlone && !out.has(call.name)) out.set(call.name, at);
  }
  return out;
}

/** Where the new name is in use in a file that is not the recipe's: of a member, only a macro of that name matters. */
export function foreignNewUses(text: string, { to, struct }: Renaming): readonly number[] {
  return struct === undefined ? wordsIn(text, to).map((w) => w.at) : macrosIn(text, to).map((m) => m.at);
}
