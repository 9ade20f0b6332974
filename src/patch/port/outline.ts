import { PYTHON_TEXT, pythonLines } from '../parts/python-lines.ts';
import { isBlank, isTelling, type LineRange, type TextFile } from './lines.ts';
import { COutline } from './outline-c.ts';
import type { Outline, Site, SiteKind } from './site.ts';

const made = new WeakMap<TextFile, Outline>();

/** Files of which functions and statements are known. */
export const isCode = (path: string): boolean => /\.(?:[ch]|pyi?)$/.test(path);

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

const HEAD = /^(\s*)(?:async\s+)?(def|class)\s+(\w+)/;

/** The outline of Python: the path of classes and functions, by indentation; text in strings is no code. */
function outlinePython(file: TextFile): Outline {
  const shown = file.text.replace(PYTHON_TEXT, (s) => (s.startsWith('#') ? s : s.replace(/[^\n]/g, '"'))).split('\n');
  /** Lines that begin inside of a string: their indentation says nothing. */
  const inString = new Set(pythonLines(file.text).lines.flatMap(({ kind }, i) => (kind === 'string' ? [i] : [])));
  const indentOf = (line: string) => (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '        ').length;
  const isCode = (i: number) => !inString.has(i) && !isBlank(shown[i] ?? '') && !/^\s*#/.test(shown[i] ?? '');

  const siteAt = (before: number, indent: number): Site => {
    const path: string[] = [];
    /** The statements around, inside of the innermost function or class, and outside of it. */
    const [inside, outside]: [string[], string[]] = [[], []];
    let limit = indent;
    /** An `else` is of the `if` above it, which is indented as it is. */
    let partner = false;
    for (let i = before - 1; i >= 0 && (limit > 0 || partner); i--) {
      if (!isCode(i)) continue;
      const mine = indentOf(shown[i] ?? '');
      if (partner ? mine > limit : mine >= limit) continue;
      const [, , kind, name] = HEAD.exec(shown[i] ?? '') ?? [];
      const text = (file.lines[i] ?? '').replace(/\s+/g, ' ').trim();
      if (partner && mine === limit && !/^(?:if|elif|for|while|try|except|else|async|with)\b/.test(text)) continue;
      if (kind !== undefined) path.unshift(`${kind} ${name}`);
      else (path.length === 0 ? inside : outside).unshift(text);
      partner = /^(?:elif|else|except|finally)\b/.test(text);
      limit = mine;
    }
    const block = inside.join(' / ');
    const kind = kindAt(before);
    if (path.length > 0) return { keys: [path.join(' ')], conditions: outside, block, kind };
    return { keys: [], near: near(before), conditions: [], block, kind };
  };
  const kindAt = (i: number): SiteKind =>
    inString.has(i) ? 'string' : /^\s*#/.test(shown[i] ?? '') ? 'comment' : 'code';
  const near = (at: number) => {
    const isHead = (line: string, i: number) => !inString.has(i) && HEAD.exec(line)?.[1] === '';
    const named = (line: string | undefined) =>
      line === undefined ? undefined : (HEAD.exec(line) ?? []).slice(2).join(' ');
    const before = named(shown.slice(0, at).findLast(isHead)) ?? 'the start of the file';
    const after = named(shown.find((line, i) => i >= at && isHead(line, i))) ?? 'the end of the file';
    return { before, after };
  };
  /** In a string, or on a blank line: as the code before it. */
  const lineSite = (index: number): Site => {
    let i = index;
    while (i > 0 && (inString.has(i) || isBlank(shown[i] ?? ''))) i--;
    return { ...siteAt(i, indentOf(shown[i] ?? '')), kind: kindAt(index) };
  };
  return {
    line: lineSite,
    gap: (index, inserted) => {
      if (inString.has(index)) return lineSite(index);
      const indents = inserted.filter((line) => !isBlank(line)).map(indentOf);
      return indents.length === 0
        ? { ...lineSite(Math.max(0, index - 1)), kind: 'code' }
        : { ...siteAt(index, Math.min(...indents)), kind: 'code' };
    },
    regions: (keys) => {
      const out: LineRange[] = [];
      shown.forEach((line, i) => {
        const [, , kind, name] = isCode(i) ? (HEAD.exec(line) ?? []) : [];
        if (kind === undefined) return;
        const outer = siteAt(i, indentOf(line)).keys[0];
        if (!keys.includes(outer === undefined ? `${kind} ${name}` : `${outer} ${kind} ${name}`)) return;
        let end = i + 1;
        for (let j = i + 1; j < shown.length; j++) {
          if (inString.has(j)) end = j + 1;
          if (!isCode(j)) continue;
          if (indentOf(shown[j] ?? '') <= indentOf(line) && !/^\s*[)\]}]/.test(shown[j] ?? '')) break;
          end = j + 1;
        }
        out.push({ start: i, end });
      });
      return out;
    },
  };
}
