import type { Chart, Estimate, Trend } from './types.ts';

/**
 * Every number that a person reads is written here, so that the terminal, the page and the markdown agree.
 * Pure text: U+2212 is the minus sign, U+202F the thin space that parts thousands.
 */

const MINUS = '\u2212';
const THIN = '\u202f';

/** A number of decimals, with a real minus; what rounds to zero has no sign. */
function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As `fixed`, with a plus before what is above zero. */
function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** `10240000` → `10 240 000` with thin spaces. Four digits stay together. */
export function integer(value: number): string {
  const text = fixed(Math.round(value), 0);
  return text.replace(MINUS, '').length <= 4 ? text : text.replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** Exact: `42 080 B`. */
export const bytes = (value: number): string => `${integer(value)}${THIN}B`;

/** Exact, with its sign: `−42 080 B`. */
export const signedBytes = (value: number): string => (value > 0 ? '+' : '') + bytes(value);

/** To three digits: `9.77 MiB`, `152 KiB`, `512 B`. */
export function bytesRounded(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1023.5 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${fixed(value < 0 ? -size : size, digits)}${THIN}${units[unit]}`;
}

/** A fraction without a sign, as short as it is exact to a tenth: `0.01` → `1%`, `0.0123` → `1.2%`. */
export function percent(fraction: number): string {
  return `${fixed(fraction * 100, 1).replace(/\.0$/, '')}%`;
}

/** A ratio of times as a change: `1.0067` → `+0.67%`. Plus means slower. */
export function change(ratio: number, digits = 2): string {
  if (!Number.isFinite(ratio)) return 'n/a';
  const value = (ratio - 1) * 100;
  const size = Math.abs(value);
  return `${signed(value, size >= 99.95 ? 0 : size >= 9.995 ? Math.min(digits, 1) : digits)}%`;
}

/** `[+0.2%, +1.1%]` */
export function interval(estimate: Pick<Estimate, 'low' | 'high'>): string {
  return `[${change(estimate.low, 1)}, ${change(estimate.high, 1)}]`;
}

/** In a sentence: `between −0.1% and +0.7%`. */
export function between(estimate: Pick<Estimate, 'low' | 'high'>): string {
  return `between ${change(estimate.low, 1)} and ${change(estimate.high, 1)}`;
}

/** To four digits: `3.214`, `51.40`. */
export function decimal(value: number): string {
  const digits = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
  return fixed(value, digits);
}

/** Milliseconds of one measurement: `3.214 ms`. */
export function milliseconds(value: number): string {
  return `${decimal(value)}${THIN}ms`;
}

/** How long something took: `850 ms`, `12.3 s`, `4 min 05 s`, `1 h 02 min`. */
export function duration(ms: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  if (ms < 1000) return `${Math.round(ms)}${THIN}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}${THIN}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${THIN}min ${two(seconds % 60)}${THIN}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}${THIN}h ${two(minutes % 60)}${THIN}min`;
}

/** A false-discovery q or a p: `0.012`, `< 0.001`. */
export function probability(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

/** `1 file`, `3 files`; `plural` where an s does not do. */
export function count(n: number, one: string, plural = `${one}s`): string {
  return `${integer(n)} ${n === 1 ? one : plural}`;
}

/** `2025-11-22 22:30 UTC`; what is not a date stays as it is. */
export function dateTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `a`, `a and b`, `a, b and c`; beyond `most`, `a, b and 5 more`. */
export function list(items: readonly string[], most = 4): string {
  const shown = items.length > most ? items.slice(0, most - 1) : items;
  const rest = items.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all[all.length - 1]}`;
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** The trend as a row of bars, the lowest of the ratios at the bottom; the newest `width` runs when there are more. */
export function sparkline(trend: Trend, width: number): string {
  return levels(trend.points.slice(-Math.max(1, width)).map(({ ratio }) => ratio));
}

function levels(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values
    .map((value) => LEVELS[high === low ? 3 : Math.round(((value - low) / (high - low)) * (LEVELS.length - 1))])
    .join('');
}

/** A chart where nothing can be drawn: its points as a row of bars, with the first and the last. What has two axes is told by its table alone. */
export function chartInLine({ x, points }: Chart): string | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (x !== undefined || first === undefined || last === undefined) return undefined;
  return `${levels(points.map(({ at }) => at))} ${first.label}: ${first.text}; ${last.label}: ${last.text}`;
}

/** Names without what all of them begin with: `exponent=8` and `exponent=16` are 8 and 16. */
export function shortNames(names: readonly string[]): readonly string[] {
  const [first = '', ...others] = names;
  if (others.length === 0) return names;
  let common = 0;
  while (common < first.length && others.every((one) => one[common] === first[common])) common += 1;
  // Only whole words are left out.
  const cut = Math.max(first.lastIndexOf('=', common - 1), first.lastIndexOf(' ', common - 1)) + 1;
  return names.map((name) => name.slice(cut) || name);
}

/** `+0.20% to +1.30%, newest +0.52% [−0.2%, +1.3%]` */
export function trendInWords({ points }: Trend): string {
  const ratios = points.map(({ ratio }) => ratio);
  const last = points.at(-1);
  if (last === undefined) return 'no run';
  const newest = `newest ${change(last.ratio)} ${interval(last)}`;
  if (points.length === 1) return newest;
  return `${change(Math.min(...ratios))} to ${change(Math.max(...ratios))}, ${newest}`;
}
