import { all, around, byId } from './elements.js';
import { recall, remember } from './storage.js';

/** Marks belong to the bytes of a patch: its SHA-256 is the key. @param {HTMLElement} file */
const keyOf = (file) => `viewed:${around(file, '.patch')?.dataset.key ?? ''}`;

/** @param {HTMLElement} file @returns {HTMLInputElement | null} */
const boxOf = (file) => file.querySelector('.viewed input');

/** @param {string | null} text @returns {string[]} */
function paths(text) {
  try {
    const read = JSON.parse(text ?? '[]');
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** @param {HTMLElement} file @param {boolean} viewed */
export function setViewed(file, viewed) {
  mark(file, viewed);
  const patch = around(file, '.patch');
  const marked = patch === null ? [] : all('.file', patch).filter((one) => boxOf(one)?.checked);
  remember(keyOf(file), JSON.stringify(marked.map((one) => one.dataset.path)));
  tellProgress();
}

/** @param {HTMLElement} file */
export const isViewed = (file) => boxOf(file)?.checked ?? false;

/** @param {HTMLElement} file @param {boolean} viewed */
function mark(file, viewed) {
  const box = boxOf(file);
  if (box !== null) box.checked = viewed;
  const details = file.querySelector('details');
  if (details !== null) details.open = !viewed;
  document.querySelector(`.tree [data-file="${file.id}"]`)?.classList.toggle('is-viewed', viewed);
}

function tellProgress() {
  const files = all('.file');
  const progress = byId('progress');
  if (progress !== null && files.length > 0)
    progress.textContent = `${files.filter(isViewed).length} of ${files.length} viewed`;
}

export function startViewed() {
  for (const patch of all('.patch')) {
    const marked = paths(recall(`viewed:${patch.dataset.key ?? ''}`));
    for (const file of all('.file', patch)) {
      const label = file.querySelector('.viewed input');
      label?.setAttribute('aria-label', `Viewed: ${file.dataset.path}`);
      if (marked.includes(file.dataset.path ?? '')) mark(file, true);
      label?.addEventListener('change', () => setViewed(file, isViewed(file)));
    }
  }
  tellProgress();
}
