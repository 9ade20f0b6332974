import { scaleLinear } from 'd3-scale';
import type { RatioEstimate } from '../../../src/bench/types.ts';
import { change, percent } from '../../../src/document/format.ts';
import { html, type Markup } from '../../../src/document/html/markup.ts';
import type { Extract } from './extract.ts';
import type { Published } from './published.ts';
import { r, type Series, SHAPES, svg } from './svg.ts';

const WIDTH = 860;
const LEFT = 210;
const RIGHT = 24;
const TOP = 114;
/** Between two marks of a row, and between rows. */
const STEP = 8;
const GAP = 14;

/** Of `ours`, in their order: shape and word. */
const MARKS = [
  ['a', 'circle'],
  ['b', 'square'],
  ['d', 'triangle'],
] as const;

const rowHeight = (extracts: number): number => GAP + STEP * extracts;

interface Line {
  readonly test: string;
  readonly published: number | undefined;
  readonly ours: readonly (RatioEstimate | undefined)[];
}

/** What a chart draws of a run: each test's change with its interval, and how much of a change does not count. */
interface Source {
  readonly title: string;
  /** Of `ours`, for who reads the chart. */
  readonly interval: string;
  readonly sides: readonly [less: string, more: string];
  readonly of: (extract: Extract, test: string) => RatioEstimate | undefined;
  readonly threshold: (extract: Extract) => number | undefined;
}

const TIME: Source = {
  title: 'Single tests of pybench without the zombie frame: published and measured here',
  interval: '95% interval',
  sides: ['faster without the zombie frame', 'slower without it'],
  of: ({ speed }, test) => speed.tests.find((row) => row.test === test)?.estimate,
  threshold: ({ speed }) => speed.threshold,
};

const INSTRUCTIONS: Source = {
  title: 'Instructions of single tests without the zombie frame, beside the published times',
  interval: 'range of its layouts',
  sides: ['fewer instructions', 'more instructions'],
  of: ({ instructions }, test) => instructions?.tests.find((row) => row.test === test)?.change,
  threshold: () => undefined,
};

/** A published difference, or a change of instructions, that is worth a row of the chart of instructions. */
const WORTH = { published: 0.03, instructions: 0.005 };

/** The published single-test differences beside ours, the largest published one first: how far do they agree? */
export function testsChart(published: Published, extracts: readonly Extract[]): string {
  return chart(TIME, linesOf(TIME, published, extracts), extracts);
}

/** The published differences beside the change of instructions, where either is one. */
export function instructionsChart(published: Published, extracts: readonly Extract[]): string {
  const lines = linesOf(INSTRUCTIONS, published, extracts).filter(
    ({ published: claim, ours }) =>
      Math.abs(claim ?? 0) >= WORTH.published ||
      ours.some((own) => Math.abs((own?.ratio ?? 1) - 1) >= WORTH.instructions),
  );
  return chart(INSTRUCTIONS, lines, extracts);
}

function chart(source: Source, lines: readonly Line[], extracts: readonly Extract[]): string {
  const extent = extentOf(lines);
  const x = scaleLinear()
    .domain([-extent, extent])
    .range([LEFT, WIDTH - RIGHT])
    .clamp(true);
  const high = rowHeight(extracts.length);
  const bottom = TOP + lines.length * high;
  const names = extracts.map(({ python }) => `CPython ${python}`);
  const tick = (value: number, y: number) =>
    html`<text class="muted small mid" x="${r(x(value))}" y="${y}">${value === 0 ? '0' : change(1 + value, 0)}</text>`;
  const ticks = x
    .ticks(7)
    .map(
      (value) =>
        html`<line class="${value === 0 ? 'zero' : 'grid'}" x1="${r(x(value))}" x2="${r(x(value))}" y1="${TOP - 4}" y2="${bottom}"/>${tick(value, TOP - 10)}${tick(value, bottom + 16)}\n`,
    );
  const bands = extracts
    .flatMap((extract) => ({ python: extract.python, threshold: source.threshold(extract) ?? 0 }))
    .filter(({ threshold }) => threshold > 0)
    .sort((a, b) => b.threshold - a.threshold);
  const content = html`<text class="ink title" x="16" y="26">${source.title}</text>
${legend(names.map((name) => `${name}, ${source.interval}`))}
${bands.map(({ python, threshold }, index) => html`<rect class="${BANDS[index] ?? 'band'}" x="${r(x(-threshold))}" y="${TOP - 4}" width="${r(x(threshold) - x(-threshold))}" height="${bottom - TOP + 4}"/><rect class="${BANDS[index] ?? 'band'}" x="${16 + index * 210}" y="79" width="10" height="10"/><text class="muted small" x="${30 + index * 210}" y="88">noise floor of ${python}: ±${percent(threshold)}</text>\n`)}
${ticks}
${lines.map((line, index) => row(line, TOP + index * high, high, x))}
<text class="muted small" x="${LEFT}" y="${bottom + 34}">◂ ${source.sides[0]}</text><text class="muted small end" x="${WIDTH - RIGHT}" y="${bottom + 34}">${source.sides[1]} ▸</text>`;
  const desc = `A row a test, the largest published slowdown first. A cross: the published difference of minima, without an interval. ${names.map((name, i) => `A ${MARKS[i]?.[1]} with a line: ${name}, ${source.interval}.`).join(' ')} The same numbers stand in the table of the page.`;
  return svg(WIDTH, bottom + 42, source.title, desc, content);
}

