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

/** A text with every copied folder's path as it is over there; longer paths first, so that one inside another holds. */
export function mapRoots(text: string, roots: readonly Root[]): string {
  const sorted = [...roots].sort((a, b) => b.local.length - a.local.length);
  return sorted.reduce((mapped, { local, remote }) => {
    // A whole path only: /a/b is neither in /a/bc nor in /x/a/b.
    const pattern = new RegExp(`(?<![\\w.@+/-])${local.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.@+-])`, 'g');
    return mapped.replace(pattern, () => remote);
  }, text);
}
