import { BadValue } from '../work/options.ts';

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
