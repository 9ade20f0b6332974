import { rm } from 'node:fs/promises';
import { readBuild } from '../builds/build-file.ts';
import { entryFolder } from '../builds/store.ts';
import type { BuildsElsewhere } from '../system/context.ts';
import type { EventSink } from '../system/events.ts';

/** Raised when archives of before can no longer be used. */
const FORM = 1;

/**
 * The build store in the Actions cache: one archive a build, named after all that went into it, so that what is found is
 * what would be made. GitHub shows a pull request the builds of its base branch, and never the other way round.
 * Nothing here fails a job: what cannot be had is built, what cannot be kept is built again the next time.
 */
export class BuildCache implements BuildsElsewhere {
  readonly #emit: EventSink;
  readonly #missed = new Map<string, string>();
  #broken = false;

  constructor(emit: EventSink) {
    this.#emit = emit;
  }

  async fetch(key: string, folder: string): Promise<boolean> {
    const found = await this.#attempt(`fetch the build ${key}`, async () => {
      const { isFeatureAvailable, restoreCache } = await import('@actions/cache');
      return isFeatureAvailable() && (await restoreCache([folder], cacheKey(key))) !== undefined;
    });
    if (found === true) return true;
    this.#missed.set(key, folder);
    // Half an archive would look like a build of which files are gone.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    return false;
  }

  /**
   * Keeps what was asked for, was not there, and is made now.
   * @param but keys of builds that nobody will ask for.
   * @returns how many builds.
   */
  async keep(cacheDir: string, but: ReadonlySet<string> = new Set()): Promise<number> {
    let kept = 0;
    for (const [key, folder] of this.#missed) {
      if (but.has(key)) continue;
      if (folder !== entryFolder(cacheDir, key) || (await readBuild(folder)) === undefined) continue;
      const id = await this.#attempt(`keep the build ${key}`, async () => {
        const { isFeatureAvailable, saveCache } = await import('@actions/cache');
        return isFeatureAvailable() ? saveCache([folder], cacheKey(key)) : -1;
      });
      if (id !== undefined && id >= 0) kept += 1;
    }
    return kept;
  }

  async #attempt<T>(what: string, body: () => Promise<T>): Promise<T | undefined> {
    // A service that is down is asked once: each question waits for several tries.
    if (this.#broken) return undefined;
    try {
      return await body();
    } catch (error) {
      this.#broken = true;
      const text = `the Actions cache cannot ${what}, and is left alone from here on: ${(error as Error).message}`;
      this.#emit({ type: 'message', level: 'warning', text });
      return undefined;
    }
  }
}

const cacheKey = (key: string) => `forkwright-build-${FORM}-${process.platform}-${process.arch}-${key}`;
