import { scaleLinear } from 'd3-scale';
import type { MemoryPointName } from '../../../src/bench/memory/types.ts';
import { bytes, count, integer } from '../../../src/document/format.ts';
import { html, type Markup } from '../../../src/document/html/markup.ts';
import type { Extract } from './extract.ts';
import { exactBytes, memoryChange, residentBytes } from './figures.ts';
import { r, svg } from './svg.ts';

const WIDTH = 860;
const LEFT = 270;
const RIGHT = 130;
const BAR = 18;
const GROUP = 3 * BAR;
/** "Some 50k" as it was published. */
const CLAIM = 50_000;

const POINTS: readonly [MemoryPointName, string][] = [
  ['pass', 'start-up'],
  ['imports', 'start-up, import site, json'],
];

/** What the interpreters hold less at start-up, beside the published claim, and what the system sees of it. */
export function memoryChart(extracts: readonly Extract[]): string {
  const groups = extracts.flatMap((extract) =>
    POINTS.map(([point, label]) => ({
      label: `${extract.python}, ${label}`,
      exact: saved(extract, point, exactBytes),
      resident: saved(extract, point, residentBytes),
    })),
  );
  const most = Math.max(CLAIM, ...groups.flatMap(({ exact, resident }) => [exact ?? 0, resident ?? 0]));
  const least = Math.min(0, ...groups.flatMap(({ exact, resident }) => [exact ?? 0, resident ?? 0]));
  const x = scaleLinear()
    .domain([least, most])
    .nice(5)
    .range([LEFT, WIDTH - RIGHT]);
  const top = 92;
  const bottom = top + groups.length * GROUP;
  const title = 'Memory saved at start-up without the zombie frame';
  const content = html`<text class="ink title" x="16" y="26">${title}</text>
<rect class="a" x="16" y="40" width="14" height="10"/><text class="ink small" x="36" y="49">live bytes, exact, pymalloc off</text>
<rect class="b" fill-opacity=".25" x="232" y="40" width="14" height="10"/><text class="ink small" x="252" y="49">what the system sees: resident pages of its own, pymalloc on</text>
${x.ticks(5).map((tick) => html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${r(x(tick))}" x2="${r(x(tick))}" y1="${top - 6}" y2="${bottom}"/><text class="muted small mid" x="${r(x(tick))}" y="${bottom + 16}">${integer(tick)}</text>`)}
${groups.map((group, index) => bars(group, top + index * GROUP, x))}
<line class="c" stroke-dasharray="5 4" x1="${r(x(CLAIM))}" x2="${r(x(CLAIM))}" y1="${top - 14}" y2="${bottom}"/><text class="ink small mid" x="${r(x(CLAIM))}" y="${top - 18}">published: “some 50k” (PlayStation 3)</text>
<text class="muted small end" x="${WIDTH - 16}" y="${bottom + 16}">bytes</text>`;
  const desc = `${groups.map(({ label, exact, resident }) => `${label}: ${said(exact)} of live bytes, ${said(resident)} of resident pages.`).join(' ')} A dashed line marks the published claim, some 50k.`;
  return svg(WIDTH, bottom + 30, title, desc, content);
}

const said = (value: number | undefined) => (value === undefined ? 'not measured' : count(value, 'byte'));

function saved(extract: Extract, point: MemoryPointName, of: Parameters<typeof memoryChange>[2]): number | undefined {
  const change = memoryChange(extract, point, of);
  return change === undefined ? undefined : 0 - change;
}

/** Numbers stand beside the line of the claim, not on it. */
const beside = (at: number, line: number) => (at + 56 > line && at < line + 4 ? line + 6 : at);

interface Group {
  readonly label: string;
  readonly exact: number | undefined;
  readonly resident: number | undefined;
}

function bars(group: Group, y: number, x: ReturnType<typeof scaleLinear<number, number>>): Markup {
  const bar = (value: number | undefined, at: number, series: 'a' | 'b') => {
    if (value === undefined) return '';
    const [from, to] = [x(Math.min(0, value)), x(Math.max(0, value))];
    const look = series === 'a' ? '' : html` fill-opacity=".25"`;
    return html`<rect class="${series}"${look} x="${r(from)}" y="${at}" width="${r(to - from)}" height="${BAR - 4}"/><text class="ink small" x="${r(beside(to + 6, x(CLAIM)))}" y="${at + 11}">${bytes(value)}</text>`;
  };
  return html`<text class="ink small end" x="${LEFT - 12}" y="${y + BAR + 2}">${group.label}</text>${bar(group.exact, y + 2, 'a')}${bar(group.resident, y + BAR, 'b')}\n`;
}
