import path from 'node:path';
import { type GitContext, openGit, orNot } from '../../checkout/git.ts';
import type { SourceTree } from '../../checkout/types.ts';
import { isTelling, similarity, type TextFile, textFile } from './lines.ts';

export interface TreeFile {
  readonly file: TextFile;
  /** The bytes. */
  readonly raw: string;
  readonly mode: '100644' | '100755';
  /** A symbolic link: a patch would change what it leads to, or make a file of it. */
  readonly link?: boolean | undefined;
}

export interface Change {
  readonly path: string;
  readonly raw: string | undefined;
  readonly mode: '100644' | '100755';
}

/** A tree with what earlier patches made of it. */
export class Files {
  readonly tree: SourceTree;
  readonly #changed = new Map<string, TreeFile | undefined>();
  readonly #read = new Map<string, Promise<TreeFile | undefined>>();

  constructor(tree: SourceTree) {
    this.tree = tree;
  }

  async read(path: string): Promise<TreeFile | undefined> {
    if (this.#changed.has(path)) return this.#changed.get(path);
    const known = this.#read.get(path) ?? this.#fromTree(path);
    this.#read.set(path, known);
    return known;
  }

  async #fromTree(path: string): Promise<TreeFile | undefined> {
    const found = await this.tree.read(path);
    if (found === undefined) return undefined;
    const mode = found.executable ? '100755' : '100644';
    return { file: textFile(path, found.text), raw: found.text, mode, link: found.link };
  }

  async list(): Promise<readonly string[]> {
    const listed = new Set(await this.tree.list());
    for (const [path, file] of this.#changed) {
      if (file === undefined) listed.delete(path);
      else listed.add(path);
    }
    return [...listed];
  }

  /** The C files that hold a name. */
  async holding(name: string): Promise<readonly string[]> {
    const endings = ['.c', '.h'];
    const said = await this.tree.filesContaining?.(name, endings);
    const asked = said ?? (await this.list()).filter((path) => endings.some((ending) => path.endsWith(ending)));
    const out: string[] = [];
    for (const path of new Set([...asked, ...this.#changed.keys()])) {
      if (!endings.some((ending) => path.endsWith(ending))) continue;
      const file = await this.read(path);
      if (file !== undefined && !file.link && file.raw.includes(name)) out.push(path);
    }
    return out;
  }

  apply(changes: readonly Change[]): void {
    for (const { path, raw, mode } of changes) {
      this.#changed.set(path, raw === undefined ? undefined : { file: textFile(path, raw), raw, mode });
    }
  }
}

/** How much of a file must be found in another for it to be the same one. */
const SIMILAR = 0.5;
/** And how much less the next best one must have. */
const MARGIN = 0.15;

/** Where a file is in the new tree. */
type NewPath =
  | { readonly path: string; readonly how: 'same path' | 'git knows the move' | 'same name, similar content' }
  | { readonly reason: string; readonly candidates: readonly { readonly path: string; readonly similarity: number }[] };

/** Tells where files went, when it can: old path → new paths. */
export type Moves = () => Promise<ReadonlyMap<string, readonly string[]>>;

/**
 * Finds the file of the old tree in the new one: at the same path; where git saw it moved to, if to one place; or the one
 * file of the same name (or the package of a module) that is much more like it than any other.
 */
export async function findFile(old: TextFile, tree: Files, moves: Moves | undefined): Promise<NewPath> {
  if ((await tree.read(old.path)) !== undefined) return { path: old.path, how: 'same path' };
  const moved = (await moves?.())?.get(old.path) ?? [];
  const [only] = moved;
  if (only !== undefined && moved.length === 1 && (await tree.read(only)) !== undefined)
    return { path: only, how: 'git knows the move' };
  // A module may have become a package.
  const name = path.posix.basename(old.path);
  // Lines that stand everywhere do not count.
  const telling = (lines: readonly string[]) => lines.filter(isTelling).map((line) => line.trim());
  const scored: { path: string; similarity: number }[] = [];
  for (const candidate of await tree.list()) {
    const isPackage = old.path.endsWith('.py') && candidate === `${old.path.slice(0, -'.py'.length)}/__init__.py`;
    if (path.posix.basename(candidate) !== name && !isPackage) continue;
    const file = await tree.read(candidate);
    if (file !== undefined)
      scored.push({ path: candidate, similarity: similarity(telling(old.lines), telling(file.file.lines)) });
  }
  scored.sort((a, b) => b.similarity - a.similarity);
  const [best, next] = scored;
  if (best !== undefined && best.similarity >= SIMILAR && best.similarity - (next?.similarity ?? 0) >= MARGIN)
    return { path: best.path, how: 'same name, similar content' };
  const why = scored.length === 0 ? 'no file has its name' : 'which file it became cannot be told';
  return { reason: `${old.path} is not there, and ${why}`, candidates: scored.slice(0, 3) };
}

/**
 * Where git sees files moved to between a commit and the checkout's own: asked once, when a file is missing.
 * A git that cannot say (too many files, another repository) knows no moves.
 */
export function gitMoves(repo: string, from: string, ctx: GitContext): Moves {
  let asked: ReturnType<Moves> | undefined;
  return () => {
    asked ??= ask(repo, from, ctx);
    return asked;
  };
}

async function ask(repo: string, from: string, ctx: GitContext) {
  const how = ['--name-status', '-z', '--relative', '--find-renames=50%', '--diff-filter=R', from, 'HEAD', '--'];
  const answer = await orNot((await openGit(repo, ctx, { encoding: 'latin1' })).diff(how));
  const moves = new Map<string, string[]>();
  const words = answer?.split('\0') ?? [];
  for (let i = 0; i + 2 < words.length; i += 3) {
    const [old = '', now = ''] = [words[i + 1], words[i + 2]];
    moves.set(old, [...(moves.get(old) ?? []), now]);
  }
  return moves;
}
