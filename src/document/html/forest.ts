import { scaleLinear } from 'd3-scale';
import { symbol, symbolCircle, symbolDiamond, symbolTriangle } from 'd3-shape';
import { change, decimal, interval, percent, probability } from '../format.ts';
import {
  type Bars,
  type Estimate,
  type Forest,
  type ForestRow,
  type ForestVerdict,
  type Trend,
  VERDICT_ORDER,
  VERDICTS,
} from '../types.ts';
import { html, type Markup } from './markup.ts';

/** Height of the axis, pixels. The rows' drawings are as high as their rows, so the band and the grid run through. */
const AXIS = 34;

type Scale = ReturnType<typeof forestScale>;

/** Places are per cent of the drawing's width, so it fits any width and its text keeps its size. */
function forestScale(extent: number) {
  const scale = scaleLinear().domain([-extent, extent]).range([3, 97]).clamp(true);
  return {
    /** Place of a ratio, kept inside the drawing. */
    at: (ratio: number) => Math.round(scale(ratio - 1) * 100) / 100,
    outside: (ratio: number): -1 | 0 | 1 => (ratio - 1 > extent ? 1 : 1 - ratio > extent ? -1 : 0),
    ticks: scale.ticks(5),
  };
}

/**
 * All tests with their intervals, as a table whose middle column is drawn: the numbers beside each mark are the
 * chart's own alternative, and on a phone each test becomes a small block.
 */
export function forestHtml(forest: Forest, id: string): Markup {
  const scale = forestScale(forest.extent);
  return html`<figure class="forest-figure" aria-labelledby="${id}-caption">
<figcaption id="${id}-caption"><strong>${forest.title}</strong><br>${forest.convention} ${forest.description}</figcaption>
${legend(forest)}
<table class="forest" role="table" aria-labelledby="${id}-caption">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="test">test</th><th role="columnheader" scope="col" class="verdict-cell">verdict</th><th role="columnheader" scope="col" class="plot">${axis(forest, scale, id)}</th><th role="columnheader" scope="col" class="change">change</th><th role="columnheader" scope="col" class="interval">95% interval</th><th role="columnheader" scope="col" class="q">q</th><th role="columnheader" scope="col" class="times">min. ms</th></tr></thead>
<tbody role="rowgroup">
${forest.mean === undefined ? '' : meanRow(forest.mean, forest, scale)}
${forest.groups.map((group) => [
  html`<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="2">${group.title}</th><td role="cell" class="plot">${drawing(forest, scale, html``)}</td><td role="cell" class="change"></td><td role="cell" class="interval"></td><td role="cell" class="q"></td><td role="cell" class="times"></td></tr>\n`,
  ...group.rows.map((row) => testRow(row, forest, scale)),
])}</tbody></table>
<p class="note">${forest.note} <span class="narrow-only">Columns that are left out here for want of room (times, q) are in comparison.json.</span></p>
</figure>`;
}

function legend(forest: Forest): Markup {
  const seen = new Set(forest.groups.flatMap(({ rows }) => rows.map(({ verdict }) => verdict)));
  const used = VERDICT_ORDER.filter((verdict) => seen.has(verdict));
  const band = html`<svg class="key" width="18" height="14" aria-hidden="true"><rect class="band" width="18" height="14"/></svg>`;
  const noise =
    forest.noiseFloor === undefined
      ? ''
      : html`<li><svg class="key" width="14" height="14" aria-hidden="true"><line class="noise" x1="7" x2="7" y1="0" y2="14"/></svg> noise floor ±${percent(forest.noiseFloor)}</li>`;
  return html`<ul class="legend" aria-label="Marks">${used.map((verdict) => html`<li>${verdictLabel(verdict)}</li>`)}<li>${band} ±${percent(forest.threshold)} does not count</li>${noise}</ul>`;
}

