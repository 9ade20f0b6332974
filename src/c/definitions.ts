import type { Group } from './conditionals.ts';
import { tokens, wordOffsets } from './lex.ts';
import type { CSource, Range } from './source.ts';

/** A unit of a file that gives a name its meaning, or a macro's `#define` line. */
export interface Definition extends Range {
  readonly kind: 'function' | 'variable' | 'declaration' | 'macro';
  readonly isStatic: boolean;
  /** Where the name stands. */
  readonly at: number;
}

const DOCSTRING = /^PyDoc_(?:STR)?VAR[ \t]*\([ \t]*$/;

/** What a file makes a name at its top level, under whatever `#if`; not under `#if 0`. */
export function definitionsOf(source: CSource, name: string): readonly Definition[] {
  const out: Definition[] = [];
  for (const at of wordOffsets(source.text, name)) {
    const assignment = source.assignmentFor(at);
    if (assignment === undefined) continue;
    const line = source.conditionals.directives.find(([start, end]) => start <= at && at < end);
    if (line !== undefined) {
      const [start, end] = line;
      if (/^[ \t]*#[ \t]*define[ \t]+$/.test(source.text.slice(start, at)))
        out.push({ start, end, kind: 'macro', isStatic: true, at });
      continue;
    }
    const unit = source.units(assignment).find((u) => u.start <= at && at < u.end);
    if (unit === undefined || out.some((d) => d.start === unit.start && d.end === unit.end)) continue;
    const head = source.text.slice(unit.start, at);
    const isStatic = /\bstatic\b|\bPy_LOCAL/.test(head);
    const { start, end } = unit;
    const isDeclared = unit.keys.includes(`decl ${name}`);
    const isPromise = /^\s*\(/.test(source.text.slice(at + name.length, end)) || /\bextern\b|\bPyAPI_DATA\b/.test(head);
    if (unit.keys.includes(`${name}()`)) out.push({ start, end, kind: 'function', isStatic, at });
    else if (isDeclared && isPromise) out.push({ start, end, kind: 'declaration', isStatic, at });
    else if (isDeclared || unit.keys.includes(`var ${name}`)) out.push({ start, end, kind: 'variable', isStatic, at });
    else if (DOCSTRING.test(head)) out.push({ start, end, kind: 'variable', isStatic: true, at });
  }
  return out;
}

/** `#ifndef X_H`, `#define X_H`: no condition of the code. */
export function isIncludeGuard(source: CSource, { branches, start }: Group): boolean {
  const [first] = branches;
  if (first === undefined || branches.length !== 1) return false;
  const asked = /^[ \t]*#[ \t]*(?:ifndef[ \t]+|if[ \t]+![ \t]*defined[ \t]*\(?[ \t]*)(\w+)/.exec(
    source.text.slice(start),
  );
  const made = /^\s*#[ \t]*define[ \t]+(\w+)[ \t]*(?:\n|\r\n|$)/.exec(source.text.slice(first.bodyStart));
  return asked !== null && asked[1] === made?.[1];
}

/** Whether a group is never seen by a C compiler: `#ifdef __cplusplus`, `#if 0`. */
export function isNeverTaken({ branches }: Group): boolean {
  const condition = branches[0]?.condition;
  return branches.length === 1 && condition?.kind === 'constant' && !condition.value;
}

/** The outermost `#if` that decides about a place: include guards left out. */
export function conditionAt(source: CSource, offset: number): Group | undefined {
  return source.conditionals.groups.find((g) => g.start < offset && offset < g.end && !isIncludeGuard(source, g));
}

/** Where a unit begins with the comments right above it: those that no empty line parts, and Argument Clinic's input. */
export function withCommentsAbove(source: CSource, offset: number, from = 0): number {
  const { text } = source;
  const { directives } = source.conditionals;
  const comments = [...tokens(text, from, offset)].filter((t) => t.kind === 'comment' && t.start >= from);
  let at = offset;
  for (const { start, end } of comments.reverse()) {
    const between = text.slice(end, at);
    const isClinic = text.startsWith('/*[clinic input]', start);
    if (!/^[ \t]*\r?\n\s*$/.test(between) || (!isClinic && /\n[ \t]*\r?\n/.test(between))) break;
    if (!/(?:^|\n)[ \t]*$/.test(text.slice(0, start))) break;
    if (directives.some(([s, e]) => s < at && start < e)) break;
    at = start;
  }
  return at;
}
