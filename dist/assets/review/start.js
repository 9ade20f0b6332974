import { all } from './elements.js';
import { startFilter } from './filter.js';
import { startHiddenLines } from './hidden-lines.js';
import { startHunks } from './hunks.js';
import { startKeyboard } from './keyboard.js';
import { startPaper } from './paper.js';
import { startRows } from './rows.js';
import { startSearch } from './search.js';
import { startLayout } from './side-by-side.js';
import { startTheme } from './theme.js';
import { startViewed } from './viewed.js';

startTheme();
startLayout();
startRows();
startHiddenLines();
startViewed();
startFilter();
startSearch();
startKeyboard();
startHunks();
startPaper();
if (matchMedia('(max-width: 60rem)').matches) {
  const tree = all('.tree > details')[0];
  if (tree instanceof HTMLDetailsElement) tree.open = false;
}
