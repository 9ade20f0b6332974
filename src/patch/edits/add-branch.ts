import { findConditionals, type Group } from '../../c/conditionals.ts';
import { lineStart, newlineAt, tokens } from '../../c/lex.ts';
import type { Parser } from '../../c/parser.ts';
import { type CSource, readC } from '../../c/source.ts';
import { BadPattern } from '../pattern.ts';
import { applyEdits } from '../ranges.ts';
import { errorsAt } from './c-lines.ts';
import { isMeant } from './condition.ts';
import { readDirective } from './guard.ts';
import { indentAt } from './removal.ts';
import type { TextFinding, TextPlace } from './text.ts';

/** A branch that an `#if` gets. */
export interface NewBranch {
  /** The first condition of the `#if` that gets it: `#ifdef X`. */
  readonly to: string;
  readonly holds?: string | undefined;
  readonly within?: string | undefined;
  /** `#elif X`; without it the branch is `#else`. */
  readonly elif?: string | undefined;
  readonly text: string;
}

/** @throws BadPattern when the text has a part of an `#if`. */
export function wholeConditionals(text: string): void {
  if (findConditionals(text).unbalanced.length > 0) throw new BadPattern('the text has a part of an #if only');
}

/** An `#if` gets an `#elif`, behind those that it has, or an `#else`. */
export function findNewBranch(parser: Parser, path: string, text: string, added: NewBranch): TextFinding {
  const source = readC(path, text);
  const places: TextPlace[] = [];
  const done: number[] = [];
  for (const group of source.conditionals.groups) {
    if (!isAsked(source, group, added)) continue;
    const found = placeIn(source, group, added);
    if (found === 'done') done.push(group.start);
    else if (typeof found === 'string') return { places, done, problem: { offset: group.start, message: found } };
    else places.push(found);
  }
  for (const place of places)
    if (breaks(parser, source, places, place))
      return { places, done, problem: { offset: place.start, message: 'the code would not be C any more' } };
  return { places, done };
}

/** Whether a group has the condition, and is where it must be. */
function isAsked(source: CSource, { branches }: Group, { to, holds, within }: NewBranch): boolean {
  const [first] = branches;
  if (first === undefined || JSON.stringify(first.condition) !== readDirective(to, 'if').condition) return false;
  const whole = { ...first, bodyEnd: branches.at(-1)?.bodyEnd ?? first.bodyEnd };
  return isMeant(source, whole, { holds, within });
}

function placeIn({ text }: CSource, { branches, endifStart }: Group, added: NewBranch): TextPlace | string {
  const newline = newlineAt(text, endifStart);
  const last = branches.findLast((b) => b.condition !== undefined);
  const otherwise = branches.find((b) => b.condition === undefined);
  const indent = last === undefined ? '' : indentOf(text, last.bodyStart, last.bodyEnd);
  const body = blockOf(added.text, indent, newline);
  const elif = added.elif === undefined ? undefined : readDirective(added.elif, 'elif');
  const there =
    elif === undefined ? otherwise : branches.find((b, i) => i > 0 && JSON.stringify(b.condition) === elif.condition);
  if (there !== undefined)
    return text.slice(there.bodyStart, there.bodyEnd) === body
      ? 'done'
      : 'it has such a branch, with other lines in it';
  const at = elif === undefined ? endifStart : (otherwise?.start ?? endifStart);
  const replacement = (elif?.line ?? '#else') + newline + body;
  return { start: at, end: at, replacement, decision: `it gets ${elif?.line ?? '#else'}`, beside: true };
}

/** The indentation of the first line of code or, where there is none, of the first directive. */
function indentOf(text: string, start: number, end: number): string {
  const [first] = [...tokens(text, start, end)].filter((t) => text[lineStart(text, t.start)] !== '#');
  return first === undefined ? '' : indentAt(text, first.start);
}

/** Lines with an indentation; directives at the margin have none. */
function blockOf(lines: string, indent: string, newline: string): string {
  return lines
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => `${line.trim() === '' || line.startsWith('#') ? '' : indent}${line}${newline}`)
    .join('');
}

/** Whether more is left that is no C, in the lines of a new branch when it is taken. */
function breaks(parser: Parser, source: CSource, places: readonly TextPlace[], place: TextPlace): boolean {
  const after = readC(source.path, applyEdits(source.text, places));
  const shift = places.filter((p) => p.start < place.start).reduce((sum, p) => sum + p.replacement.length, 0);
  const body = place.start + shift + place.replacement.indexOf('\n') + 1;
  const [first] = tokens(after.text, body, body + place.replacement.length);
  const group = source.conditionals.groups.find((g) => g.start <= place.start && place.start < g.end);
  if (first === undefined) return false;
  return errorsAt(parser, after, first.start) > errorsAt(parser, source, group?.branches[0]?.bodyStart ?? place.start);
}
