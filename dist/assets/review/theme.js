import { onClick } from './elements.js';
import { remember } from './storage.js';

/** The other theme than the one that is shown now. */
export function switchTheme() {
  const { dataset } = document.documentElement;
  const dark =
    dataset.theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : dataset.theme === 'dark';
  dataset.theme = dark ? 'light' : 'dark';
  remember('theme', dataset.theme);
}

export function startTheme() {
  onClick('theme', switchTheme);
}
