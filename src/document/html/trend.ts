import { scaleLinear } from 'd3-scale';
import { change, interval } from '../format.ts';
import type { Trend } from '../types.ts';
import { html, type Markup } from './markup.ts';

const HEIGHT = 180;
const TOP = 12;
const BOTTOM = 24;

/** A trend: a mark a run with its interval, from the oldest to the newest. Places across are per cent, so it fits any width. */
export function trendHtml(trend: Trend, id: string): Markup {
  const { points } = trend;
  const ends = points.flatMap(({ low, high }) => [low - 1, high - 1]);
  const y = scaleLinear()
    .domain([Math.min(-0.01, ...ends), Math.max(0.01, ...ends)])
    .nice(4)
    .range([HEIGHT - BOTTOM, TOP]);
  const at = (ratio: number) => Math.round(y(ratio - 1) * 10) / 10;
  const x = (index: number) => (points.length === 1 ? 54 : 12 + Math.round((index / (points.length - 1)) * 8400) / 100);
  const grid = y
    .ticks(4)
    .map(
      (tick) =>
        html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="9%" x2="100%" y1="${at(1 + tick)}" y2="${at(1 + tick)}"/><text x="8%" y="${at(1 + tick) + 4}" text-anchor="end">${tick === 0 ? '0' : change(1 + tick, 1).replace('.0%', '%')}</text>`,
    );
  const line = points
    .slice(1)
    .map(
      (point, i) =>
        html`<line class="trend-line" x1="${x(i)}%" y1="${at(points[i]?.ratio ?? 1)}" x2="${x(i + 1)}%" y2="${at(point.ratio)}"/>`,
    );
  const marks = points.map(
    (point, i) =>
      html`<g class="trend-point"><title>${point.label}: ${change(point.ratio)} ${interval(point)}</title><line class="whisker" x1="${x(i)}%" x2="${x(i)}%" y1="${at(point.low)}" y2="${at(point.high)}"/><circle cx="${x(i)}%" cy="${at(point.ratio)}" r="4"/></g>`,
  );
  const first = points[0]?.label ?? '';
  const last = points.at(-1)?.label ?? '';
  return html`<figure class="trend" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${trend.title}</strong><br>${trend.convention}</figcaption>
<svg width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-caption ${id}-desc"><desc id="${id}-desc">${points.length} runs, from ${first} (${change(points[0]?.ratio ?? 1)}) to ${last} (${change(points.at(-1)?.ratio ?? 1)}). The same numbers stand in the table below.</desc>${grid}${line}${marks}<text x="12%" y="${HEIGHT - 4}">${first.split(' ')[0] ?? ''}</text>${points.length > 1 ? html`<text x="100%" y="${HEIGHT - 4}" text-anchor="end">${last.split(' ')[0] ?? ''}</text>` : ''}</svg></figure>`;
}
