import { scaleLinear } from 'd3-scale';
import { curveTable, flameBoxes, flameTable } from '../charts.ts';
import { bytes, bytesRounded, percent } from '../format.ts';
import type { Curve, Flame } from '../types.ts';
import { html, type Markup } from './markup.ts';

const ROW = 20;

/**
 * Grows from the bottom, as flame graphs do (Gregg 2016, "The flame graph", CACM 59:6). Orange is more, blue is fewer, of a
 * palette that all can tell apart (Okabe and Ito 2008), with dark text on both; the title says it, too.
 */
export function flameHtml(flame: Flame, id: string): Markup {
  const boxes = flameBoxes(flame);
  const rows = Math.max(0, ...boxes.map(({ depth }) => depth)) + 1;
  const place = (fraction: number) => Math.round(fraction * 10_000) / 100;
  const fill = flame.grew ? '#E69F00' : '#56B4E9';
  const drawn = boxes.map(({ name, depth, from, share, bytes: size }) => {
    const said = `${name}: ${bytes(size)} ${flame.grew ? 'more' : 'fewer'}, ${percent(share)}`;
    return html`<svg x="${place(from)}%" width="${place(share)}%" y="${(rows - 1 - depth) * ROW}" height="${ROW}"><title>${said}</title><rect width="100%" height="${ROW - 1}" fill="${fill}" stroke="#ffffff" stroke-width="1"/>${share > 0.02 && html`<text x="4" y="14" font-size="11" fill="#000000">${name}</text>`}</svg>`;
  });
  return html`<figure class="flame" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${flame.title}</strong><br>The lowest row asked for the memory; above each stands who called it. The width is the bytes.</figcaption>
<svg width="100%" height="${rows * ROW}" role="img" aria-labelledby="${id}-caption">${drawn}</svg></figure>`;
}

export const flameNumbers = (flame: Flame) => ({ ...flameTable(flame), caption: `${flame.title}: the numbers` });

const [HEIGHT, TOP, BOTTOM] = [220, 12, 24];

/** One line is whole, the other dashed: they are told apart without colour. */
export function curveHtml(curve: Curve, id: string): Markup {
  const values = curve.steps.flatMap((step) => step.values);
  const most = Math.max(1, ...values);
  const unit = 1024 ** Math.min(4, Math.floor(Math.log2(most) / 10));
  const y = scaleLinear()
    .domain([0, most / unit])
    .nice(4)
    .range([HEIGHT - BOTTOM, TOP]);
  const at = (value: number) => Math.round(y(value / unit) * 10) / 10;
  const x = (i: number) =>
    curve.steps.length === 1 ? 60 : 20 + Math.round((i / (curve.steps.length - 1)) * 7900) / 100;
  const grid = y
    .ticks(4)
    .map(
      (tick) =>
        html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="19%" x2="100%" y1="${at(tick * unit)}" y2="${at(tick * unit)}"/><text x="18%" y="${at(tick * unit) + 4}" text-anchor="end">${bytesRounded(tick * unit)}</text>`,
    );
  const dash = (side: number) => side === 0 && html` stroke-dasharray="6 4"`;
  const lines = curve.sides.map((_, side) =>
    curve.steps
      .slice(1)
      .map(
        (step, i) =>
          html`<line class="curve-line" x1="${x(i)}%" x2="${x(i + 1)}%" y1="${at(curve.steps[i]?.values[side] ?? 0)}" y2="${at(step.values[side] ?? 0)}"${dash(side)}/>`,
      ),
  );
  const key = curve.sides.map(
    (name, side) =>
      html`<li><svg class="key" width="28" height="14" aria-hidden="true"><line class="curve-line" x1="0" x2="28" y1="7" y2="7"${dash(side)}/></svg> ${name}</li>`,
  );
  const ends = [curve.steps[0]?.label, curve.steps.at(-1)?.label];
  return html`<figure class="trend" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${curve.title}</strong></figcaption><ul class="legend" aria-label="Lines">${key}</ul>
<svg width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-caption">${grid}${lines}<text x="20%" y="${HEIGHT - 6}">${ends[0]}</text><text x="99%" y="${HEIGHT - 6}" text-anchor="end">${ends[1]}</text></svg></figure>`;
}

export const curveNumbers = (curve: Curve) => ({ ...curveTable(curve), caption: `${curve.title}: the numbers` });
