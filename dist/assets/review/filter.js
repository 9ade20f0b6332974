import { all, byId, plural } from './elements.js';

/** Shows the hunks of one edit (`p1e2`) or one patch (`p1`) alone; all for ''. @param {string} wanted */
function filterBy(wanted) {
  const hunks = all('.file .hunk');
  const fits = (/** @type {HTMLElement} */ hunk) => {
    const edits = (hunk.dataset.edits ?? '').split(' ');
    return wanted === '' || edits.includes(wanted) || hunk.closest('.patch')?.id === wanted;
  };
  for (const hunk of hunks) hunk.hidden = !fits(hunk);
  for (const gap of all('.file .gap')) gap.hidden = wanted !== '';
  for (const file of all('.file')) {
    file.hidden = wanted !== '' && !all('.hunk', file).some((hunk) => !hunk.hidden);
    const entry = document.querySelector(`.tree [data-file="${file.id}"]`);
    if (entry instanceof HTMLElement) entry.hidden = file.hidden;
  }
  const count = byId('filter-count');
  const shown = hunks.filter((hunk) => !hunk.hidden).length;
  if (count !== null) count.textContent = wanted === '' ? '' : `${shown} of ${plural(hunks.length, 'hunk')}`;
}

export function startFilter() {
  const select = byId('filter');
  if (select instanceof HTMLSelectElement) select.addEventListener('change', () => filterBy(select.value));
}
