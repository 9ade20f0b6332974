import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

interface CleanOptions extends SharedOptions {
  readonly yes?: boolean;
}

/** The folders that Forkwright makes in its cache: nothing else there is touched. */
const OURS = ['apt', 'builds', 'configured', 'pybench', 'search', 'sources', 'stat-index'];

export function register(program: Command): void {
  withShared(
    program
      .command('clean')
      .summary('remove all that can be made again')
      .description('Remove Forkwright’s cache: sources that were fetched, builds, indexes. Runs and checkouts stay.'),
  )
    .option('-y, --yes', 'do it; without it only what would go is shown')
    .addHelpText('after', '\nExample:\n  $ forkwright clean --yes')
    .action((options: CleanOptions) => execute('clean', options, (ctx) => clean(options, ctx)));
}

async function clean(options: CleanOptions, ctx: CommandContext): Promise<Outcome> {
  const { isMarkedCache } = await import('../../system/cache-folder.ts');
  const there = existsSync(ctx.cacheDir) ? await readdir(ctx.cacheDir) : [];
  const ours = there.filter((name) => OURS.includes(name));
  if (ours.length > 0 && !isMarkedCache(ctx.cacheDir)) {
    throw new UserError({
      code: 'cli/not-our-cache',
      message: 'this folder is not marked as a cache of Forkwright’s: nothing was removed',
      place: { file: ctx.cacheDir },
      hint: 'it held other things before Forkwright used it; remove by hand what you do not need',
    });
  }
  const { entryKeys, isLocked } = await import('../../builds/store.ts');
  const busy = [];
  for (const key of await entryKeys(ctx.cacheDir)) if (await isLocked(key, ctx.cacheDir)) busy.push(key);
  if (busy.length > 0) {
    throw new UserError({
      code: 'cli/cache-busy',
      message: `${busy.length === 1 ? 'a build is' : `${busy.length} builds are`} being made in the cache`,
      hint: 'wait for it, or stop it, then run this again',
    });
  }
  if (options.yes) {
    for (const name of ours) {
      const folder = path.join(ctx.cacheDir, name);
      await withFileProblems(`remove ${folder}`, () => rm(folder, { recursive: true, force: true }));
    }
  }
  const what = ours.length === 0 ? 'nothing' : ours.join(', ');
  const text = options.yes
    ? `removed from ${ctx.cacheDir}: ${what}`
    : `would remove from ${ctx.cacheDir}: ${what}\n(with --yes it does)`;
  return { exitCode: 0, data: { cacheDir: ctx.cacheDir, folders: ours, removed: options.yes ?? false }, text };
}
