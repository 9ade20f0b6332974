import type { SourceTree } from '../../checkout/types.ts';
import { type TextFile, textFile } from './lines.ts';

/** A file with its mode. */
export interface TreeFile {
  readonly file: TextFile;
  /** The bytes. */
  readonly raw: string;
  readonly mode: '100644' | '100755';
  /** A symbolic link: a patch would change what it leads to, or make a file of it. */
  readonly link?: boolean | undefined;
}

/** A file's new state: `undefined` content when it is gone. */
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
