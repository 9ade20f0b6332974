import { all, around, make } from './elements.js';
import { makeRow } from './rows.js';
import { remakeSideBySide, watchRows } from './side-by-side.js';

/** @typedef {(string | [string, string])[]} Line text, and class and text */

const STEP = 20;
/** @type {WeakMap<Element, Promise<Line[][]>>} */
const known = new WeakMap();

/** The hidden lines of a file by gap: see html/rows.ts. @param {HTMLElement} file @returns {Promise<Line[][]>} */
function linesOf(file) {
  let lines = known.get(file);
  if (lines === undefined) {
    const packed = file.querySelector('.hidden-lines')?.textContent ?? '';
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    lines = new Response(stream).json();
    known.set(file, lines);
  }
  return lines;
}

/**
 * Shows hidden lines: `down` those after the hunk above, `up` those before the hunk below.
 * @param {HTMLElement} gap @param {string} which
 */
export async function showLines(gap, which) {
  const file = around(gap, '.file');
  if (file === null) return;
  const lines = (await linesOf(file))[Number(gap.dataset.gap)] ?? [];
  const from = Number(gap.dataset.from ?? 0);
  const to = Number(gap.dataset.to ?? lines.length);
  const until = which === 'down' ? Math.min(to, from + STEP) : to;
  const start = which === 'up' ? Math.max(from, to - STEP) : from;
  const rows = lines
    .slice(start, until)
    .map((line, i) => rowOf(line, Number(gap.dataset.old) + start + i, Number(gap.dataset.new) + start + i));
  if (which === 'up') place(gap, 'after').prepend(...rows);
  else place(gap, 'before').append(...rows);
  for (const block of all('.rows', gap)) remakeSideBySide(block);
  watchRows(gap);
  gap.dataset.from = String(which === 'up' ? from : until);
  gap.dataset.to = String(which === 'up' ? start : to);
  const left = Number(gap.dataset.to) - Number(gap.dataset.from);
  const bar = gap.querySelector('.gap-bar');
  if (left <= 0) return bar?.remove();
  const text = gap.querySelector('.gap-text');
  if (text !== null) text.textContent = `${left.toLocaleString('en')} ${left === 1 ? 'line' : 'lines'} not shown`;
  for (const button of all('button', gap)) {
    if (button.dataset.show === 'all')
      button.textContent = left > 1 ? `show all ${left.toLocaleString('en')}` : 'show it';
    else button.hidden = left <= STEP;
  }
}

/** Where the lines go, before or after the bar. @param {HTMLElement} gap @param {'before' | 'after'} side */
function place(gap, side) {
  const found = gap.querySelector(`.code.${side} > .rows`);
  if (found !== null) return found;
  const code = make('div', `code ${side}`);
  const rows = make('div', 'rows');
  code.append(rows);
  if (side === 'before') gap.prepend(code);
  else gap.append(code);
  return rows;
}

/** @param {Line} line @param {number} old @param {number} now */
function rowOf(line, old, now) {
  const code = line.map((part) => (typeof part === 'string' ? part : make('span', part[0], part[1])));
  return makeRow(' ', String(old), String(now), code);
}

/** 20 more lines on both sides of a hunk. @param {HTMLElement} hunk */
export async function showAround(hunk) {
  const [above, below] = [hunk.previousElementSibling, hunk.nextElementSibling];
  if (above instanceof HTMLElement && above.matches('.gap') && above.querySelector('.gap-bar') !== null)
    await showLines(above, 'up');
  if (below instanceof HTMLElement && below.matches('.gap') && below.querySelector('.gap-bar') !== null)
    await showLines(below, 'down');
}

export function startHiddenLines() {
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLElement) || target.dataset.show === undefined) return;
    const gap = around(target, '.gap');
    if (gap !== null) void showLines(gap, target.dataset.show);
  });
}
