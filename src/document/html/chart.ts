import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { symbol, symbolDiamond } from 'd3-shape';
import { bytesRounded, change, shortNames } from '../format.ts';
import type { Chart, ChartAxis, ChartPoint } from '../types.ts';
import { html, type Markup } from './markup.ts';

const HEIGHT = 240;
const TOP = 16;
const BOTTOM = 40;
/** Of the width, in per cent: so it fits any, and texts keep their size. */
const LEFT = 18;
const RIGHT = 97;
/** The narrowest drawing, pixels: there the names must not lie on each other. */
const NARROW = 340;
const LETTER = 7;
const LINE = 15;

interface Placed {
  readonly point: ChartPoint;
  /** Per cent, and pixels. */
  readonly x: number;
  readonly y: number;
}

const nothing = ({ unit }: ChartAxis): number => (unit === 'change' ? 1 : 0);
const tickText = ({ unit }: ChartAxis, value: number): string =>
  value === nothing({ title: '', unit })
    ? '0'
    : unit === 'change'
      ? change(value, 1).replace('.0%', '%')
      : `${value > 0 ? '+' : ''}${bytesRounded(value).replace(/\.0+(?=\D)/, '')}`;
const rounded = (value: number) => Math.round(value * 100) / 100;

/**
 * Points with their intervals, as a curve or on two axes. A marked point is a filled diamond with its name, another a hollow circle: it reads
 * without colour. The same numbers stand in a table beside it.
 */
export function chartHtml(chart: Chart, id: string): Markup {
  const { x: across, y: axis, points } = chart;
  const y = scaleOf(
    axis,
    points.flatMap(({ low, high }) => [low, high]),
    [HEIGHT - BOTTOM, TOP],
  );
  const x =
    across &&
    scaleOf(
      across,
      points.map((point) => point.x ?? 0),
      [LEFT + 3, RIGHT],
    );
  const placed = points.map((point, i): Placed => {
    const side = points.length === 1 ? (LEFT + RIGHT) / 2 : LEFT + 5 + (i / (points.length - 1)) * (RIGHT - LEFT - 9);
    return { point, x: rounded(x === undefined ? side : x(point.x ?? 0)), y: rounded(y(point.at)) };
  });
  const grid = ticksOf(axis, y, 4).map((tick) => {
    const at = rounded(y(tick));
    return html`<line class="${tick === nothing(axis) ? 'zero' : 'grid'}" x1="${LEFT}%" x2="100%" y1="${at}" y2="${at}"/><text x="${LEFT - 1}%" y="${at + 4}" text-anchor="end">${tickText(axis, tick)}</text>`;
  });
  const names = shortNames(points.map(({ label }) => label));
  const bottom = across === undefined || x === undefined ? labelsBelow(placed, names) : axisBelow(across, x);
  const lines = linesOf(chart, placed).map(
    ([a, b]) => html`<line class="chart-line" x1="${a.x}%" y1="${a.y}" x2="${b.x}%" y2="${b.y}"/>`,
  );
  const marks = placed.map((one) => markOf(one, y));
  const zero =
    across !== undefined && x !== undefined
      ? html`<svg x="${rounded(x(nothing(across)))}%" y="${rounded(y(nothing(axis)))}" overflow="visible"><path class="chart-origin" d="M-6,0H6M0,-6V6"><title>the baseline</title></path></svg>`
      : html``;
  const named = across === undefined ? [] : namesOf(placed, names);
  return html`<figure class="chart" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${chart.title}</strong><br>${chart.note}</figcaption>
<svg width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-caption ${id}-desc"><desc id="${id}-desc">${points.map(({ label, text }) => `${label}: ${text}`).join('; ')}. The same numbers stand in the table.</desc>${grid}${bottom}${lines}${zero}${marks}${named}</svg></figure>`;
}

type Scale = ScaleLinear<number, number>;

function scaleOf(axis: ChartAxis, values: readonly number[], range: readonly [number, number]): Scale {
  const all = [nothing(axis), ...values];
  const least = axis.unit === 'change' ? 0.005 : 64;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const pad = high - low < least ? (least - (high - low)) / 2 : 0;
  return scaleLinear()
    .domain([low - pad, high + pad])
    .nice(4)
    .range(range);
}

/** Round values; of bytes in whole units. */
function ticksOf({ unit }: ChartAxis, scale: Scale, count: number): readonly number[] {
  const [low = 0, high = 0] = scale.domain();
  const factor = unit === 'bytes' ? 1024 ** Math.floor(Math.log(Math.max(high - low, 1)) / Math.log(1024)) : 1;
  if (factor === 1) return scale.ticks(count);
  return scaleLinear()
    .domain([low / factor, high / factor])
    .ticks(count)
    .map((tick) => tick * factor);
}

