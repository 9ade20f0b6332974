import { columnAt, lineAt, lineText, tokens, wordOffsets } from '../c/lex.ts';
import type { SourceFile, SourceTree } from '../checkout/types.ts';
import { distance } from '../recipe/did-you-mean.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { isCompiled, SOURCE_ENDINGS } from './sources.ts';

/** Shorter names are like too many others. */
const LEAST_LENGTH = 6;

/** Whether a file's code has an identifier, tests of CPython's own left out. */
export function isProbe(file: SourceFile, name: string): boolean {
  return isCompiled(file.path) && wordOffsets(file.text, name).length > 0;
}

const DRIFT_HINT = 'the code has drifted from what the recipe knows: add the file or the name to the recipe';

/** Why a recipe's name is missing: the tree has none of it, or has it elsewhere, or otherwise. */
export type MissingProbe = { readonly none: string } | { readonly drift: readonly Diagnostic[] };

/** What it means that the name which a recipe looks for is in none of its files. */
export async function withoutProbe(
  tree: SourceTree,
  name: string,
  files: readonly SourceFile[],
): Promise<MissingProbe> {
  const where =
    files.length === 0
      ? "any of the recipe's files"
      : files
          .filter((f) => isCompiled(f.path))
          .map((f) => f.path)
          .join(', ');
  const [first, ...more] = await tracesOf(tree, name);
  if (first === undefined) return { none: `${name} is in no source file of the tree, nor a name like it` };
  const related = more.flatMap(({ place, message }) => (place === undefined ? [] : [{ place, message }]));
  const message = `${name} is not in ${where}, but ${first.message}`;
  return { drift: [{ ...first, message, related, hint: DRIFT_HINT }] };
}

/**
 * What a tree has in place of a name that the recipe's files do not hold: the name in other files, or one that is like it
 * (`_PY_DATA_STACK_CHUNK_SIZE` for `DATA_STACK_CHUNK_SIZE`). Nothing is what a tree answers that never had it, or has it no
 * more: the recipe does not concern it. Anything else is drift.
 * @param own names that are not meant, as the recipe knows them as something else.
 */
async function tracesOf(tree: SourceTree, name: string, own: ReadonlySet<string> = new Set()): Promise<Diagnostic[]> {
  const part = name.split('_').reduce((longest, p) => (p.length > longest.length ? p : longest), '');
  const holding = await tree.filesContaining?.(part, SOURCE_ENDINGS);
  const isSource = (file: string) => SOURCE_ENDINGS.some((ending) => file.endsWith(ending));
  const files = (holding ?? (await tree.list()).filter(isSource)).filter(isCompiled);
  const out: Diagnostic[] = [];
  for (const path of files) {
    const file = await tree.read(path);
    if (file === undefined || !file.text.includes(part)) continue;
    const seen = new Set<string>();
    for (const t of tokens(file.text)) {
      const word = t.kind === 'word' ? file.text.slice(t.start, t.end) : '';
      if (seen.has(word) || !isLike(word, name)) continue;
      if (word !== name && (own.has(word) || isEndOfSeveral(word, own))) continue;
      seen.add(word);
      const place = { file: path, line: lineAt(file.text, t.start), column: columnAt(file.text, t.start) };
      const at = `${path}:${place.line}`;
      const message = word === name ? `it is in ${at}` : `${word} is in ${at}: is that its new name?`;
      out.push({ code: 'patch/moved', message, place, detail: [lineText(file.text, t.start)] });
    }
  }
  // The name itself tells more than one that is like it.
  const exact = out.filter((d) => d.message.startsWith('it is'));
  return exact.length > 0 ? exact : out;
}

/**
 * Macros that an edit may leave out where a tree has none: what has one elsewhere, or one like it, is drift, for it would
 * be lost in silence; and where one is known to be and is not, that is told.
 * @param missing those that the recipe's files do not define.
 * @param own names that the recipe itself knows.
 */
export async function missingMacros(
  tree: SourceTree,
  missing: readonly { readonly macro: string; readonly known: boolean }[],
  own: ReadonlySet<string>,
): Promise<{ readonly drift: readonly Diagnostic[]; readonly warnings: readonly Diagnostic[] }> {
  const drift: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const { macro, known } of missing) {
    const [trace] = await tracesOf(tree, macro, own);
    if (trace !== undefined) {
      const message = `${macro} is not defined in the recipe's files, but ${trace.message}`;
      drift.push({ ...trace, message, hint: DRIFT_HINT });
    } else if (known) {
      const message = `${macro} is in no source file of the tree, nor a name like it: it is left out`;
      warnings.push({ code: 'patch/not-there', message, hint: 'is what it limits gone, or named otherwise?' });
    }
  }
  return { drift, warnings };
}

/** What several of the recipe's own names end with says what kind of thing it is, not which of them: a fork's own MAXFREELIST. */
const isEndOfSeveral = (word: string, own: ReadonlySet<string>): boolean =>
  [...own].filter((name) => plain(name).endsWith(plain(word))).length > 1;

/** Shorter ends are those of too many other names: `numfree`. */
const LEAST_END = 10;

/** Equal but for case, underscores and a prefix of CPython's; with another beginning; or mistyped by a letter or two. */
export function isLike(word: string, name: string): boolean {
  if (word === name) return true;
  const [a, b] = [plain(word), plain(name)];
  if (b.length < LEAST_LENGTH || a.length < LEAST_LENGTH) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= LEAST_END && long.endsWith(short)) return true;
  return a === b || (b.length > 2 * LEAST_LENGTH && distance(a, b) <= 2);
}

const plain = (name: string) => name.toLowerCase().replaceAll('_', '').replace(/^py/, '');
