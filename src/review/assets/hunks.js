import { all, around, byId, onClick, unfold } from './elements.js';
import { isViewed, setViewed } from './viewed.js';

/** @type {HTMLElement | null} */
let current = null;

export const currentHunk = () => current;
export const currentFile = () => (current === null ? null : around(current, '.file'));

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

/** Hunks of files that are viewed are passed over. @param {number} step */
export function toHunk(step) {
  const hunks = all('.file .hunk').filter(
    (hunk) => !hunk.hidden && (hunk === current || !isViewed(around(hunk, '.file') ?? hunk)),
  );
  const next = hunks[current === null ? (step > 0 ? 0 : -1) : hunks.indexOf(current) + step];
  if (next !== undefined) go(next);
}

/** @param {number} step */
export function toFile(step) {
  const files = all('.file').filter((file) => !file.hidden);
  const file = currentFile();
  const next = files[file === null ? (step > 0 ? 0 : -1) : files.indexOf(file) + step];
  if (next !== undefined) toStartOf(next);
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
  const file = currentFile() ?? all('.file')[0];
  if (file === undefined) return;
  const viewed = !isViewed(file);
  setViewed(file, viewed);
  const files = all('.file').filter((one) => !one.hidden);
  const next = viewed ? files.slice(files.indexOf(file) + 1).find((one) => !isViewed(one)) : file;
  toStartOf(next ?? file);
}

export function foldCurrent() {
  const details = currentFile()?.querySelector('details');
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
    const target = byId(decodeURIComponent(location.hash.slice(1)));
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
    if (target instanceof Element && target.closest(`a[href="${location.hash}"]`) !== null) reach();
  });
  onClick('fold-all', () => {
    const files = all('.file > details').filter((one) => one instanceof HTMLDetailsElement);
    const open = !files.some((one) => one.open);
    const button = byId('fold-all');
    if (button !== null) button.textContent = open ? 'Fold all' : 'Unfold all';
    void setAll(files, open);
  });
}
