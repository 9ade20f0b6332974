import { all } from './elements.js';

/** For browsers that do not know how to print what is folded: it is unfolded, and folded again afterwards. */
export function startPaper() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener('beforeprint', () => {
    const details = all('details').filter((one) => one instanceof HTMLDetailsElement);
    opened = details.filter((one) => !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
}
