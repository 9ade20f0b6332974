import { all, make } from './elements.js';
import { watchRows } from './side-by-side.js';

/** Class, sign in the margin and element of a changed line, by its sign in a diff. @type {Readonly<Record<string, readonly [string, string, string]>>} */
const LOOKS = { '-': ['r d', '−', 'del'], '+': ['r a', '+', 'ins'] };

/** A line as html/rows.ts writes it. @param {string} sign @param {string} old @param {string} now @param {(string | Node)[]} code */
export function makeRow(sign, old, now, code) {
  const [className, margin, element] = LOOKS[sign] ?? ['r', ' ', 'span'];
  const row = make('div', className);
  const line = make(element, '');
  line.append(...code);
  row.append(make('b', 'o', old), make('b', 'n', now), make('i', '', margin), line);
  return row;
}

/** As many rows are a block, which a browser lays out when it comes near the screen. */
const BLOCK = 50;

/** Hunk as text → its rows, once they are made. @type {WeakMap<Element, HTMLElement[]>} */
const made = new WeakMap();

/** The lines of a hunk that the page has as text: see `textHtml` in html/rows.ts. @param {Element} text */
export const linesOfText = (text) => (text.textContent ?? '').split('\n');

/** Puts rows in the place of the text. @param {HTMLElement} text @returns {HTMLElement[]} */
export function rowsOfText(text) {
  const known = made.get(text);
  if (known !== undefined) return known;
  let [old, now] = [Number(text.dataset.old), Number(text.dataset.new)];
  const rows = linesOfText(text).map((line) => {
    const sign = line[0] ?? ' ';
    const numbers = [sign === '+' ? '' : String(old++), sign === '-' ? '' : String(now++)];
    return makeRow(sign, numbers[0] ?? '', numbers[1] ?? '', [line.slice(1)]);
  });
  made.set(text, rows);
  const blocks = [];
  for (let i = 0; i < rows.length; i += BLOCK) {
    const block = make('div', rows.length - i < BLOCK ? 'rows' : 'rows much');
    block.append(...rows.slice(i, i + BLOCK));
    blocks.push(block);
  }
  const around = text.parentElement;
  text.replaceWith(...blocks);
  if (around !== null) watchRows(around);
  return rows;
}

/** Text becomes rows as it comes near the screen; what is folded away never does. */
export function startRows() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        near.unobserve(target);
        rowsOfText(target);
      }
    },
    { rootMargin: '1500px 0px' },
  );
  for (const text of all('pre.lines')) near.observe(text);
}