function axis(forest: Forest, scale: Scale, id: string): Markup {
  const ticks = scale.ticks.map((tick) => {
    const x = scale.at(1 + tick);
    return html`<line class="tick" x1="${x}%" x2="${x}%" y1="${AXIS - 6}" y2="${AXIS}"/><text x="${x < 6 ? 0 : x > 94 ? 100 : x}%" y="${AXIS - 10}" text-anchor="${x < 6 ? 'start' : x > 94 ? 'end' : 'middle'}">${tick === 0 ? '0' : change(1 + tick, 1).replace('.0%', '%')}</text>`;
  });
  return html`<svg class="axis" width="100%" height="${AXIS}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${forest.title}</title><desc id="${id}-desc">Forest plot: a row a test, its change of time as a mark and its 95% interval as a line, on an axis from −${percent(forest.extent)} (faster) to +${percent(forest.extent)} (slower). The same numbers stand in the row.</desc><text class="side" x="0" y="10">◂ faster</text><text class="side" x="100%" y="10" text-anchor="end">slower ▸</text>${ticks}</svg>`;
}

function drawing(forest: Forest, scale: Scale, content: Markup): Markup {
  const low = scale.at(1 - forest.threshold);
  const high = scale.at(1 + forest.threshold);
  const vertical = (ratio: number, name: string) =>
    html`<line class="${name}" x1="${scale.at(ratio)}%" x2="${scale.at(ratio)}%" y1="0" y2="100%"/>`;
  const floor = forest.noiseFloor;
  const noise =
    floor === undefined || floor > forest.extent ? [] : [vertical(1 - floor, 'noise'), vertical(1 + floor, 'noise')];
  return html`<svg width="100%" height="100%" aria-hidden="true" focusable="false"><rect class="band" x="${low}%" width="${Math.round((high - low) * 100) / 100}%" height="100%"/>${scale.ticks.filter((tick) => tick !== 0).map((tick) => vertical(1 + tick, 'grid'))}${noise}${vertical(1, 'zero')}${content}</svg>`;
}

/** An arrow where something lies beyond the axis. */
function beyond(side: -1 | 0 | 1): Markup {
  if (side === 0) return html``;
  return html`<svg x="${side > 0 ? '100' : '0'}%" y="50%" overflow="visible"><path class="beyond" d="${side > 0 ? 'M-7,-4L-1,0L-7,4' : 'M7,-4L1,0L7,4'}"/></svg>`;
}

function estimateMarks(estimate: Estimate, verdict: ForestVerdict, scale: Scale): Markup {
  const whisker = html`<line class="whisker ${verdict}" x1="${scale.at(estimate.low)}%" x2="${scale.at(estimate.high)}%" y1="50%" y2="50%"/>`;
  const ends = [estimate.low, estimate.high]
    .filter((ratio) => scale.outside(ratio) === 0)
    .map(
      (ratio) =>
        html`<svg x="${scale.at(ratio)}%" y="50%" overflow="visible"><path class="whisker-end ${verdict}" d="M0,-4V4"/></svg>`,
    );
  const inside = scale.outside(estimate.ratio) === 0;
  const point = inside
    ? html`<svg x="${scale.at(estimate.ratio)}%" y="50%" overflow="visible">${mark(verdict)}</svg>`
    : '';
  const high = scale.outside(estimate.high) === 1 || scale.outside(estimate.ratio) === 1 ? beyond(1) : '';
  const low = scale.outside(estimate.low) === -1 || scale.outside(estimate.ratio) === -1 ? beyond(-1) : '';
  return html`${whisker}${ends}${low}${high}${point}`;
}

function meanRow(mean: Estimate, forest: Forest, scale: Scale): Markup {
  const low = scale.at(mean.low);
  const width = Math.round((scale.at(mean.high) - low) * 100) / 100;
  const tip = Math.round(((scale.at(mean.ratio) - low) / (width || 1)) * 1000) / 10;
  const sides = [mean.low, mean.high].map((ratio) => beyond(scale.outside(ratio)));
  const shape = html`<svg x="${low}%" y="50%" width="${Math.max(width, 0.8)}%" height="1" viewBox="0 0 100 1" preserveAspectRatio="none" overflow="visible"><path class="mean" d="M0,0L${tip},-8L100,0L${tip},8Z"/></svg>${sides}`;
  return html`<tr role="row" class="mean-row"><th role="rowheader" scope="row" class="test">All tests</th><td role="cell" class="verdict-cell">◆ geometric mean</td><td role="cell" class="plot">${drawing(forest, scale, shape)}</td><td role="cell" class="change">${change(mean.ratio)}</td><td role="cell" class="interval">${interval(mean)}</td><td role="cell" class="q"></td><td role="cell" class="times"></td></tr>\n`;
}

