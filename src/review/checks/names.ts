import { codeTokens, tokens } from '../../c/lex.ts';
import type { FileChange } from '../../patch/types.ts';

const WORD = /^[A-Za-z_]\w*$/;
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
  const after = new Set(inC.flatMap((change) => codeTokens(change.after)));
  const gone = new Set<string>();
  const redefined = new Set<string>();
  for (const { before, after: now } of inC) {
    for (const word of codeTokens(before)) if (WORD.test(word) && !OF_C.has(word) && !after.has(word)) gone.add(word);
    const [old, defined] = [defines(before), defines(now)];
    for (const [name, bodies] of old) {
      const other = defined.get(name);
      if (other !== undefined && other !== bodies) redefined.add(name);
    }
  }
  return { gone: [...gone].sort(), redefined: [...redefined].sort() };
}

/** Each macro with all that it is defined as, comments left out. */
export function defines(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [, name = '', body = ''] of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)((?:[^\n\\]|\\[\s\S])*)/gm)) {
    const code = [...tokens(body)]
      .filter(({ kind }) => kind !== 'comment')
      .map(({ start, end }) => body.slice(start, end));
    out.set(name, `${out.get(name) ?? ''}\n${code.join(' ')}`);
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
