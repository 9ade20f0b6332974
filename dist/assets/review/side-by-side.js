import { all, byId, onClick } from './elements.js';
import { recall, remember } from './storage.js';

/** Row of the unified view → what shows it side by side. @type {WeakMap<Element, Element>} */
const beside = new WeakMap();

/** The element that shows a row in the layout of now. @param {Element} row */
export const shown = (row) => (isSideBySide() && beside.get(row)) || row;

export const isSideBySide = () =>
  document.documentElement.dataset.layout === 'side-by-side' && matchMedia('(min-width: 60.001rem)').matches;

const empty = () => {
  const cell = document.createElement('div');
  cell.className = 'r e';
  return cell;
};

/** @param {HTMLElement} block of the class `rows` */
export function makeSideBySide(block) {
  if (block.nextElementSibling?.classList.contains('split')) return;
  const split = document.createElement('div');
  split.className = block.classList.contains('much') ? 'split much' : 'split';
  const rows = [...block.children];
  /** @param {Element | undefined} left @param {Element | undefined} right */
  const add = (left, right) => {
    const pair = document.createElement('div');
    pair.className = 'pair';
    for (const row of [left, right]) {
      const cell = row === undefined ? empty() : row.cloneNode(true);
      if (row !== undefined && cell instanceof Element && !beside.has(row)) beside.set(row, cell);
      pair.append(cell);
    }
    split.append(pair);
  };
  for (let i = 0; i < rows.length; ) {
    const removed = run(rows, i, 'd');
    const added = run(rows, i + removed.length, 'a');
    if (removed.length + added.length === 0) {
      add(rows[i], rows[i]);
      i++;
      continue;
    }
    let [left, right] = [0, 0];
    /** What lies before the next pair stands beside each other in its order. @param {number} toLeft @param {number} toRight */
    const upTo = (toLeft, toRight) => {
      while (left < toLeft || right < toRight) {
        add(left < toLeft ? removed[left++] : undefined, right < toRight ? added[right++] : undefined);
      }
    };
    for (const [at, row] of removed.entries()) {
      const pair = row instanceof HTMLElement ? Number(row.dataset.pair ?? 0) : 0;
      const other = at + pair - removed.length;
      if (pair === 0 || other < right || other >= added.length) continue;
      upTo(at, other);
      add(removed[left++], added[right++]);
    }
    upTo(removed.length, added.length);
    i += removed.length + added.length;
  }
  block.after(split);
}

/** @param {Element[]} rows @param {number} from @param {string} kind */
function run(rows, from, kind) {
  let to = from;
  while (rows[to]?.classList.contains(kind)) to++;
  return rows.slice(from, to);
}

/** The rows of a block have changed. @param {HTMLElement} block */
export function remakeSideBySide(block) {
  const { nextElementSibling: old } = block;
  if (!old?.classList.contains('split')) return;
  for (const row of block.children) beside.delete(row);
  old.remove();
  makeSideBySide(block);
}

/** Blocks are made as they come near the screen. */
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      near.unobserve(target);
      makeSideBySide(target);
    }
  },
  { rootMargin: '1500px 0px' },
);

/** Makes it for what was put into the page later. @param {ParentNode} inside */
export function watchRows(inside) {
  if (document.documentElement.dataset.layout !== 'side-by-side') return;
  for (const block of all('.file .rows, .compared-hunk > .code > .rows', inside)) near.observe(block);
}

/** @param {string} layout */
export function setLayout(layout) {
  document.documentElement.dataset.layout = layout;
  for (const id of ['unified', 'side-by-side']) byId(id)?.setAttribute('aria-pressed', String(id === layout));
  remember('layout', layout);
  if (layout === 'side-by-side') watchRows(document);
}

export const switchLayout = () =>
  setLayout(document.documentElement.dataset.layout === 'side-by-side' ? 'unified' : 'side-by-side');

export function startLayout() {
  onClick('unified', () => setLayout('unified'));
  onClick('side-by-side', () => setLayout('side-by-side'));
  if (recall('layout') === 'side-by-side') setLayout('side-by-side');
}
