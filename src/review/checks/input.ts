import type { SyntaxCheck } from '../../builds/check-syntax.ts';
import type { Build } from '../../builds/types.ts';
import { codeTokens, tokens } from '../../c/lex.ts';
import { hasEnding } from '../../checkout/file-paths.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { Expectations, FileChange } from '../../patch/types.ts';
import type { CheckFinding, ReviewCheck, ReviewFile } from '../types.ts';

export interface CheckInput {
  /** The series, in its order: each patch's `before` is the result of those before it. */
  readonly patches: readonly { readonly files: readonly FileChange[]; readonly expect: Expectations }[];
  /** The same as review has them. */
  readonly reviewed: readonly { readonly files: readonly ReviewFile[] }[];
  /** Made by recipes: what they yield was parsed under every touched `#if` (the verification ladder). */
  readonly generated: boolean;
  /** As it is before the series. */
  readonly tree: SourceTree;
  /** From `checkSyntax`, when the touched files were compiled. */
  readonly syntax?: readonly SyntaxCheck[] | undefined;
  /** Builds of both variants, a pair a target, when a run is at hand. */
  readonly builds?:
    | readonly { readonly target: string; readonly baseline: Build; readonly patched: Build }[]
    | undefined;
}

/** The same with what several checks ask of the whole series, worked out once. */
export interface SeriesInput extends CheckInput {
  /** A change a file: the first `before`, the last `after`. */
  readonly changes: readonly FileChange[];
  readonly names: ChangedNames;
}

/** What a check found; without findings and tables when there are none. */
export type Found = Pick<ReviewCheck, 'verdict' | 'summary'> & Partial<Pick<ReviewCheck, 'findings' | 'tables'>>;

/** @param line from 1. @param detail lines of code. */
export const finding = (
  severity: CheckFinding['severity'],
  message: string,
  file: string,
  line?: number,
  detail?: readonly string[],
): CheckFinding => ({ severity, message, place: { file, line }, detail });

const C_FILE = /\.(?:c|h|cc|cpp|inc|def)$/;

/** Words of C itself (C17, 6.4.1) and of its preprocessor: that a file has no `else` any more is no news to the tree. */
const OF_C = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register
  restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
  define defined elif endif error ifdef ifndef include line pragma undef NULL size_t ssize_t`.split(/\s+/),
);

/** Names of a series' changes that something else in the tree may know. */
interface ChangedNames {
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

export function wholeChanges(patches: readonly { readonly files: readonly FileChange[] }[]): readonly FileChange[] {
  const out = new Map<string, FileChange>();
  for (const change of patches.flatMap(({ files }) => files)) {
    const known = out.get(change.path);
    out.set(change.path, known === undefined ? change : { ...change, before: known.before });
  }
  return [...out.values()];
}

/** As many names are looked for one by one: the tree keeps the answers. For more, each file is read once for all. */
const FEW = 8;

/**
 * The files of a tree that may hold names, each name with its files, sorted; those that hold none are left out.
 * @param isWanted which of the files with these endings to look into.
 */
export async function holdersOf(
  names: readonly string[],
  tree: SourceTree,
  endings: readonly string[],
  isWanted: (path: string) => boolean = () => true,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const out = new Map<string, readonly string[]>();
  if (names.length === 0) return out;
  if (names.length > FEW && tree.filesWithWords !== undefined) {
    const files = (await tree.list()).filter((path) => hasEnding(endings)(path) && isWanted(path));
    return tree.filesWithWords(new Set(names), files);
  }
  const all = tree.filesContaining === undefined ? (await tree.list()).filter(hasEnding(endings)) : [];
  for (const name of names) {
    const files = ((await tree.filesContaining?.(name, endings)) ?? all).filter(isWanted);
    if (files.length > 0) out.set(name, files);
  }
  return out;
}
