import { codeTokens, tokens } from '../../c/lex.ts';
import type { FileChange } from '../../patch/types.ts';

const C_FILE = /\.(?:c|h|cc|cpp|inc|def)$/;

/** Words of C itself (C17, 6.4.1) and of its preprocessor: that a file has no `else` any more is no news to the tree. */
const OF_C = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register
  restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
  define defined elif endif error ifdef ifndef include line pragma undef NULL size_t ssize_t`.split(/\s+/),
);

/** Names of a series' changes that something else in the tree may know. */
export interface ChangedNames {
  /** In the code of a changed file before, and in none of them afterwards: fields, functions, macros, variables. */
  readonly gone: readonly string[];
  /** Macros that are defined otherwise. */
  readonly redefined: readonly string[];
}

/** @param changes of a whole series: the first `before` and the last `after` of each file. */
export function changedNames(changes: readonly FileChange[]): ChangedNames {
  const inC = changes.filter(({ path }) => C_FILE.test(path));
  const left = new Set<string>();
  for (const { after } of inC) addWords(after, left);
  const there = new Set<string>();
  const redefined = new Set<string>();
  for (const { before, after } of inC) {
    addWords(before, there);
    const [old, now] = [definitions(before), definitions(after)];
    for (const [name, { said }] of old) if (said !== (now.get(name)?.said ?? said)) redefined.add(name);
  }
  const gone = [...there].filter((word) => !left.has(word) && !OF_C.has(word));
  return { gone: gone.sort(), redefined: [...redefined].sort() };
}

function addWords(text: string, words: Set<string>): void {
  for (const { kind, start, end } of tokens(text)) if (kind === 'word') words.add(text.slice(start, end));
}

/** Each macro with all that it is defined as, comments left out, and where it first is: an offset. */
export function definitions(text: string): ReadonlyMap<string, { readonly said: string; readonly at: number }> {
  const out = new Map<string, { said: string; at: number }>();
  for (const match of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)((?:[^\n\\]|\\[\s\S])*)/gm)) {
    const [, name = '', body = ''] = match;
    const known = out.get(name);
    const said = `${known?.said ?? ''}\n${codeTokens(body).join(' ')}`;
    out.set(name, { said, at: known?.at ?? match.index });
  }
  return out;
}

/** What a series does to each file, taken together. */
export function wholeChanges(patches: readonly { readonly files: readonly FileChange[] }[]): readonly FileChange[] {
  const out = new Map<string, FileChange>();
  for (const change of patches.flatMap(({ files }) => files)) {
    const known = out.get(change.path);
    out.set(change.path, known === undefined ? change : { ...change, before: known.before });
  }
  return [...out.values()];
}
