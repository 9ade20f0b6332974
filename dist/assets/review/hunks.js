import { all, around, byId, onClick, unfold } from './elements.js';
import { isViewed, setViewed } from './viewed.js';

/** @type {HTMLElement | null} */
let current = null;

export const currentHunk = () => current;

/** @param {HTMLElement} element a hunk, or a file that has none */
function go(element) {
  unfold(element);
  select(element);
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'start' });
}

/** @param {HTMLElement} element */
function select(element) {
  current?.classList.remove('current');
  current = element;
  current.classList.add('current');
  const id = around(element, '.file')?.id;
  for (const entry of all('.tree [data-file]')) entry.classList.toggle('current', entry.dataset.file === id);
}

/** What lies higher than this has been read: it is where heads stay. In CSS pixels. */
const READ_UP_TO = 60;

/** Of what is folded away, its file's. @param {HTMLElement} element */
function box(element) {
  const file = around(element, '.file');
  const folded = file?.querySelector('details')?.open === false;
  return (folded && file !== null ? file : element).getBoundingClientRect();
}

/** The current one, unless its reader has scrolled away from it. @param {HTMLElement | null} element */
function stillHere(element) {
  if (element === null) return null;
  const { top, bottom } = box(element);
  return bottom > 0 && top < innerHeight ? element : null;
}

/** The next or previous: after the current one, or after where the reader is. @param {HTMLElement[]} list @param {HTMLElement | null} from @param {number} step */
function neighbour(list, from, step) {
  const forward = step > 0;
  const side = forward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const beyond = list.filter((one) =>
    from === null
      ? box(one).top >= READ_UP_TO === forward
      : one !== from && (from.compareDocumentPosition(one) & side) !== 0,
  );
  return forward ? beyond[0] : beyond.at(-1);
}

/** Hunks of files that are viewed are passed over. @param {number} step */
export function toHunk(step) {
  const hunks = all('.file:not([hidden]) .hunk:not([hidden])').filter(
    (hunk) => !isViewed(around(hunk, '.file') ?? hunk),
  );
  const next = neighbour(hunks, stillHere(current), step);
  if (next !== undefined) go(next);
}

/** @param {number} step */
export function toFile(step) {
  const from = stillHere(current);
  const next = neighbour(all('.file:not([hidden])'), from === null ? null : around(from, '.file'), step);
  if (next !== undefined) toStartOf(next);
}

/** The file of the current hunk, or the one that is being read. */
function fileHere() {
  const here = stillHere(current);
  if (here !== null) return around(here, '.file');
  const files = all('.file:not([hidden])');
  return files.find((file) => file.getBoundingClientRect().bottom > 2 * READ_UP_TO) ?? files.at(-1) ?? null;
}

/** @param {HTMLElement} file */
function toStartOf(file) {
  const hunk = all('.hunk', file).find((one) => !one.hidden);
  select(hunk ?? file);
  (hunk ?? file).focus({ preventScroll: true });
  file.scrollIntoView({ block: 'start' });
}

/** The file is viewed, or is no longer; then on to the next that is not. */
export function viewCurrent() {
  const file = fileHere();
  if (file === null) return;
  const viewed = !isViewed(file);
  setViewed(file, viewed);
  const files = all('.file').filter((one) => !one.hidden);
  const next = viewed ? files.slice(files.indexOf(file) + 1).find((one) => !isViewed(one)) : file;
  toStartOf(next ?? file);
}

export function foldCurrent() {
  const details = fileHere()?.querySelector('details');
  if (details instanceof HTMLDetailsElement) details.open = !details.open;
}

/** Some at a time, so that the page can be used meanwhile. @param {HTMLDetailsElement[]} files @param {boolean} open */
async function setAll(files, open) {
  for (const [i, file] of files.entries()) {
    file.open = open;
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve));
  }
}

export function startHunks() {
  document.addEventListener('click', ({ target }) => {
    const hunk = target instanceof Element ? around(target, '.hunk') : null;
    if (hunk !== null) select(hunk);
  });
  const reach = () => {
    const target = byId(location.hash.slice(1));
    if (target === null) return;
    const details = target.matches('.file') ? target.querySelector('details') : null;
    if (details instanceof HTMLDetailsElement) details.open = true;
    unfold(target);
    if (target.matches('.hunk')) select(target);
    else if (target.matches('.file')) select(all('.hunk', target)[0] ?? target);
    target.scrollIntoView({ block: 'start' });
  };
  addEventListener('hashchange', reach);
  reach();
  // The same link again changes no hash, but folds open what was folded since.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('a') : null;
    if (link !== null && link.getAttribute('href') === location.hash) reach();
  });
  onClick('fold-all', () => {
    const files = all('.file > details').filter((one) => one instanceof HTMLDetailsElement);
    const open = !files.some((one) => one.open);
    const button = byId('fold-all');
    if (button !== null) button.textContent = open ? 'Fold all' : 'Unfold all';
    void setAll(files, open);
  });
}