/** The wider band lies below. */
const BANDS = ['band', 'band2'];

/** As far as every mark lies; intervals may reach further, and have an arrow then. */
function extentOf(lines: readonly Line[]): number {
  const marks = lines.flatMap(({ published, ours }) => [published ?? 0, ...ours.map((own) => (own?.ratio ?? 1) - 1)]);
  return Math.ceil(Math.max(...marks.map(Math.abs)) * 100 + 0.5) / 100;
}

/** The tests of the published table, then those that only ours have. */
function linesOf(source: Source, published: Published, extracts: readonly Extract[]): readonly Line[] {
  const known = new Map(published.tests.map((row) => [row.test, row.minDiff]));
  const names = [
    ...published.tests.map(({ test }) => test),
    ...extracts.flatMap(({ speed }) => speed.tests.map((t) => t.test)),
  ];
  return [...new Set(names)]
    .map((test) => ({
      test,
      published: known.get(test),
      ours: extracts.map((extract) => source.of(extract, test)),
    }))
    .sort((a, b) => (b.published ?? -1) - (a.published ?? -1) || (a.test < b.test ? -1 : 1));
}

/** The first line tells what was published and the first of ours, the next the others. */
function legend(names: readonly string[]): Markup {
  const [first = '', ...others] = names;
  const lines: (readonly (readonly [Series, string])[])[] = [
    [
      ['c', 'published: CPython 3.3.0a3+, Windows (minimum)'],
      ['a', first],
    ],
    others.map((name, index) => [MARKS[index + 1]?.[0] ?? 'b', name]),
  ];
  return html`${lines.map((entries, line) => {
    let at = 20;
    return entries.map(([series, text]) => {
      const x = at;
      at += 30 + text.length * 6.4;
      const y = 48 + line * 18;
      return html`${SHAPES[series](x, y)}<text class="ink small" x="${r(x + 10)}" y="${y + 4}">${text}</text>`;
    });
  })}`;
}

function row(line: Line, top: number, high: number, x: ReturnType<typeof scaleLinear<number, number>>): Markup {
  const ours = line.ours.map((estimate, index) => {
    if (estimate === undefined) return '';
    const at = top + GAP + index * STEP;
    const series = MARKS[index]?.[0] ?? 'b';
    const ends = [estimate.low, estimate.high].map((end) => r(x(end - 1)));
    const [least = 0, most = 0] = x.domain();
    const arrows = [
      estimate.low - 1 < least
        ? html`<path class="c" d="M${LEFT + 4},${at - 3}L${LEFT},${at}L${LEFT + 4},${at + 3}"/>`
        : '',
      estimate.high - 1 > most
        ? html`<path class="c" d="M${WIDTH - RIGHT - 4},${at - 3}L${WIDTH - RIGHT},${at}L${WIDTH - RIGHT - 4},${at + 3}"/>`
        : '',
    ];
    return html`<line class="${series}" x1="${ends[0]}" x2="${ends[1]}" y1="${at}" y2="${at}"/>${arrows}${SHAPES[series](x(estimate.ratio - 1), at)}`;
  });
  const mark = line.published === undefined ? '' : SHAPES.c(x(line.published), top + 6);
  const below = top + high - 1;
  return html`<text class="ink small end" x="${LEFT - 12}" y="${top + high / 2 + 3}">${line.test}</text><line class="grid" x1="16" x2="${WIDTH - RIGHT}" y1="${below}" y2="${below}"/>${mark}${ours}\n`;
}
