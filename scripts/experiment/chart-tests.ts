import { scaleLinear } from 'd3-scale';
import type { RatioEstimate } from '../../src/bench/types.ts';
import { change, percent } from '../../src/report/format.ts';
import { html, type Markup } from '../../src/report/html/markup.ts';
import type { Extract } from './extract.ts';
import type { Published } from './published.ts';
import { r, type Series, SHAPES, svg } from './svg.ts';

const WIDTH = 860;
const LEFT = 210;
const RIGHT = 24;
const TOP = 96;
const ROW = 30;

interface Line {
  readonly test: string;
  readonly published: number | undefined;
  readonly ours: readonly (RatioEstimate | undefined)[];
}

/** The published single-test differences beside ours, the largest published one first: how far do they agree? */
export function testsChart(published: Published, extracts: readonly Extract[]): string {
  const lines = linesOf(published, extracts);
  const extent = 0.15;
  const x = scaleLinear()
    .domain([-extent, extent])
    .range([LEFT, WIDTH - RIGHT])
    .clamp(true);
  const bottom = TOP + lines.length * ROW;
  const height = bottom + 42;
  const title = 'Single tests of pybench without the zombie frame: published and measured here';
  const names = extracts.map(({ python }) => `CPython ${python}`);
  const ticks = x
    .ticks(7)
    .map(
      (tick) =>
        html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${r(x(tick))}" x2="${r(x(tick))}" y1="${TOP - 4}" y2="${bottom}"/><text class="muted small mid" x="${r(x(tick))}" y="${TOP - 10}">${tick === 0 ? '0' : change(1 + tick, 0)}</text><text class="muted small mid" x="${r(x(tick))}" y="${bottom + 16}">${tick === 0 ? '0' : change(1 + tick, 0)}</text>\n`,
    );
  const threshold = thresholdOf(extracts);
  const content = html`<text class="ink title" x="16" y="26">${title}</text>
${legend(names, thresholdOf(extracts))}
<rect class="band" x="${r(x(-threshold))}" y="${TOP - 4}" width="${r(x(threshold) - x(-threshold))}" height="${bottom - TOP + 4}"/>
${ticks}
${lines.map((line, index) => row(line, TOP + index * ROW + ROW / 2, x))}
<text class="muted small" x="${LEFT}" y="${bottom + 34}">◂ faster without the zombie frame</text><text class="muted small end" x="${WIDTH - RIGHT}" y="${bottom + 34}">slower without it ▸</text>`;
  const desc = `A row a test, the largest published slowdown first. A cross: the published difference of minima, without an interval. ${names.map((name, i) => `A ${i === 0 ? 'circle' : 'square'} with a line: ${name}, the median of the pairs and its 95% interval.`).join(' ')} The grey band is the change that does not count. The same numbers stand in the table of the page.`;
  return svg(WIDTH, height, title, desc, content);
}

const thresholdOf = (extracts: readonly Extract[]) => Math.max(...extracts.map(({ speed }) => speed.threshold));

/** The tests of the published table, then those that only ours have. */
export function linesOf(published: Published, extracts: readonly Extract[]): readonly Line[] {
  const known = new Map(published.tests.map((row) => [row.test, row.minDiff]));
  const names = [
    ...published.tests.map(({ test }) => test),
    ...extracts.flatMap(({ speed }) => speed.tests.map((t) => t.test)),
  ];
  return [...new Set(names)]
    .map((test) => ({
      test,
      published: known.get(test),
      ours: extracts.map(({ speed }) => speed.tests.find((row) => row.test === test)?.estimate),
    }))
    .sort((a, b) => (b.published ?? -1) - (a.published ?? -1) || (a.test < b.test ? -1 : 1));
}

function legend(names: readonly string[], threshold: number): Markup {
  const entries: [Series, string][] = [['c', 'published: CPython 3.3.0a3+, Windows (minimum)']];
  for (const [index, name] of names.entries()) entries.push([index === 0 ? 'a' : 'b', `${name}, 95% interval`]);
  let at = 20;
  return html`${entries.map(([series, text]) => {
    const x = at;
    at += 30 + text.length * 6.4;
    return html`${SHAPES[series](x, 48)}<text class="ink small" x="${r(x + 10)}" y="52">${text}</text>`;
  })}<rect class="band" x="16" y="60" width="10" height="12"/><text class="muted small" x="30" y="70">up to ±${percent(threshold)} does not count as a change${names.length > 1 ? ' (the larger of both noise floors)' : ''}</text>`;
}

function row(line: Line, y: number, x: ReturnType<typeof scaleLinear<number, number>>): Markup {
  const ours = line.ours.map((estimate, index) => {
    if (estimate === undefined) return '';
    const at = y + (index === 0 ? -1 : 8);
    const series = index === 0 ? 'a' : 'b';
    const ends = [estimate.low, estimate.high].map((end) => r(x(end - 1)));
    return html`<line class="${series}" x1="${ends[0]}" x2="${ends[1]}" y1="${at}" y2="${at}"/>${SHAPES[series](x(estimate.ratio - 1), at)}`;
  });
  const mark = line.published === undefined ? '' : SHAPES.c(x(line.published), y - 9);
  return html`<text class="ink small end" x="${LEFT - 12}" y="${y + 3}">${line.test}</text><line class="grid" x1="16" x2="${WIDTH - RIGHT}" y1="${y + ROW / 2 - 1}" y2="${y + ROW / 2 - 1}"/>${mark}${ours}\n`;
}
