import { lineEnd, lineStart, newlineAt } from '../../c/lex.ts';
import type { Range } from '../../c/source.ts';
import { utf8AsLatin1 } from '../../checkout/latin1.ts';
import type { Part } from '../parts/part.ts';
import { nextLine } from '../parts/whole-lines.ts';
import { literally, type TextFinding, type TextPlace } from './text.ts';

/** Beside a part or inside of it. */
export type At = 'before' | 'start' | 'end' | 'after';

/** Where lines are added: beside lines of the file, or at a place of a part. */
export type Where = { readonly before: string } | { readonly after: string } | { readonly at: At };

/** Whole lines of a text, without the line break that ends a block of YAML. */
const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);

/** As it stands in text of the recipe that was made bytes. */
const ANY = utf8AsLatin1('…');

/** Whole lines, wherever they stand in the parts: their indentation does not matter, nor how wide white space is; `…` is any text. */
export function findLines(text: string, lines: string, parts: readonly Range[]): Range[] {
  const one = (line: string) => {
    const words = line.trim().split(/[ \t]+/);
    const pattern = words.map((word) => word.split(ANY).map(literally).join('[^\\r\\n]*')).join('[ \\t]+');
    return `[ \\t]*${pattern}[ \\t]*`;
  };
  const pattern = new RegExp(`(?<![^\\n])${linesOf(lines).map(one).join('\\r?\\n')}(?=\\r?\\n|$)`, 'g');
  return [...text.matchAll(pattern)]
    .map((m) => ({ start: m.index, end: nextLine(text, m.index + m[0].length) }))
    .filter((line) => parts.some((part) => part.start <= line.start && line.end <= nextLine(text, part.end - 1)));
}

const indentAt = (text: string, offset: number): string => {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? '';
};

/** Lines as they are put beside others: indented as those are, blank ones not at all. */
function indented(lines: string, indent: string, newline: string): string {
  return linesOf(lines)
    .map((line) => `${line.trim() === '' ? '' : indent + line}${newline}`)
    .join('');
}

interface Spot {
  /** Where a line begins, or the end of the text. */
  readonly offset: number;
  readonly indent: string;
  /** The new lines come behind what stands there, not before it. */
  readonly behind: boolean;
  readonly glue?: string | undefined;
  /** What people are shown: the line or part that the new lines come beside. */
  readonly shown: number;
}

function spotsOf(text: string, parts: readonly Part[], where: Where): (Spot | { readonly none: number })[] {
  if ('at' in where) {
    const { at } = where;
    return parts.map((part) => {
      const inside = at === 'start' || at === 'end';
      const range = inside ? part.inner : part;
      const behind = at === 'start' || at === 'after';
      const offset = range?.[at === 'start' || at === 'before' ? 'start' : 'end'];
      if (range === undefined || offset === undefined || (lineStart(text, offset) !== offset && offset < text.length))
        return { none: part.start };
      const indent = inside ? (part.indent ?? '') : indentAt(text, part.start);
      return { offset, indent, behind, glue: at === 'end' ? part.glue : undefined, shown: part.start };
    });
  }
  const behind = 'after' in where;
  return findLines(text, 'after' in where ? where.after : where.before, parts).map((line) => ({
    offset: behind ? line.end : line.start,
    indent: indentAt(text, line.start),
    behind,
    shown: line.start,
  }));
}

/** Adds whole lines. They are indented as the line is that they are put beside. */
export function findAddedLines(text: string, parts: readonly Part[], lines: string, where: Where): TextFinding {
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  for (const spot of spotsOf(text, parts, where)) {
    if ('none' in spot) {
      problem ??= { offset: spot.none, message: 'this part has no lines of its own there' };
      continue;
    }
    const { offset, indent, behind, shown } = spot;
    const decision = 'the lines are added';
    const newline = newlineAt(text, Math.max(0, offset - 1));
    const block = indented(lines, indent, newline);
    const ended = text.endsWith('\n') ? text : text + newline;
    const at = behind ? offset : offset - block.length;
    const inPlace = at >= 0 && ended.startsWith(block, at) && lineStart(ended, at) === at;
    if (inPlace) {
      done.push(shown);
      continue;
    }
    const goesOn = /\\\r?\n$/.test(text.slice(0, offset));
    const makes = /\\\r?\n$/.test(block);
    const glue = !goesOn && !makes ? spot.glue : undefined;
    const endsThere = lineEnd(text, lineStart(text, Math.max(0, offset - 1)));
    if (glue === undefined && goesOn !== makes)
      problem ??= {
        offset: shown,
        message: goesOn
          ? 'the line before goes on in the next: the last new line must end with a backslash, too'
          : 'the line before does not go on: the last new line must not end with a backslash',
      };
    else if (glue !== undefined)
      places.push({ start: endsThere, end: offset, replacement: glue + newline + block, decision, shown });
    else {
      const open = offset === text.length && offset > 0 && !text.endsWith('\n');
      const replacement = open ? newline + block.slice(0, -newline.length) : block;
      places.push({ start: offset, end: offset, replacement, decision, shown });
    }
  }
  return { places, done, problem };
}

/** Takes whole lines out: those that are found in the parts, or the parts themselves. */
export function findDroppedLines(text: string, parts: readonly Part[], lines: string | undefined): TextFinding {
  const found = lines === undefined ? parts.map((part) => withBlankLines(text, part)) : findLines(text, lines, parts);
  const places = found.map(({ start, end }) => ({ start, end, replacement: '', decision: 'it is taken out' }));
  return { places, done: [] };
}

/** A part that blank lines stand around goes with those behind it. */
function withBlankLines(text: string, { start, end }: Range): Range {
  if (!/\n$/.test(text.slice(start, end)) || !/(?:^|\n)[ \t]*\r?\n$/.test(text.slice(0, start))) return { start, end };
  const blank = /(?:[ \t]*\r?\n)*/y;
  blank.lastIndex = end;
  return { start, end: end + (blank.exec(text)?.[0].length ?? 0) };
}

/** Puts lines in the place of whole parts, indented as those are; where a part has no line for itself, text. */
export function findReplacedParts(text: string, parts: readonly Part[], lines: string): TextFinding {
  const made = parts.map((part) => {
    const whole = lineStart(text, part.start) === part.start && /\n$/.test(text.slice(part.start, part.end));
    const newline = newlineAt(text, part.start);
    const block = lines === '' ? '' : indented(lines, whole ? indentAt(text, part.start) : '', newline);
    return { ...part, replacement: whole || block === '' ? block : block.slice(0, -newline.length) };
  });
  // What is put there may have more in it than a part of the name.
  const isDone = ({ start, end, replacement }: Range & { replacement: string }) => {
    for (let at = text.indexOf(replacement); replacement !== '' && at >= 0; at = text.indexOf(replacement, at + 1))
      if (at <= start && end <= at + replacement.length) return true;
    return false;
  };
  const all = [{ start: 0, end: text.length }];
  const gone = parts.length === 0 && lines !== '' ? findLines(text, lines, all).map((line) => line.start) : [];
  return {
    places: made.flatMap((p) =>
      isDone(p) ? [] : [{ start: p.start, end: p.end, replacement: p.replacement, decision: 'the part is replaced' }],
    ),
    done: [...made.filter(isDone).map((p) => p.start), ...gone],
  };
}