function testRow(row: ForestRow, forest: Forest, scale: Scale): Markup {
  const { estimate, baselineMs, patchedMs, q } = row;
  const remark = row.remark === '' ? '' : html`<span class="remark">${row.remark}</span>`;
  const times =
    baselineMs === undefined || patchedMs === undefined ? '' : `${decimal(baselineMs)} → ${decimal(patchedMs)}`;
  const content = estimate === undefined ? html`` : estimateMarks(estimate, row.verdict, scale);
  return html`<tr role="row"><th role="rowheader" scope="row" class="test">${row.test}${remark}</th><td role="cell" class="verdict-cell">${verdictLabel(row.verdict, row.word)}${row.detail === '' ? '' : html`<span class="detail">, ${row.detail}</span>`}</td><td role="cell" class="plot">${drawing(forest, scale, content)}</td><td role="cell" class="change">${estimate === undefined ? '–' : change(estimate.ratio)}</td><td role="cell" class="interval">${estimate === undefined ? '' : interval(estimate)}</td><td role="cell" class="q">${q === undefined ? '' : probability(q)}</td><td role="cell" class="times">${times}</td></tr>\n`;
}

/** Square pixels of a mark. */
const SIZE = 58;

const path = (type: typeof symbolCircle, size = SIZE) => symbol(type, size)() ?? '';

/** Each verdict has a shape of its own, filled where something changed and hollow where not: it reads without colour. */
const SHAPES: Readonly<Record<ForestVerdict, Markup>> = {
  slower: html`<path d="${path(symbolTriangle)}"/>`,
  faster: html`<path d="${path(symbolTriangle)}" transform="rotate(180)"/>`,
  'no-change': html`<path d="${path(symbolCircle, 42)}"/>`,
  inconclusive: html`<path d="${path(symbolDiamond, 48)}"/>`,
  missing: html`<path d="M-4,0H4"/>`,
  failed: html`<path d="M-4,-4L4,4M-4,4L4,-4"/>`,
};

/** A verdict's mark, centred on its origin. */
function mark(verdict: ForestVerdict): Markup {
  return html`<g class="mark ${verdict}">${SHAPES[verdict]}</g>`;
}

function verdictLabel(verdict: ForestVerdict, word = VERDICTS[verdict].word): Markup {
  return html`<span class="verdict"><svg class="key" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${mark(verdict)}</svg> ${word}</span>`;
}

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

/** Amounts side by side, on one scale from zero. A decrease is drawn as nothing: its number says it. */
export function barsHtml(bars: Bars, id: string): Markup {
  const most = Math.max(1, ...bars.bars.map((bar) => bar.value));
  const width = scaleLinear().domain([0, most]).range([0, 100]).clamp(true);
  return html`<figure class="bars" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${bars.title}</strong></figcaption>
<table role="table">${bars.bars.map(
    (bar) =>
      html`<tr role="row"><th role="rowheader" scope="row">${bar.label}</th><td role="cell" class="bar-cell"><svg width="100%" height="18" role="img" aria-label="${bar.label}: ${bar.text}"><title>${bar.label}: ${bar.text}</title><rect class="bar-track" width="100%" height="18"/><rect class="bar ${bar.label === 'patched' ? 'bar-patched' : ''}" width="${Math.round(width(bar.value) * 10) / 10}%" height="18"/><line class="bar-zero" x1="0" x2="0" y1="0" y2="18"/></svg></td><td role="cell" class="bar-text">${bar.text}</td></tr>\n`,
  )}</table>${bars.note === undefined ? '' : html`<p class="note">${bars.note}</p>`}</figure>`;
}
