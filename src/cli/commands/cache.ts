import { BadValue, option } from '../../work/options.ts';
import { command } from '../frame.ts';

/** What `--prune` keeps when it is not told otherwise. */
const KEEP_BYTES = 5 * 1024 ** 3;
const KEEP_MS = 30 * 86_400_000;

export const register = command({
  name: 'cache',
  summary: 'show the stored builds, remove old ones',
  description: 'Show what is kept of earlier builds, and where.',
  options: {
    prune: option('--prune', 'remove builds that were not used for 30 days, and the oldest of more than 5 GiB'),
    maxSize: option('--max-size <size>', 'with --prune: keep so much instead, such as 2G', { parse: parseSize }),
    maxAge: option('--max-age <time>', 'with --prune: keep what was used in this time instead, such as 12h or 7d', {
      parse: parseSpan,
    }),
  },
  help: '\nExample:\n  $ forkwright cache --prune --max-size 2G\n\nEverything, sources included, goes with: forkwright clean',
  async run(_, { prune, maxSize, maxAge }, ctx) {
    const { table } = await import('../../document/terminal/style.ts');
    const { listStore, pruneStore } = await import('../../builds/store.ts');
    const pruned = prune || maxSize !== undefined || maxAge !== undefined;
    const limits = {
      maxBytes: maxSize ?? (maxAge === undefined ? KEEP_BYTES : undefined),
      maxAgeMs: maxAge ?? (maxSize === undefined ? KEEP_MS : undefined),
    };
    const removed = pruned ? await pruneStore(limits, ctx) : [];
    const entries = await listStore(ctx);
    const total = (all: typeof entries) => size(all.reduce((sum, entry) => sum + entry.bytes, 0));
    const rows = entries.map((entry) => [
      entry.key,
      entry.pythonVersion ?? '',
      entry.target ?? '',
      size(entry.bytes),
      new Date(entry.lastUsed).toISOString().slice(0, 16).replace('T', ' '),
      entry.complete ? (entry.changedFiles === 0 ? 'baseline' : `${entry.changedFiles} files patched`) : 'unfinished',
    ]);
    const head = ['BUILD', 'PYTHON', 'TARGET', 'SIZE', 'LAST USED', 'WHAT'];
    const parts = [
      ...(pruned ? [`removed ${removed.length} builds, ${total(removed)}`] : []),
      ...(rows.length > 0 ? [table([head, ...rows], ctx.terminal.tableWidth)] : []),
      `${entries.length} builds, ${total(entries)}, in ${ctx.cacheDir}`,
    ];
    return { exitCode: 0, data: { cacheDir: ctx.cacheDir, entries, removed }, text: parts.join('\n\n') };
  },
});

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const SPANS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `500M`, `2G`: bytes, binary units. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text);
  if (match === null) throw new BadValue('expected a size such as 500M or 2G');
  return Math.round(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** `12h`, `30d`, `2w`: milliseconds. */
export function parseSpan(text: string): number {
  const match = /^(\d+)([hdw])$/.exec(text);
  if (match === null) throw new BadValue('expected a time such as 12h, 30d or 2w');
  return Number(match[1]) * (SPANS[match[2] ?? ''] ?? 0);
}

/** Bytes for a person: `1.4 GiB`. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
