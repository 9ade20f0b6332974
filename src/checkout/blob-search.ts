import { byCodeUnit } from '../system/hash.ts';
import { hasEnding } from './file-paths.ts';
import type { GitEntry, GitObjects } from './git-objects.ts';
import type { Sought } from './sought.ts';

/**
 * Looks for one text in the files with some endings of many trees. A blob is read once, and the answer for a folder is
 * kept by its id: a tree that differs from one before costs what differs.
 */
export class BlobSearch {
  readonly #objects: GitObjects;
  readonly #text: Sought;
  readonly #wanted: (file: string) => boolean;
  readonly #blobs = new Map<string, boolean>();
  readonly #folders = new Map<string, readonly string[]>();
  /** One search at a time: the next one finds what this one has read. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(objects: GitObjects, text: Sought, endings: readonly string[]) {
    this.#objects = objects;
    this.#text = text;
    this.#wanted = hasEnding(endings);
  }

  /**
   * The paths of the files in a tree that hold the text, sorted by code unit. Links are not followed.
   * @param along trees that are searched at the same time, as they are likely to be asked for next.
   */
  files(root: string, along: readonly string[]): Promise<readonly string[]> {
    const answer = this.#last.then(async () => {
      if (!this.#folders.has(root)) await this.#search([root, ...along]);
      return [...(this.#folders.get(root) ?? [])].sort(byCodeUnit);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #search(roots: readonly string[]): Promise<void> {
    const open = roots.filter((id) => !this.#folders.has(id));
    const trees = await this.#objects.treesBelow(open);
    const unread = new Set<string>();
    const seen = new Set<string>();
    const collect = (id: string): void => {
      if (seen.has(id) || this.#folders.has(id)) return;
      seen.add(id);
      for (const [name, entry] of trees.get(id) ?? []) {
        if (entry.mode === '40000') collect(entry.id);
        else if (this.#isWanted(name, entry) && !this.#blobs.has(entry.id)) unread.add(entry.id);
      }
    };
    for (const id of open) collect(id);
    const holding = await this.#objects.containing([...unread], this.#text);
    for (const id of unread) this.#blobs.set(id, holding.has(id));
    for (const id of open) this.#settle(id, trees);
  }

  #settle(id: string, trees: ReadonlyMap<string, ReadonlyMap<string, GitEntry>>): readonly string[] {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const found: string[] = [];
    for (const [name, entry] of trees.get(id) ?? []) {
      if (entry.mode === '40000') for (const file of this.#settle(entry.id, trees)) found.push(`${name}/${file}`);
      else if (this.#isWanted(name, entry) && this.#blobs.get(entry.id) === true) found.push(name);
    }
    this.#folders.set(id, found);
    return found;
  }

  #isWanted(name: string, entry: GitEntry): boolean {
    return entry.mode.startsWith('100') && this.#wanted(name);
  }
}
