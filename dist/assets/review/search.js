import { all, byId, onClick, unfold } from './elements.js';
import { makeSideBySide, shown } from './side-by-side.js';

/** More are counted, but not drawn. */
const MOST_DRAWN = 2000;

/** @type {{ row: HTMLElement, start: number }[]} */
let matches = [];
let found = -1;
let needle = '';

const input = () => /** @type {HTMLInputElement | null} */ (byId('search'));
/** The code of a row, without its margins. @param {Element} row */
const codeOf = (row) => row.lastElementChild;

/** Case counts only when it is typed. @param {string} text */
function find(text) {
  needle = text;
  matches = [];
  found = -1;
  const folds = text === text.toLowerCase();
  if (text !== '') {
    for (const row of all('.file .rows > .r, .compared .rows > .r')) {
      const code = codeOf(row)?.textContent ?? '';
      const hay = folds ? code.toLowerCase() : code;
      for (let at = hay.indexOf(text); at >= 0; at = hay.indexOf(text, at + text.length))
        matches.push({ row, start: at });
    }
  }
  draw();
}

/** @param {number} step */
export function toMatch(step) {
  const text = input()?.value ?? '';
  if (text !== needle) find(text);
  if (matches.length === 0) return;
  found = (found + step + matches.length + (found < 0 && step < 0 ? 1 : 0)) % matches.length;
  const row = matches[found]?.row;
  if (row === undefined) return;
  const hidden = row.closest('[hidden]');
  if (hidden instanceof HTMLElement)
    for (const element of [hidden, ...all('.hunk[hidden]', hidden)]) element.hidden = false;
  unfold(row);
  if (
    row.parentElement?.nextElementSibling?.classList.contains('split') === false &&
    document.documentElement.dataset.layout === 'side-by-side'
  )
    makeSideBySide(row.parentElement);
  shown(row).scrollIntoView({ block: 'center' });
  draw();
}

/** The range of a match within the text nodes of its row. @param {{ row: HTMLElement, start: number }} match */
function rangeOf({ row, start }) {
  const code = codeOf(shown(row));
  if (code === null) return undefined;
  const range = new Range();
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let before = 0;
  let begun = false;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (!begun && start < before + length) {
      range.setStart(node, start - before);
      begun = true;
    }
    if (begun && start + needle.length <= before + length) {
      range.setEnd(node, start + needle.length - before);
      return range;
    }
    before += length;
  }
  return undefined;
}

function draw() {
  const count = byId('search-count');
  if (count !== null) {
    const total = matches.length.toLocaleString('en');
    count.textContent =
      needle === ''
        ? ''
        : matches.length === 0
          ? 'nothing found'
          : found < 0
            ? `${total} found`
            : `${found + 1} of ${total}`;
  }
  for (const row of all('.found-here')) row.classList.remove('found-here');
  const here = matches[found];
  if (here !== undefined) shown(here.row).classList.add('found-here');
  if (!('highlights' in CSS)) return;
  const ranges = matches.slice(0, MOST_DRAWN).map(rangeOf);
  CSS.highlights.set('found', new Highlight(...ranges.filter((range) => range !== undefined)));
  const range = here === undefined ? undefined : rangeOf(here);
  CSS.highlights.set('found-here', range === undefined ? new Highlight() : new Highlight(range));
}

export function leaveSearch() {
  const field = input();
  if (field !== null) field.value = '';
  field?.blur();
  find('');
}

export function startSearch() {
  const field = input();
  let timer = 0;
  field?.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Enter may have been faster.
      if (field.value !== needle) find(field.value);
    }, 120);
  });
  field?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') toMatch(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') leaveSearch();
    else return;
    event.preventDefault();
  });
  onClick('search-next', () => toMatch(1));
  onClick('search-previous', () => toMatch(-1));
}
