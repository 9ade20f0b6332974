import path from 'node:path';
import { isOurFile, type Upload, uploadOf } from './files.ts';
import { type RemoteStart, scratchOf } from './script.ts';
import { mapRoots, type SshSession } from './session.ts';

/** A start as this machine would make it. */
export interface LocalStart {
  readonly id: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whether this process, and so what it starts, has fixed addresses (`setarch -R`). */
  readonly fixedAddresses: boolean;
}

/** The same start over there, what must be copied before it, and what it writes that must come back. */
export interface Translated {
  readonly start: RemoteStart;
  readonly uploads: readonly Upload[];
  readonly outputs: readonly { readonly local: string; readonly remote: string }[];
}

/** Folders that a process may fill: over there it has one of its own. */
const TEMPORARY = /^(TMPDIR|TEMP|TMP|HOME)$/;
/** A file that a counter writes. */
const OUTPUT = /^FORKWRIGHT_\w*OUT$/;

/**
 * What an interpreter is told, in that machine's words: paths below copied folders as they lie there, files that are
 * named are copied, folders for temporary files are replaced by the call's own. Other variables stay as they are.
 */
export function translate(session: SshSession, local: LocalStart): Translated {
  const { folder, roots } = session;
  const { id } = local;
  const scratch = scratchOf({ folder, id });
  const uploads = new Map<string, Upload>();
  const outputs: { local: string; remote: string }[] = [];
  const word = (text: string): string => {
    const mapped = mapRoots(text, roots);
    if (mapped !== text || !isOurFile(text)) return mapped;
    const upload = uploads.get(text) ?? uploadOf(text, folder);
    uploads.set(text, upload);
    return upload.remote;
  };
  const variable = (name: string, value: string): string => {
    if (TEMPORARY.test(name) && isOurFile(value)) return scratch;
    if (!OUTPUT.test(name)) return word(value);
    const remote = `${scratch}/${name}`;
    outputs.push({ local: value, remote });
    return remote;
  };
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...local.env, ...session.loaderEnv })) {
    env[name] = variable(name, value);
  }
  const prefix = local.fixedAddresses ? session.fixAddresses : [];
  const command = [...prefix, word(session.python), ...local.args.map(word)];
  const cwd = path.parse(local.cwd).root === local.cwd ? '/' : mapRoots(local.cwd, roots);
  return {
    start: { folder, id, env, command, keep: outputs.length > 0, ...(cwd === local.cwd && cwd !== '/' ? {} : { cwd }) },
    uploads: [...uploads.values()],
    outputs,
  };
}
