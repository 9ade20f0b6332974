/** @param {string} id @returns {HTMLElement | null} */
export const byId = (id) => document.getElementById(id);

/** @param {string} selector @param {ParentNode} [inside] @returns {HTMLElement[]} */
export const all = (selector, inside = document) =>
  [...inside.querySelectorAll(selector)].filter((e) => e instanceof HTMLElement);

/** @param {Element} element @param {string} selector @returns {HTMLElement | null} */
export const around = (element, selector) => {
  const found = element.closest(selector);
  return found instanceof HTMLElement ? found : null;
};

/** @param {string} name @param {string} className @param {string} [text] */
export function make(name, className, text = '') {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Opens everything that this lies folded in. @param {Element} element */
export function unfold(element) {
  for (let at = around(element, 'details'); at !== null; at = at.parentElement && around(at.parentElement, 'details')) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
}

/** @param {string} id @param {() => void} does */
export function onClick(id, does) {
  byId(id)?.addEventListener('click', does);
}

/** @param {number} n @param {string} one */
export const plural = (n, one) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
