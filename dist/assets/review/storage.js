const PREFIX = 'forkwright-review:';

/** What was stored; null where nothing is, or where a page from disk may store nothing. @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Full, or not allowed: it is kept as long as the page is open.
  }
}
