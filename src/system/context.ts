import type { EventSink } from './events.ts';

/** What every piece of long work is given: where to say what happens, when to stop, where to keep things. */
export interface Context {
  readonly emit: EventSink;
  /** Aborted by Ctrl-C: every process of the work ends, and `Cancelled` is thrown. */
  readonly signal: AbortSignal;
  /** The folder for sources, builds and other things that can be made again. */
  readonly cacheDir: string;
  /** How many processes may compute at once: the machine's cores unless the user says otherwise. */
  readonly jobs: number;
  /** The user's environment, read only; what a build sees is made by `cleanEnvironment`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where builds may be had that this machine does not have: a CI's cache. */
  readonly elsewhere?: BuildsElsewhere | undefined;
}

/** A place from which finished builds come. It never throws: what cannot be had is made here. */
export interface BuildsElsewhere {
  /** Puts the build `key` into `folder`, where it belongs. @returns whether it was there. */
  fetch(key: string, folder: string): Promise<boolean>;
}
