import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type RemoteStart, scratchOf } from './script.ts';

/** What a call of the program `ssh-run` is told: its first argument, as JSON. */
export interface SshSession {
  /** ssh and its options, up to the host. */
  readonly ssh: readonly string[];
  /** The folder over there that is ours. */
  readonly folder: string;
  /** Folders of this machine that have been copied, and where they lie over there. */
  readonly roots: readonly Root[];
  /** The interpreter, as this machine knows it. */
  readonly python: string;
  /** Variables for the interpreter alone that a loader obeys. */
  readonly loaderEnv: Readonly<Record<string, string>>;
  /** A folder here, of one run of Forkwright: an empty file for each copied file that is known to be there. */
  readonly seen: string;
  /** `setarch -R`, where that machine can fix addresses; else nothing. */
  readonly fixAddresses: readonly string[];
  /** Variables that ssh needs here, and that stay here. */
  readonly ownEnv: Readonly<Record<string, string>>;
}

export interface Root {
  readonly local: string;
  readonly remote: string;
}

export interface Upload {
  readonly local: string;
  /** Of names and contents: what has been copied once is not copied again. */
  readonly key: string;
  readonly remote: string;
}

/** Folders that a process may fill: over there it has one of its own. */
const TEMPORARY = /^(TMPDIR|TEMP|TMP|HOME)$/;
const OUTPUT = /^FORKWRIGHT_\w*OUT$/;

/**
 * What an interpreter is told, in that machine's words: paths below copied folders as they lie there, files that are
 * named are copied, folders for temporary files are replaced by the call's own. Other variables stay as they are.
 * @returns the same start over there, what must be copied before it, and what it writes that must come back.
 */
export function translate(
  session: SshSession,
  local: {
    readonly id: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    /** Whether this process, and so what it starts, has fixed addresses (`setarch -R`). */
    readonly fixedAddresses: boolean;
  },
) {
  const { folder, roots } = session;
  const { id } = local;
  const scratch = scratchOf({ folder, id });
  const uploads = new Map<string, Upload>();
  const outputs: { local: string; remote: string }[] = [];
  const word = (text: string): string => {
    const mapped = mapRoots(text, roots);
    if (mapped !== text || !isOurFile(text)) return mapped;
    const known = uploads.get(text);
    if (known !== undefined) return known.remote;
    // Links are followed.
    const key = uploadKey(realpathSync(text));
    const remote = `${folder}/files/${key}/${path.basename(text)}`;
    uploads.set(text, { local: text, key, remote });
    return remote;
  };
  const variable = (name: string, value: string): string => {
    if (TEMPORARY.test(name) && isOurFile(value)) return scratch;
    if (!OUTPUT.test(name)) return word(value);
    const remote = `${scratch}/${name}`;
    outputs.push({ local: value, remote });
    return remote;
  };
  const given = Object.entries({ ...local.env, ...session.loaderEnv });
  const env = Object.fromEntries(given.map(([name, value]) => [name, variable(name, value)]));
  const prefix = local.fixedAddresses ? session.fixAddresses : [];
  const command = [...prefix, word(session.python), ...local.args.map(word)];
  const cwd = path.parse(local.cwd).root === local.cwd ? '/' : mapRoots(local.cwd, roots);
  const where = cwd === local.cwd && cwd !== '/' ? {} : { cwd };
  const start: RemoteStart = { folder, id, env, command, keep: outputs.length > 0, ...where };
  return { start, uploads: [...uploads.values()], outputs };
}

/** A text with every copied folder's path as it is over there; longer paths first, so that one inside another holds. */
export function mapRoots(text: string, roots: readonly Root[]): string {
  const sorted = [...roots].sort((a, b) => b.local.length - a.local.length);
  return sorted.reduce((mapped, { local, remote }) => {
    // A whole path only: /a/b is neither in /a/bc nor in /x/a/b.
    const pattern = new RegExp(`(?<![\\w.@+/-])${local.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.@+-])`, 'g');
    return mapped.replace(pattern, () => remote);
  }, text);
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

/** Of names and contents of a file or folder: 16 hex digits. */
export function uploadKey(file: string): string {
  const hash = createHash('sha256');
  const add = (name: string, full: string) => {
    if (statSync(full).isDirectory()) {
      for (const entry of readdirSync(full).sort()) add(`${name}/${entry}`, path.join(full, entry));
    } else {
      const bytes = readFileSync(full);
      hash.update(`${name}\0${bytes.length}\0`).update(bytes);
    }
  };
  add('', file);
  return hash.digest('hex').slice(0, 16);
}
