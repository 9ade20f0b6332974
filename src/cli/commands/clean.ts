import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { option } from '../../work/options.ts';
import { command } from '../frame.ts';

/** The folders that Forkwright makes in its cache: nothing else there is touched. */
const OURS = ['apt', 'builds', 'compiled', 'configured', 'pybench', 'pyperf', 'search', 'sources', 'stat-index'];

export const register = command({
  name: 'clean',
  summary: 'remove all that can be made again',
  description: 'Remove Forkwright’s cache: sources that were fetched, builds, indexes. Runs and checkouts stay.',
  options: { yes: option('-y, --yes', 'do it; without it only what would go is shown') },
  help: '\nExample:\n  $ forkwright clean --yes',
  async run(_, { yes = false }, { cacheDir }) {
    const { isMarkedCache } = await import('../../system/cache-folder.ts');
    const there = existsSync(cacheDir) ? await readdir(cacheDir) : [];
    const ours = there.filter((name) => OURS.includes(name));
    if (ours.length > 0 && !isMarkedCache(cacheDir)) {
      throw new UserError({
        code: 'cli/not-our-cache',
        message: 'this folder is not marked as a cache of Forkwright’s: nothing was removed',
        place: { file: cacheDir },
        hint: 'it held other things before Forkwright used it; remove by hand what you do not need',
      });
    }
    const { entryKeys, isBusy } = await import('../../builds/store.ts');
    const busy = [];
    for (const key of await entryKeys(cacheDir)) if (await isBusy(key, cacheDir)) busy.push(key);
    if (busy.length > 0) {
      throw new UserError({
        code: 'cli/cache-busy',
        message: `${busy.length === 1 ? 'a build is' : `${busy.length} builds are`} being made or used`,
        hint: 'wait for it, or stop it, then run this again',
      });
    }
    for (const folder of yes ? ours.map((name) => path.join(cacheDir, name)) : []) {
      await withFileProblems(`remove ${folder}`, () => rm(folder, { recursive: true, force: true }));
    }
    const what = ours.length === 0 ? 'nothing' : ours.join(', ');
    const text = yes
      ? `removed from ${cacheDir}: ${what}`
      : `would remove from ${cacheDir}: ${what}\n(with --yes it does)`;
    return { exitCode: 0, data: { cacheDir, folders: ours, removed: yes }, text };
  },
});
