import { scaleLinear } from 'd3-scale';
import { change, decimal, interval, percent, probability } from '../format.ts';
import type { Estimate, Forest, ForestRow, ForestVerdict } from '../types.ts';
import { VERDICT_ORDER } from '../verdicts.ts';
import { mark, verdictLabel } from './marks.ts';
import { html, type Markup } from './markup.ts';

/** Height of the axis, pixels. The rows' drawings are as high as their rows, so the band and the grid run through. */
const AXIS = 34;

/** Places are per cent of the drawing's width, so it fits any width and its text keeps its size. */
interface Scale {
  /** Place of a ratio, kept inside the drawing. */
  readonly at: (ratio: number) => number;
  readonly outside: (ratio: number) => -1 | 0 | 1;
  readonly ticks: readonly number[];
}

function forestScale(extent: number): Scale {
  const scale = scaleLinear().domain([-extent, extent]).range([3, 97]).clamp(true);
  return {
    at: (ratio) => Math.round(scale(ratio - 1) * 100) / 100,
    outside: (ratio) => (ratio - 1 > extent ? 1 : 1 - ratio > extent ? -1 : 0),
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
  const used = VERDICT_ORDER.filter((verdict: ForestVerdict) =>
    forest.groups.some((group) => group.rows.some((row) => row.verdict === verdict)),
  );
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

/** The band, the grid and what is drawn over them. */
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

/** A diamond as wide as the interval, as meta-analyses draw their summary. */
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
