import { isTelling, type LineRange, type TextFile } from './lines.ts';
import { COutline } from './outline-c.ts';
import { outlinePython } from './outline-python.ts';
import type { Outline, Site } from './site.ts';

const made = new WeakMap<TextFile, Outline>();

/** The outline of a file, by its name's ending; of a language that is not known: the file as one stretch. */
export function outlineOf(file: TextFile): Outline {
  const make = () =>
    /\.[ch]$/.test(file.path) ? new COutline(file) : /\.pyi?$/.test(file.path) ? outlinePython(file) : plain(file);
  const outline = made.get(file) ?? make();
  made.set(file, outline);
  return outline;
}

/** Of a language that is not known, the nearest line above that is not indented is what a line belongs to: a target, a heading. */
function plain(file: TextFile): Outline {
  const site = (index: number): Site => {
    let i = index - 1;
    while (i >= 0 && !(/^[^\s#]/.test(file.lines[i] ?? '') && isTelling(file.lines[i] ?? ''))) i--;
    return { keys: [], conditions: [], block: (file.lines[i] ?? '').trim(), kind: 'code' };
  };
  return { line: site, gap: site, regions: () => [{ start: 0, end: file.lines.length }] };
}

/** The stretches in which a text must be unique: those that the site names, or the whole file. */
export function regionsOf(file: TextFile, site: Site): readonly LineRange[] {
  return site.keys.length === 0 ? [{ start: 0, end: file.lines.length }] : outlineOf(file).regions(site.keys);
}