/** As many of them as stand side by side in the narrowest drawing, the zero always. */
function ticksApart(axis: ChartAxis, x: Scale): readonly number[] {
  const room = (tickText(axis, -10 * 1024).length * LETTER * 100) / NARROW;
  const kept: number[] = [0];
  for (const tick of ticksOf(axis, x, 3)) if (kept.every((one) => Math.abs(x(one) - x(tick)) > room)) kept.push(tick);
  return kept;
}

function axisBelow(axis: ChartAxis, x: Scale): Markup {
  const ticks = ticksApart(axis, x).map((tick) => {
    const at = rounded(x(tick));
    return html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${at}%" x2="${at}%" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${at}%" y="${HEIGHT - BOTTOM + 16}" text-anchor="${at > 92 ? 'end' : 'middle'}">${tickText(axis, tick)}</text>`;
  });
  return html`${ticks}<text x="${(LEFT + RIGHT) / 2}%" y="${HEIGHT - 4}" text-anchor="middle">${axis.title}</text>`;
}

/** As many of the names as there is room for, the first and the last always. */
function labelsBelow(placed: readonly Placed[], names: readonly string[]): Markup {
  const longest = Math.max(...names.map(({ length }) => length));
  const room = Math.max(2, Math.floor((NARROW * 0.8) / ((longest + 1) * LETTER)));
  const every = Math.ceil((placed.length - 1) / (room - 1)) || 1;
  const shown = placed.flatMap((one, i) =>
    i === placed.length - 1 || (i % every === 0 && placed.length - 1 - i >= every)
      ? [{ ...one, name: names[i] ?? '' }]
      : [],
  );
  return html`${shown.map(({ x, name }) => html`<text x="${x}%" y="${HEIGHT - BOTTOM + 16}" text-anchor="${x > 88 && name.length > 4 ? 'end' : 'middle'}">${cut(name, 24)}</text>`)}`;
}

function linesOf({ x, steps }: Chart, placed: readonly Placed[]): readonly (readonly [Placed, Placed])[] {
  const front = placed.filter(({ point }) => point.marked).sort((a, b) => a.x - b.x);
  const pairs =
    x === undefined ? steps.map(([a, b]) => [placed[a], placed[b]]) : front.slice(1).map((one, i) => [front[i], one]);
  return pairs.flatMap(([a, b]) => (a === undefined || b === undefined ? [] : [[a, b] as const]));
}

function markOf({ point, x, y: at }: Placed, y: Scale): Markup {
  const { low, high, label, text, marked } = point;
  const [from, to] = [rounded(y(low)), rounded(y(high))];
  const whisker = low === high ? '' : html`<line class="whisker" x1="${x}%" x2="${x}%" y1="${from}" y2="${to}"/>`;
  const shape = marked
    ? html`<path class="marked" d="${symbol(symbolDiamond, 90)() ?? ''}"/>`
    : html`<circle r="4.5"/>`;
  return html`<g class="chart-point"><title>${label}: ${text}</title>${whisker}<svg x="${x}%" y="${at}" overflow="visible">${shape}</svg></g>`;
}

const cut = (name: string, most: number) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

/** The names of the marked points, each where it lies on no other name or point, even in the narrowest drawing. */
function namesOf(placed: readonly Placed[], names: readonly string[]): readonly Markup[] {
  const boxes = placed.map(({ x, y }) => box((x / 100) * NARROW - 6, y - 6, 12, 12));
  return placed.flatMap(({ point, x, y }, i) => {
    if (!point.marked) return [];
    const name = cut(names[i] ?? '', 16);
    const width = name.length * LETTER;
    const px = (x / 100) * NARROW;
    const places = [
      { dx: 6, dy: -6, anchor: 'start' },
      { dx: 9, dy: 4, anchor: 'start' },
      { dx: -9, dy: 4, anchor: 'end' },
      { dx: 9, dy: 4 + LINE, anchor: 'start' },
      { dx: -9, dy: 4 - LINE, anchor: 'end' },
      { dx: -9, dy: 4 + LINE, anchor: 'end' },
    ].map((place) => {
      const left = place.anchor === 'start' ? px + place.dx : px + place.dx - width;
      return { ...place, taken: box(left, y + place.dy - 11, width, LINE - 1) };
    });
    const free = places.find(
      ({ taken }) => taken.left >= 0 && taken.right <= NARROW && !boxes.some((other) => overlap(taken, other)),
    );
    const { dx, dy, anchor, taken } = free ?? (places[x > 60 ? 2 : 0] as (typeof places)[0]);
    boxes.push(taken);
    return [
      html`<svg x="${x}%" y="${y}" overflow="visible"><text class="chart-name" x="${dx}" y="${dy}" text-anchor="${anchor}">${name}</text></svg>`,
    ];
  });
}

const box = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
type Box = ReturnType<typeof box>;
const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
