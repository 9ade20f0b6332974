import { all, byId, onClick, unfold } from './elements.js';
import { linesOfText, rowsOfText } from './rows.js';
import { makeSideBySide, shown } from './side-by-side.js';

/** More are counted, but not drawn. */
const MOST_DRAWN = 2000;

/**
 * Of a hunk that is still text, the text and which of its lines; its row is made when it is gone to.
 * @typedef {{ row?: HTMLElement | undefined, text?: HTMLElement, line?: number, start: number }} Match
 */
/** @type {Match[]} */
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
  /** @param {string} code @param {Omit<Match, 'start'>} where */
  const look = (code, where) => {
    const hay = folds ? code.toLowerCase() : code;
    for (let at = hay.indexOf(text); at >= 0; at = hay.indexOf(text, at + text.length))
      matches.push({ ...where, start: at });
  };
  if (text !== '') {
    for (const found of all('.file .rows > .r, .file pre.lines, .compared .rows > .r')) {
      if (!found.matches('pre')) look(codeOf(found)?.textContent ?? '', { row: found });
      else for (const [line, code] of linesOfText(found).entries()) look(code.slice(1), { text: found, line });
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
  const match = matches[found];
  const row = match && rowOfMatch(match);
  if (row === undefined) return;
  const hidden = row.closest('[hidden]');
  if (hidden instanceof HTMLElement)
    for (const element of [hidden, ...all('.hunk[hidden]', hidden)]) element.hidden = false;
  unfold(row);
  // Made when it came near the screen, it would copy the mark of the row that it hides.
  if (row.parentElement !== null && document.documentElement.dataset.layout === 'side-by-side')
    makeSideBySide(row.parentElement);
  shown(row).scrollIntoView({ block: 'center' });
  draw();
}

/** @param {Match} match */
function rowOfMatch(match) {
  if (match.text !== undefined) match.row ??= rowsOfText(match.text)[match.line ?? 0];
  return match.row;
}

/** The range of a match within the text nodes of its row, if that is made. @param {Match} match */
function rangeOf({ row, start }) {
  const code = row === undefined ? null : codeOf(shown(row));
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
  if (here?.row !== undefined) shown(here.row).classList.add('found-here');
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
