import type { Range } from '../../c/source.ts';
import type { Format, Part, Torn } from './part.ts';
import { casesOf } from './shell-cases.ts';
import { wholeLines } from './whole-lines.ts';

/** Quotes of the shell and of m4, and white space, do not make another name: `"$host"` is `$host`. */
const plain = (text: string) =>
  text
    .replace(/["'[\]]|\\\r?\n/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Calls of macros by name and first argument, `AC_ARG_WITH(dbmliborder)`; the shell's `case $host in`; an arm of one by one
 * of its patterns, `*-*-cygwin*)`.
 */
function partsOf(text: string, name: string): readonly Part[] {
  const subject = /^case\s+(\S.*?)\s+in$/.exec(name)?.[1];
  if (subject !== undefined)
    return casesOf(text).cases.flatMap((c) =>
      plain(c.subject) === plain(subject) ? [wholeLines(text, c, c.body, '    ')] : [],
    );
  const [, macro, argument] = /^([A-Za-z_]\w*)(?:\((.*)\))?$/s.exec(name) ?? [];
  if (macro !== undefined)
    return callsOf(text, macro).flatMap((call) => {
      const isMeant = argument === undefined || plain(call.argument) === plain(argument);
      return isMeant ? [wholeLines(text, call)] : [];
    });
  if (!name.endsWith(')')) return [];
  const wanted = plain(name.slice(0, -1));
  return casesOf(text).arms.flatMap((arm) => {
    const patterns = [arm.pattern, ...arm.pattern.split('|')].map(plain);
    return patterns.includes(wanted) ? [wholeLines(text, arm, arm.body, '')] : [];
  });
}

interface Call extends Range {
  /** The first argument, as it stands there. */
  readonly argument: string;
}

/** Calls of a macro, inside of other calls, too; what nothing closes is none. */
function callsOf(text: string, macro: string): readonly Call[] {
  const out: Call[] = [];
  for (const { index, 0: head } of text.matchAll(new RegExp(`(?<![\\w$])${macro}\\(`, 'g'))) {
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (/(?:^|\s)(?:#|dnl\b)/.test(line)) continue;
    const call = callFrom(text, index, index + head.length);
    if (call !== undefined) out.push(call);
  }
  return out;
}

const M4 = /[[\](),]|#[^\n]*|\bdnl\b[^\n]*/g;

/** A call to its closing parenthesis: brackets quote, and what stands in them is not looked at. */
function callFrom(text: string, start: number, from: number): Call | undefined {
  const scan = new RegExp(M4);
  scan.lastIndex = from;
  let [quotes, parentheses] = [0, 1];
  let comma: number | undefined;
  for (let m = scan.exec(text); m !== null; m = scan.exec(text)) {
    const [token] = m;
    if (token.length > 1) {
      // In quotes a comment is text like any other: its brackets count.
      if (quotes > 0) scan.lastIndex = m.index + (token.startsWith('#') ? 1 : 3);
    } else if (token === '[') quotes++;
    else if (token === ']') quotes = Math.max(0, quotes - 1);
    else if (quotes > 0) continue;
    else if (token === '(') parentheses++;
    else if (token === ',' && parentheses === 1) comma ??= m.index;
    else if (token === ')' && --parentheses === 0)
      return { start, end: m.index + 1, argument: text.slice(from, comma ?? m.index) };
  }
  return undefined;
}

/** Calls at the start of a line that nothing closes, and a `case` without its `esac`. */
function torn(text: string): Torn | undefined {
  for (const { index, 0: head, 1: macro } of text.matchAll(/(?<![^\n])[ \t]*((?:A[CHMSX]|m4|PKG|_?PY)_\w+)\(/g))
    if (callFrom(text, index, index + head.length) === undefined)
      return { offset: index, why: `the call of ${macro} is not closed` };
  return casesOf(text).torn;
}

export const autoconf: Format = { parts: partsOf, torn };
