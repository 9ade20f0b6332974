import type { Range } from '../../c/source.ts';
import type { Torn } from './part.ts';
import { remembered } from './remembered.ts';

/** A `case … in … esac` of the shell. */
export interface ShellCase extends Range {
  readonly subject: string;
  readonly body: Range;
}

/** An arm of one, `a|b) …;;`. */
export interface ShellArm extends Range {
  /** Without its parenthesis. */
  readonly pattern: string;
  readonly body: Range;
}

const TOKEN =
  /\bdnl\b[^\n]*|(?<!\S)(?:#|@%:@)[^\n]*|\bcase[ \t]+((?:"[^"\n]*"|`[^`\n]*`|\$\([^)\n]*\)|[^\s"`])+)\s+in(?=\s)|\besac\b|;;|"(?:[^"\\\n]|\\.)*"|[\w./$=+-]+|\S/g;
/** Where the shell reads a command: C has a `case` too, and English. */
const COMMAND = /(?:^|[;&|(),[{`'"]|\b(?:then|do|else))[ \t]*$/;
const PATTERN = /\(?((?:\[\[[^\]\n]*\]\]|\[[^\]\n]*\]|"[^"]*"|'[^'\n]*'|\\[\s\S]|[^)\n"'\\])*)\)/y;

/** The cases of a shell script or of configure.ac, with their arms, in the order of their ends. */
export const casesOf = remembered(readCases);

function readCases(text: string): {
  readonly cases: readonly ShellCase[];
  readonly arms: readonly ShellArm[];
  readonly torn: Torn | undefined;
} {
  const cases: ShellCase[] = [];
  const arms: ShellArm[] = [];
  const open: {
    subject: string;
    start: number;
    from: number;
    arm?: { pattern: string; start: number; from: number };
  }[] = [];
  let torn: Torn | undefined;
  const scan = new RegExp(TOKEN);
  for (let m = scan.exec(text); m !== null; m = scan.exec(text)) {
    const { 0: token, 1: subject, index } = m;
    if (/^(?:#|@%|dnl\b)/.test(token)) continue;
    const around = open.at(-1);
    if (subject !== undefined && isCommand(text, index)) {
      open.push({ subject, start: index, from: afterComment(text, index + token.length) });
    } else if (token === 'esac') {
      const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
      if (around === undefined) {
        if (before.trim() === '') torn ??= { offset: index, why: 'this esac has no case' };
        continue;
      }
      if (around.arm !== undefined) arms.push(armTo(around.arm, index, index));
      cases.push({
        subject: around.subject,
        start: around.start,
        end: index + 4,
        body: { start: around.from, end: index },
      });
      open.pop();
    } else if (token === ';;') {
      if (around?.arm !== undefined) arms.push(armTo(around.arm, index, index + 2));
      if (around !== undefined) delete around.arm;
    } else if (around !== undefined && around.arm === undefined) {
      const pattern = new RegExp(PATTERN);
      pattern.lastIndex = index;
      const found = pattern.exec(text);
      if (found === null) {
        torn ??= { offset: index, why: 'a pattern of a case is expected here' };
        open.pop();
        continue;
      }
      scan.lastIndex = index + found[0].length;
      around.arm = { pattern: found[1] ?? '', start: index, from: afterComment(text, scan.lastIndex) };
    }
  }
  const [left] = open;
  if (left !== undefined) torn ??= { offset: left.start, why: 'this case has no esac' };
  return { cases, arms, torn };
}

/** A comment on the line of what begins a part does not keep lines from being added behind it. */
function afterComment(text: string, from: number): number {
  const comment = /[ \t]+(?:#|dnl\b)[^\r\n]*/y;
  comment.lastIndex = from;
  return from + (comment.exec(text)?.[0].length ?? 0);
}

const armTo = (arm: { pattern: string; start: number; from: number }, bodyEnd: number, end: number): ShellArm => ({
  pattern: arm.pattern,
  start: arm.start,
  end,
  body: { start: arm.from, end: bodyEnd },
});

function isCommand(text: string, index: number): boolean {
  return COMMAND.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index));
}
