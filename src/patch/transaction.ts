import { constants } from 'node:fs';
import { copyFile, lstat, open, rename, rm, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { APPLYING } from '../checkout/build-products.ts';
import { readLatin1 } from '../checkout/latin1.ts';
import { UserError } from '../system/diagnostic.ts';
import { fileProblem, isFolder, makeFolder, readJson, renameOver, withFileProblems } from '../system/files.ts';
import { sha256 } from '../system/hash.ts';
import { type Claim, claimFolder, type Owner } from '../system/owner.ts';
import { insideTree } from './inside-tree.ts';

/** A file of the tree before and after, its bytes as latin1; `undefined`: there is no such file then. */
export interface FileWrite {
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly mode: number;
}

/**
 * What is being written, so that whoever comes after a kill can take it back. The folder holds each file's new bytes
 * (`new.N`) and its old ones (`old.N`); it is in the tree, so that renames stay within one file system.
 */
const journalSchema = z.object({
  schemaVersion: z.literal(1),
  files: z.array(z.object({ path: z.string(), mode: z.int(), from: z.string().nullable(), to: z.string().nullable() })),
  /** Folders that were made, relative to the root. */
  folders: z.array(z.string()),
  /** The files are to be committed on this commit. */
  head: z.string().optional(),
});
type Journal = z.infer<typeof journalSchema>;

const hashOf = (text: string | undefined): string | null =>
  text === undefined ? null : sha256(Buffer.from(text, 'latin1'));

/** The sole right to write into a checkout, and the journal of what is written. From `claim`. */
export class Transaction {
  readonly root: string;
  readonly #claim: Claim;

  private constructor(root: string, claim: Claim) {
    this.root = root;
    this.#claim = claim;
  }

  /** @throws UserError `patch/busy` while another process writes there. A stopped one (Ctrl-Z) keeps its right. */
  static async claim(root: string): Promise<Transaction> {
    const folder = path.join(root, APPLYING);
    const there = await lstat(folder).catch(() => undefined);
    if (there?.isDirectory() === false) throw notOurs(folder);
    // A journal is somebody's only way back: what it names stays with it.
    const belongings = (names: readonly string[]) =>
      names.includes('journal.json')
        ? []
        : names.filter((name) => /^(?:(?:old|new|draft)\.|back$|\.gitignore$)/.test(name));
    const claim = await claimFolder(folder, { belongings }).catch((error: unknown) => {
      throw fileProblem(error, 'write into the checkout (nothing was changed)') ?? error;
    });
    if ('release' in claim) return new Transaction(root, claim);
    throw busy(root, claim);
  }

  get #folder(): string {
    return path.join(this.root, APPLYING);
  }

  /** What a killed process was writing; `undefined` when it had not begun, or there was none. */
  async unfinished(): Promise<Journal | undefined> {
    const file = path.join(this.#folder, 'journal.json');
    return readJson(file, journalSchema, 'the journal of an interrupted `forkwright apply`');
  }

  /**
   * Writes all files, or none: when a step fails, those before it are put back.
   * @param head the files are to be committed on this one: until `finish`, a kill takes them back.
   * @throws UserError when the tree cannot be written.
   */
  async write(files: readonly FileWrite[], head?: string): Promise<void> {
    try {
      await this.#stage('.gitignore', '*\n', 0o644);
      for (const [n, { from, to, mode }] of files.entries()) {
        await this.#stage(`old.${n}`, from, mode);
        await this.#stage(`new.${n}`, to, mode);
      }
      const made: string[] = [];
      for (const { path: file, to } of files) if (to !== undefined) made.push(...(await this.#missing(file)));
      const journal: Journal = {
        schemaVersion: 1,
        files: files.map(({ path: file, from, to, mode }) => ({
          path: file,
          mode,
          from: hashOf(from),
          to: hashOf(to),
        })),
        folders: [...new Set(made)],
        ...(head === undefined ? {} : { head }),
      };
      await this.#stage('draft.journal', JSON.stringify(journal), 0o600);
      await syncFolder(this.#folder);
      await rename(path.join(this.#folder, 'draft.journal'), path.join(this.#folder, 'journal.json'));
      await syncFolder(this.#folder);
      for (const [n, { path: file, to }] of files.entries()) {
        const full = path.join(this.root, file);
        if (to === undefined) await rm(full);
        else {
          await makeFolder(path.dirname(full));
          await this.#place(`new.${n}`, full);
        }
      }
      // As git does: no folder stays of which the last file goes.
      for (const { path: file, to } of files) if (to === undefined) await this.#removeEmptyAbove(file);
      for (const folder of new Set(files.map(({ path: file }) => path.dirname(file))))
        await syncFolder(path.join(this.root, folder));
    } catch (error) {
      await this.takeBack();
      throw fileProblem(error, 'write the patched files (nothing was changed)') ?? error;
    }
  }

  /**
   * Puts back what was there before `write`, also another process's. Files that somebody has edited since stay.
   * @returns the paths that were put back.
   * @throws UserError when there are such files: their old bytes are kept, and named.
   */
  async takeBack(): Promise<readonly string[]> {
    return withFileProblems('put back what was there before', () => this.#takeBack());
  }

  async #takeBack(): Promise<readonly string[]> {
    const journal = await this.unfinished();
    if (journal === undefined) return [];
    const edited: string[] = [];
    const back: string[] = [];
    for (const [n, { path: file, from, to, mode }] of journal.files.entries()) {
      // The journal is a file of the checkout: it may be somebody else's.
      const full = await insideTree(this.root, file, from === null || to === null);
      const is = hashOf(await readLatin1(full));
      if (is === from) continue;
      if (is !== to) edited.push(`${file} (as it was: ${APPLYING}/old.${n})`);
      else {
        if (from === null) await rm(full);
        else {
          await makeFolder(path.dirname(full));
          const old = await readLatin1(path.join(this.#folder, `old.${n}`));
          if (hashOf(old) !== from) throw notOurs(path.join(this.#folder, `old.${n}`));
          await this.#stage('back', old, mode);
          await this.#place('back', full);
        }
        back.push(file);
      }
    }
    // The deepest first.
    for (const folder of journal.folders.toReversed())
      await rmdir(await insideTree(this.root, folder, true)).catch(() => {});
    if (edited.length === 0) {
      await this.#forget();
      return back;
    }
    throw new UserError(
      {
        code: 'patch/interrupted',
        message: 'an interrupted `forkwright apply` cannot be taken back: files were edited since',
        place: { file: this.root },
        detail: edited,
        hint: `make these files as you want them, then delete ${APPLYING} in the checkout`,
      },
      1,
    );
  }

  /** What was written stays. */
  async finish(): Promise<void> {
    await withFileProblems('finish', () => this.#forget());
  }

  /** Gives the right back. */
  release(): Promise<void> {
    return this.#claim.release();
  }

  async #forget(): Promise<void> {
    await unlink(path.join(this.#folder, 'journal.json')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await syncFolder(this.#folder);
  }

  async #stage(name: string, text: string | undefined, mode: number): Promise<void> {
    if (text === undefined) return;
    // Never through a link that lies there already.
    await rm(path.join(this.#folder, name), { force: true });
    const handle = await open(path.join(this.#folder, name), 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.from(text, 'latin1'));
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Renames a staged file into place; a folder may be another file system. */
  async #place(name: string, full: string): Promise<void> {
    const staged = path.join(this.#folder, name);
    try {
      await renameOver(staged, full);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      const beside = `${full}.${process.pid}.tmp`;
      try {
        await copyFile(staged, beside, constants.COPYFILE_EXCL);
        await rename(beside, full);
      } finally {
        await rm(beside, { force: true });
      }
    }
  }

  /** The folders above a file that are not there, the highest first. */
  async #missing(file: string): Promise<string[]> {
    const parts = path.dirname(file).split('/');
    const all = parts.map((_, i) => parts.slice(0, i + 1).join('/')).filter((folder) => folder !== '.');
    const there = await Promise.all(all.map((folder) => isFolder(path.join(this.root, folder))));
    return all.filter((_, i) => !there[i]);
  }

  async #removeEmptyAbove(file: string): Promise<void> {
    for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
      const isGone = await rmdir(path.join(this.root, folder)).then(
        () => true,
        () => false,
      );
      if (!isGone) return;
    }
  }
}

/** So that a name survives a loss of power. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function notOurs(file: string): UserError {
  return new UserError({
    code: 'patch/journal',
    message: 'the journal of an interrupted `forkwright apply` is damaged, or is not Forkwright’s: nothing was changed',
    place: { file },
    hint: `look at the checkout by hand, then delete ${APPLYING} in it`,
  });
}

function busy(root: string, { pid, host }: Owner): UserError {
  return new UserError({
    code: 'patch/busy',
    message: `another \`forkwright apply\` is at work in this checkout (process ${pid} on ${host.split(' ')[0]})`,
    place: { file: root },
    hint: `wait for it; if that process is none of Forkwright's, delete ${APPLYING} in the checkout`,
  });
}
