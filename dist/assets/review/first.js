/* Before anything is drawn: there is a script, and which theme was chosen last. */
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('forkwright-review:theme');
    if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;
  } catch {
    // No storage for this page: the system's theme.
  }
})();
