import { type GitContext, GitExit, gitFailed, missingObject, openGit, orExit } from './git.ts';
import { holds, type Sought } from './sought.ts';

export interface GitEntry {
  readonly mode: string;
  readonly id: string;
}

/**
 * The files below a folder for which `keep` holds, as paths in it.
 * @param trees has the folder's entries, and those of all below it.
 * @param known the answers for folders by their ids: a tree that differs from one before costs what differs.
 */
export function filesBelow(
  id: string,
  trees: ReadonlyMap<string, ReadonlyMap<string, GitEntry>>,
  known: Map<string, readonly string[]>,
  keep: (name: string, entry: GitEntry) => boolean,
): readonly string[] {
  const before = known.get(id);
  if (before !== undefined) return before;
  const found: string[] = [];
  for (const [name, entry] of trees.get(id) ?? []) {
    if (entry.mode === '40000') {
      for (const file of filesBelow(entry.id, trees, known, keep)) found.push(`${name}/${file}`);
    } else if (keep(name, entry)) found.push(name);
  }
  known.set(id, found);
  return found;
}

/** Ids that go to one `git cat-file`: its whole answer is held as one string. */
const BATCH = 1000;

/** Latin1 characters (bytes) of blobs that are kept. */
const KEPT = 256 * 1024 * 1024;

interface Batch {
  readonly ids: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, string>>;
}

/**
 * Objects of a repository by id. Requests made at the same time share one `git cat-file --batch`; answers are kept
 * (blobs up to a limit, least recently used first out), so that 200 tags cost what their distinct files cost.
 */
export class GitObjects {
  readonly #repo: string;
  readonly #ctx: GitContext;
  readonly #blobs = new Map<string, string>();
  readonly #trees = new Map<string, ReadonlyMap<string, GitEntry>>();
  #kept = 0;
  #next: Batch | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(repo: string, ctx: GitContext) {
    this.#repo = repo;
    this.#ctx = ctx;
  }

  /** A blob's bytes as latin1. */
  async blob(id: string): Promise<string> {
    const known = this.#blobs.get(id);
    if (known !== undefined) {
      this.#blobs.delete(id);
      this.#blobs.set(id, known);
      return known;
    }
    const text = (await this.#fetch([id])).get(id);
    if (text === undefined) throw missingObject(this.#repo);
    this.#keep(id, text);
    return text;
  }

  /** Brings blobs in with as few processes as possible, for `blob` to find. */
  async prefetch(ids: readonly string[]): Promise<void> {
    const missing = new Set(ids.filter((id) => !this.#blobs.has(id)));
    // The answer has what others asked for, too.
    for (const [id, text] of await this.#fetch([...missing])) if (missing.has(id)) this.#keep(id, text);
  }

  /** Entries of tree objects by name; a tree's id that git does not have gives no map. */
  async trees(ids: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, GitEntry>>> {
    const missing = new Set(ids.filter((id) => !this.#trees.has(id)));
    for (const [id, raw] of await this.#fetch([...missing])) {
      if (missing.has(id)) this.#trees.set(id, parseTree(raw, id.length / 2));
    }
    return this.#trees;
  }

  /** As `trees`, with everything below these. */
  async treesBelow(ids: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, GitEntry>>> {
    const seen = new Set(ids);
    for (let level = [...seen]; level.length > 0; ) {
      await this.trees(level);
      const entries = level.flatMap((id) => [...(this.#trees.get(id)?.values() ?? [])]);
      const folders = entries.flatMap(({ mode, id }) => (mode === '40000' && !seen.has(id) ? [id] : []));
      level = [...new Set(folders)];
      for (const id of level) seen.add(id);
    }
    return this.#trees;
  }

  /** Which of these blobs hold a text (latin1). They are not kept: a search reads far more than is read again. */
  async containing(ids: readonly string[], text: Sought): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      for (const [id, blob] of await this.#read(batch)) if (holds(blob, text)) found.add(id);
    }
    return found;
  }

  #keep(id: string, text: string): void {
    if (this.#blobs.has(id)) return;
    this.#blobs.set(id, text);
    this.#kept += text.length;
    for (const [oldest, old] of this.#blobs) {
      if (this.#kept <= KEPT || oldest === id) break;
      this.#blobs.delete(oldest);
      this.#kept -= old.length;
    }
  }

  /** Joins the batch that has not begun yet; it begins when the one before has ended. */
  #fetch(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return Promise.resolve(new Map());
    this.#next ??= this.#schedule();
    for (const id of ids) this.#next.ids.add(id);
    return this.#next.answer;
  }

  #schedule(): Batch {
    const ids = new Set<string>();
    const answer = this.#last.then(async () => {
      // A turn of the event loop: whoever asks at the same time joins.
      await new Promise((resolve) => setImmediate(resolve));
      this.#next = undefined;
      return this.#read([...ids]);
    });
    this.#last = answer.catch(() => {});
    return { ids, answer };
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let start = 0; start < ids.length; start += BATCH) {
      const input = `${ids.slice(start, start + BATCH).join('\n')}\n`;
      const git = await openGit(this.#repo, this.#ctx, { encoding: 'latin1', input, timeoutMs: 10 * 60_000 });
      const answer = await orExit(git.catFile(['--batch']));
      if (!(answer instanceof GitExit)) parseBatch(answer, found);
      else throw gitFailed("read the repository's objects", this.#repo, answer);
    }
    return found;
  }
}

/** Reads what `git cat-file --batch` prints (git-cat-file(1)): `ID TYPE SIZE`, newline, bytes, newline; or `ID missing`. */
export function parseBatch(answer: string, into: Map<string, string>): void {
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\n', at);
    if (end < 0) throw new Error('git cat-file ended in the middle of a line');
    const [id, type, size] = answer.slice(at, end).split(' ');
    at = end + 1;
    if (id === undefined || size === undefined || type === 'missing') continue;
    const length = Number(size);
    if (at + length > answer.length) throw new Error(`git cat-file ended in the middle of ${id}`);
    into.set(id, answer.slice(at, at + length));
    at += length + 1;
  }
}

/** Reads a tree object: `MODE SP NAME NUL ID` again and again, the id as `idBytes` (20 for SHA-1) raw bytes. */
function parseTree(raw: string, idBytes: number): ReadonlyMap<string, GitEntry> {
  const entries = new Map<string, GitEntry>();
  for (let at = 0; at < raw.length; ) {
    const space = raw.indexOf(' ', at);
    const nul = raw.indexOf('\0', space);
    const name = Buffer.from(raw.slice(space + 1, nul), 'latin1').toString('utf8');
    const id = Buffer.from(raw.slice(nul + 1, nul + 1 + idBytes), 'latin1').toString('hex');
    entries.set(name, { mode: raw.slice(at, space), id });
    at = nul + 1 + idBytes;
  }
  return entries;
}
