import { byId, onClick } from './elements.js';
import { showAround } from './hidden-lines.js';
import { currentHunk, foldCurrent, toFile, toHunk, viewCurrent } from './hunks.js';
import { leaveSearch } from './search.js';
import { switchLayout } from './side-by-side.js';
import { recall, remember } from './storage.js';
import { switchTheme } from './theme.js';

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId('keys'));

function help() {
  const box = dialog();
  if (box?.open) box.close();
  else box?.showModal();
}

/** @type {Readonly<Record<string, () => unknown>>} */
const COMMANDS = {
  j: () => toHunk(1),
  k: () => toHunk(-1),
  n: () => toFile(1),
  p: () => toFile(-1),
  v: viewCurrent,
  o: foldCurrent,
  e: () => {
    const hunk = currentHunk();
    if (hunk !== null) void showAround(hunk);
  },
  u: () => {
    switchLayout();
    currentHunk()?.scrollIntoView({ block: 'start' });
  },
  d: switchTheme,
  '/': () => byId('search')?.focus(),
  Escape: leaveSearch,
  '?': help,
};

export function startKeyboard() {
  const on = /** @type {HTMLInputElement | null} */ (byId('keys-on'));
  if (on !== null) on.checked = recall('keys') !== 'off';
  on?.addEventListener('change', () => remember('keys', on.checked ? 'on' : 'off'));
  onClick('help', help);
  onClick('keys-close', help);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.matches('input:not([type="checkbox"]), select, textarea'))
      return;
    if (on?.checked === false || (dialog()?.open && event.key !== '?')) return;
    const command = COMMANDS[event.key];
    if (command === undefined) return;
    event.preventDefault();
    command();
  });
}
