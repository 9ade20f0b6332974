import { columnAt, lineAt, lineText, tokens } from '../c/lex.ts';
import { type Struct, structsOf } from '../c/structs.ts';
import type { Diagnostic } from '../system/diagnostic.ts';

/** A size or an offset of a type that is compared with a number. @param types alternatives of a pattern. */
const compared = (types: string): string =>
  `(?:sizeof|offsetof)\\s*\\(\\s*(?:struct\\s+)?(?:${types})\\b[^()]*\\)\\s*[=!]=\\s*\\(?\\s*\\d|\\d\\s*\\)?\\s*[=!]=\\s*\\(?\\s*(?:sizeof|offsetof)\\s*\\(\\s*(?:struct\\s+)?(?:${types})\\b`;
/** A place so many bytes behind a pointer's; the pointer is the first group. */
const STEP =
  '\\(\\s*(?:const\\s+)?(?:unsigned\\s+|signed\\s+)?char\\s*\\*\\s*\\)\\s*\\(?\\s*(\\w+)\\s*\\)?\\s*\\+\\s*(?:0[xX]0*)?[1-9]';
/** So many bytes copied, compared or set; the arguments are the first group. */
const BYTES = '\\bmem(?:cpy|move|cmp|set)\\s*\\(([^;{}]*),\\s*(?:0[xX]0*)?[1-9]\\w*\\s*\\)\\s*[;)&|=!,?]';

/** A pattern that fits wherever something may be told about a struct's layout by a number. */
export const numbersAbout = (struct: string): string =>
  `${compared(struct)}|^(?=[\\s\\S]*\\b${struct}\\b)[\\s\\S]*?(?:${STEP}|${BYTES})`;

/**
 * Where code knows a struct's size, or where its members are, by a number.
 * @param names the names by which code knows the struct.
 */
export function layoutNumbers(path: string, text: string, names: ReadonlySet<string>, how: string): Diagnostic[] {
  const types = [...names].filter((n) => text.includes(n)).join('|');
  if (types === '') return [];
  const patterns = [compared(types), STEP, BYTES].map((pattern) => new RegExp(pattern, 'g'));
  if (!patterns.some((pattern) => text.search(pattern) >= 0)) return [];
  const code = withoutComments(text);
  const [sizes = /(?!)/g, steps = /(?!)/g, bytes = /(?!)/g] = patterns;
  const isOfIt = (variable: string) =>
    new RegExp(`\\b(?:${types})\\s*(?:\\*\\s*(?:const\\s+)?)*${variable}\\b`).test(code);
  const found: { at: number; what: string }[] = [];
  for (const m of code.matchAll(sizes))
    found.push({ at: m.index, what: 'its size, or where a member is, is compared with a number' });
  for (const m of code.matchAll(steps))
    if (isOfIt(m[1] ?? '')) found.push({ at: m.index, what: 'a member is reached by a number of bytes' });
  for (const m of code.matchAll(bytes)) {
    const variables = (m[1] ?? '').match(/[A-Za-z_]\w*/g) ?? [];
    if (variables.some(isOfIt)) found.push({ at: m.index, what: 'it is taken for a number of bytes' });
  }
  return found.map(({ at, what }) => ({
    code: 'patch/layout-number',
    message: `${[...names][0]} has another layout ${how}, and here ${what}`,
    place: { file: path, line: lineAt(text, at), column: columnAt(text, at) },
    detail: [lineText(text, at)],
    hint: 'say it by sizeof or offsetof, or change the number by hand, first',
  }));
}

/** A copy of equal length with blanks for comments. */
function withoutComments(text: string): string {
  let out = '';
  let at = 0;
  for (const t of tokens(text)) {
    if (t.kind !== 'comment') continue;
    out += text.slice(at, t.start) + text.slice(t.start, t.end).replace(/[^\n]/g, ' ');
    at = t.end;
  }
  return out + text.slice(at);
}

/** Two members that stand together: a pattern for structs that may have the same members as another. */
export function besideEachOther({ fields }: Struct, index: number): string | undefined {
  const [before, after] = [fields[index - 1], fields[index]];
  return before === undefined || after === undefined
    ? undefined
    : `\\b${before.name}\\b[^;{}]*;[^;{}]*\\b${after.name}\\b[^;{}]*;`;
}

/** Structs that begin with the same members as one that is changed, further than where it is: one may be cast to the other. */
export function mirrors(
  path: string,
  text: string,
  of: Struct,
  index: number,
  names: ReadonlySet<string>,
  how: string,
): Diagnostic[] {
  const wanted = of.fields.slice(0, index + 1).map((f) => f.name);
  const beside = besideEachOther(of, index);
  if (index === 0 || beside === undefined || text.search(new RegExp(beside)) < 0) return [];
  return structsOf(text)
    .filter((s) => !s.names.some((n) => names.has(n)) && wanted.every((name, i) => s.fields[i]?.name === name))
    .map(({ name, start }) => ({
      code: 'patch/mirror',
      message: `${name} begins with the same members as ${[...names][0]}: ${how}, one cannot be taken for the other any more`,
      place: { file: path, line: lineAt(text, start), column: columnAt(text, start) },
      detail: [lineText(text, start)],
      hint: 'look whether code casts one to the other; if so, give it the member as well',
    }));
}
