import { isBlank, type LineRange, lineStarts, type TextFile } from './lines.ts';
import type { Outline, Site } from './outline.ts';

const STRING =
  /#[^\n]*|[rbuRBU]{0,2}(?:'''[\s\S]*?(?:'''|$)|"""[\s\S]*?(?:"""|$)|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")/g;
const HEAD = /^(\s*)(?:async\s+)?(def|class)\s+(\w+)/;

/** The outline of Python: the path of classes and functions, by indentation; text in strings is no code. */
export function outlinePython(file: TextFile): Outline {
  const shown = file.text.replace(STRING, (s) => (s.startsWith('#') ? s : s.replace(/[^\n]/g, '"'))).split('\n');
  /** Lines that begin inside of a string: their indentation says nothing. */
  const inString = new Set<number>();
  const starts = lineStarts(file.lines);
  for (const m of file.text.matchAll(STRING)) {
    if (!m[0].includes('\n')) continue;
    starts.forEach((start, i) => {
      if (start > m.index && start < m.index + m[0].length) inString.add(i);
    });
  }
  const indentOf = (line: string) => (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '        ').length;
  const isCode = (i: number) => !inString.has(i) && !isBlank(shown[i] ?? '') && !/^\s*#/.test(shown[i] ?? '');

  const siteAt = (before: number, indent: number): Site => {
    const path: string[] = [];
    let block = '';
    let limit = indent;
    for (let i = before - 1; i >= 0 && limit > 0; i--) {
      if (!isCode(i)) continue;
      const mine = indentOf(shown[i] ?? '');
      if (mine >= limit) continue;
      const [, , kind, name] = HEAD.exec(shown[i] ?? '') ?? [];
      if (kind !== undefined) path.unshift(`${kind} ${name}`);
      else if (block === '' && path.length === 0) block = (file.lines[i] ?? '').replace(/\s+/g, ' ').trim();
      limit = mine;
    }
    if (path.length > 0) return { keys: [path.join(' ')], conditions: [], block };
    return { keys: [], near: near(before), conditions: [], block };
  };
  const near = (at: number) => {
    const head = (i: number) => {
      const [, space, kind, name] = inString.has(i) ? [] : (HEAD.exec(shown[i] ?? '') ?? []);
      return space === '' ? `${kind} ${name}` : undefined;
    };
    let [before, after] = ['the start of the file', 'the end of the file'];
    for (let i = at - 1; i >= 0; i--) {
      const name = head(i);
      if (name === undefined) continue;
      before = name;
      break;
    }
    for (let i = at; i < shown.length; i++) {
      const name = head(i);
      if (name === undefined) continue;
      after = name;
      break;
    }
    return { before, after };
  };
  /** In a string, or on a blank line: as the code before it. */
  const lineSite = (index: number): Site => {
    let i = index;
    while (i > 0 && (inString.has(i) || isBlank(shown[i] ?? ''))) i--;
    return siteAt(i, indentOf(shown[i] ?? ''));
  };
  return {
    line: lineSite,
    gap: (index, inserted) => {
      if (inString.has(index)) return lineSite(index);
      const indents = inserted.filter((line) => !isBlank(line)).map(indentOf);
      return indents.length === 0 ? lineSite(Math.max(0, index - 1)) : siteAt(index, Math.min(...indents));
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
