import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file or folder that an interpreter is given by name, and that has to be there too. */
export interface Upload {
  readonly local: string;
  /** Of names and contents: what has been copied once is not copied again. */
  readonly key: string;
  readonly remote: string;
}

/** Whether a word names something of this machine that can be copied: nothing of the system's own. */
export function isOurFile(word: string): boolean {
  return (
    path.isAbsolute(word) &&
    !/^\/(bin|dev|etc|lib\w*|nonexistent|proc|run|sbin|sys|usr)(\/|$)/.test(word) &&
    word !== '/' &&
    existsSync(word)
  );
}

/** Where a file is copied to: `files/KEY/NAME`, with links followed. */
export function uploadOf(local: string, folder: string): Upload {
  const key = uploadKey(realpathSync(local));
  return { local, key, remote: `${folder}/files/${key}/${path.basename(local)}` };
}

/** Of names and contents of a file or folder: 16 hex digits. */
export function uploadKey(file: string): string {
  const hash = createHash('sha256');
  const add = (name: string, full: string) => {
    if (statSync(full).isDirectory()) {
      for (const entry of readdirSync(full).sort()) add(`${name}/${entry}`, path.join(full, entry));
      return;
    }
    const bytes = readFileSync(full);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  };
  add('', file);
  return hash.digest('hex').slice(0, 16);
}
