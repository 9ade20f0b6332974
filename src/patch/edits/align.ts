import { lineStart, tokens } from '../../c/lex.ts';
import type { Range } from '../../c/source.ts';
import { evenedOut } from '../pattern.ts';
import type { Dedent } from '../site.ts';
import { startsLine } from './removal.ts';

/** Code up to a `;` or a brace, with the comments that belong to it. */
interface Unit extends Range {
  /** Its code, and how far its line is indented when it starts one: what is equal need not be touched. */
  readonly key: string;
  /** The white space before it; `undefined` when it does not start a line. */
  readonly indent: string | undefined;
  readonly comments: readonly string[];
}

/** What is to be done to a stretch of code, so that it becomes another text. */
export interface Change {
  /** Empty where text is only put in, before the token that starts there. */
  readonly range: Range;
  readonly text: string;
  readonly dedent: Dedent | undefined;
}

/**
 * The least changes by which a stretch of a file becomes a new text: statements that both have, equally indented, stay as
 * they stand, with their comments.
 * @param quoted comments that go unless the new text has them.
 * @param by the new text, its lines indented as wanted.
 * @param from where in it the code begins that takes the place of the stretch.
 */
export function changesOf(
  text: string,
  stretch: Range,
  by: string,
  from: number,
  quoted: ReadonlySet<string>,
): Change[] {
  const old = unitsOf(text, stretch, quoted);
  const now = unitsOf(by, { start: from, end: by.length }, undefined);
  const kept = common(old, now, quoted);
  const [last] = kept.slice(-1);
  // What comes after the last statement that stays is put in together with it.
  if (last?.[0] === old.length - 1 && last[1] < now.length - 1) kept.pop();
  const out: Change[] = [];
  const change = (from: number, to: number, first: number, beyond: number) => {
    const units = now.slice(first, beyond);
    const put = by.slice(units[0]?.start ?? 0, units.at(-1)?.end ?? 0);
    const [start, end] = [old[from], old[to - 1]];
    if (start === undefined || (to === from && put === '')) return;
    const [have, want] = [start.indent, units[0]?.indent];
    const deeper = have !== undefined && want?.startsWith(have) ? want.slice(have.length) : '';
    const line = lineStart(text, start.start);
    const dedent =
      have !== undefined && want !== undefined && have !== want && have.startsWith(want)
        ? { start: line, end: start.start, from: have, to: want }
        : undefined;
    const between = by.slice(units.at(-1)?.end ?? 0, now[beyond]?.start ?? 0);
    const after = to > from ? '' : have === undefined ? between.replace(/\s+/, ' ') : `\n${have}`;
    const range = { start: start.start, end: to > from && end !== undefined ? end.end : start.start };
    out.push({ range, text: deeper + put + after, dedent });
  };
  let [i, j] = [0, 0];
  for (const [a, b] of kept) {
    change(i, a, j, b);
    [i, j] = [a + 1, b + 1];
  }
  change(i, old.length, j, now.length);
  return out;
}

/** @param quoted comments that are a part of the unit at whose ends they stand; all, unless given. */
function unitsOf(text: string, { start, end }: Range, quoted: ReadonlySet<string> | undefined): Unit[] {
  const out: Unit[] = [];
  let code: string[] = [];
  let comments: { start: number; end: number; text: string }[] = [];
  let first: number | undefined;
  let last = start;
  let round = 0;
  const isPart = (comment: string) => quoted === undefined || quoted.has(comment);
  const flush = () => {
    if (first === undefined) return;
    const from = first;
    const leading = comments.filter((c) => c.start < from && isPart(c.text));
    const at = leading[0]?.start ?? from;
    const indent = startsLine(text, at) ? text.slice(lineStart(text, at), at) : undefined;
    const key = `${indent ?? '-'}|${code.join(' ')}`;
    out.push({ start: at, end: last, key, indent, comments: comments.map((c) => c.text) });
    [code, comments, first] = [[], [], undefined];
  };
  for (const t of tokens(text, start, end)) {
    const word = text.slice(t.start, t.end);
    if (t.kind === 'comment') {
      const said = evenedOut(word);
      const unit = out.at(-1);
      if (
        first === undefined &&
        unit !== undefined &&
        !text.slice(last, t.start).includes('\n') &&
        comments.length === 0
      ) {
        out[out.length - 1] = { ...unit, end: isPart(said) ? t.end : unit.end, comments: [...unit.comments, said] };
        if (isPart(said)) last = t.end;
      } else comments.push({ start: t.start, end: t.end, text: said });
      continue;
    }
    if (word === '}' && round === 0) flush();
    first ??= t.start;
    code.push(word);
    last = t.end;
    if (word === '(' || word === '[') round++;
    if (word === ')' || word === ']') round = Math.max(0, round - 1);
    if (round === 0 && /^[;{}]$/.test(word)) flush();
  }
  flush();
  const rest = out.at(-1);
  if (comments.length > 0 && quoted === undefined && rest !== undefined)
    out[out.length - 1] = {
      ...rest,
      end: comments.at(-1)?.end ?? rest.end,
      comments: [...rest.comments, ...comments.map((c) => c.text)],
    };
  return out;
}

/** The longest common row of units: pairs of their numbers. */
function common(old: readonly Unit[], now: readonly Unit[], quoted: ReadonlySet<string>): [number, number][] {
  const equal = (a: Unit, b: Unit) =>
    a.key === b.key &&
    b.comments.every((c) => a.comments.includes(c)) &&
    a.comments.every((c) => !quoted.has(c) || b.comments.includes(c));
  const length = old.map(() => now.map(() => 0));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      (length[i] as number[])[j] = equal(old[i] as Unit, now[j] as Unit)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
  const out: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < old.length && j < now.length; ) {
    if (equal(old[i] as Unit, now[j] as Unit)) out.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return out;
}
