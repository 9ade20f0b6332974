import type { Command } from 'commander';
import { type OptionTable, option, type ValuesOf } from '../../work/options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';
import { parseSize, parseSpan, size } from '../sizes.ts';

const OPTIONS = {
  prune: option('--prune', 'remove builds that were not used for 30 days, and the oldest of more than 5 GiB'),
  maxSize: option('--max-size <size>', 'with --prune: keep so much instead, such as 2G', { parse: parseSize }),
  maxAge: option('--max-age <time>', 'with --prune: keep what was used in this time instead, such as 12h or 7d', {
    parse: parseSpan,
  }),
} as const satisfies OptionTable;

type CacheOptions = SharedOptions & ValuesOf<typeof OPTIONS>;

/** What `--prune` keeps when it is not told otherwise. */
const KEEP_BYTES = 5 * 1024 ** 3;
const KEEP_MS = 30 * 86_400_000;

export function register(program: Command): void {
  withShared(
    program
      .command('cache')
      .summary('show the stored builds, remove old ones')
      .description('Show what is kept of earlier builds, and where.'),
    OPTIONS,
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ forkwright cache --prune --max-size 2G\n\nEverything, sources included, goes with: forkwright clean',
    )
    .action((options: CacheOptions) => execute('cache', options, (ctx) => cache(options, ctx)));
}

async function cache(options: CacheOptions, ctx: CommandContext): Promise<Outcome> {
  const { table } = await import('../../document/terminal/table.ts');
  const { listStore, pruneStore } = await import('../../builds/store-list.ts');
  const prune = options.prune || options.maxSize !== undefined || options.maxAge !== undefined;
  const limits = {
    maxBytes: options.maxSize ?? (options.maxAge === undefined ? KEEP_BYTES : undefined),
    maxAgeMs: options.maxAge ?? (options.maxSize === undefined ? KEEP_MS : undefined),
  };
  const removed = prune ? await pruneStore(limits, ctx) : [];
  const entries = await listStore(ctx);
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const rows = entries.map((entry) => [
    entry.key,
    entry.pythonVersion ?? '',
    entry.target ?? '',
    size(entry.bytes),
    new Date(entry.lastUsed).toISOString().slice(0, 16).replace('T', ' '),
    entry.complete ? (entry.changedFiles === 0 ? 'baseline' : `${entry.changedFiles} files patched`) : 'unfinished',
  ]);
  const lines = [
    ...(prune
      ? [`removed ${removed.length} builds, ${size(removed.reduce((sum, entry) => sum + entry.bytes, 0))}`, '']
      : []),
    ...(rows.length > 0
      ? [table([['BUILD', 'PYTHON', 'TARGET', 'SIZE', 'LAST USED', 'WHAT'], ...rows], ctx.terminal.tableWidth), '']
      : []),
    `${entries.length} builds, ${size(total)}, in ${ctx.cacheDir}`,
  ];
  return { exitCode: 0, data: { cacheDir: ctx.cacheDir, entries, removed }, text: lines.join('\n') };
}
