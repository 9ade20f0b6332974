import { change, interval } from './format.ts';
import type { Trend } from './types.ts';

const LEVELS = '▁▂▃▄▅▆▇█';

/** The trend as a row of bars, the lowest of the ratios at the bottom; the newest `width` runs when there are more. */
export function sparkline(trend: Trend, width: number): string {
  const points = trend.points.slice(-Math.max(1, width));
  const ratios = points.map(({ ratio }) => ratio);
  const low = Math.min(...ratios);
  const high = Math.max(...ratios);
  return ratios
    .map((ratio) => LEVELS[high === low ? 3 : Math.round(((ratio - low) / (high - low)) * (LEVELS.length - 1))])
    .join('');
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
