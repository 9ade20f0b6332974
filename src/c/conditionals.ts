import { type Assignment, collectAtoms, decide, type Formula, parseCondition } from './condition.ts';

/** One branch of an `#if` group: from its directive line to the next directive of the group. */
export interface Branch {
  /** `undefined` for `#else`. */
  readonly condition: Formula | undefined;
  /** The directive's line(s): from the line's start to after its line break. */
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** `#if … #elif … #else … #endif`. */
export interface Group {
  readonly branches: readonly Branch[];
  /** From the start of the `#if` line to after the line break of `#endif`. */
  readonly start: number;
  readonly end: number;
  readonly endifStart: number;
}

export interface Conditionals {
  readonly groups: readonly Group[];
  /** Every directive line, continuations included: [start, end). */
  readonly directives: readonly (readonly [number, number])[];
  /** Offsets of directives without a partner: such a file cannot be edited. */
  readonly unbalanced: readonly number[];
}

// A directive may not start inside a comment: comments and strings are skipped on the way.
const SCAN =
  /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|^[ \t]*#[ \t]*(\w*)((?:\\\r?\n|\/\*[\s\S]*?\*\/|[^\n\\]|\\(?!\r?\n))*)(?:\n|$)/gm;

export function findConditionals(text: string): Conditionals {
  interface Open {
    branches: Branch[];
    start: number;
    condition: Formula | undefined;
    branchStart: number;
    bodyStart: number;
  }
  const groups: Group[] = [];
  const directives: [number, number][] = [];
  const unbalanced: number[] = [];
  const stack: Open[] = [];
  for (const m of text.matchAll(SCAN)) {
    const name = m[1];
    if (name === undefined) continue;
    const start = m.index;
    const end = start + m[0].length;
    directives.push([start, end]);
    const close = (open: Open) =>
      open.branches.push({
        condition: open.condition,
        start: open.branchStart,
        bodyStart: open.bodyStart,
        bodyEnd: start,
      });
    if (/^if(n?def)?$/.test(name)) {
      const condition = parseCondition(name, m[2] ?? '');
      stack.push({ branches: [], start, condition, branchStart: start, bodyStart: end });
    } else if (/^(el(if|ifdef|ifndef|se)|endif)$/.test(name)) {
      const open = stack.at(-1);
      if (open === undefined) {
        unbalanced.push(start);
        continue;
      }
      close(open);
      if (name === 'endif') {
        stack.pop();
        groups.push({ branches: open.branches, start: open.start, end, endifStart: start });
      } else {
        open.condition = name === 'else' ? undefined : parseCondition(name.slice(2), m[2] ?? '');
        open.branchStart = start;
        open.bodyStart = end;
      }
    }
  }
  for (const open of stack) unbalanced.push(open.start);
  groups.sort((a, b) => a.start - b.start);
  return { groups, directives, unbalanced };
}

/** The ranges that are certainly not compiled, with what is known of the conditions' atoms. */
export function hiddenRanges(
  { groups }: Conditionals,
  known: (atom: string) => boolean | undefined,
): [number, number][] {
  const out: [number, number][] = [];
  for (const { branches } of groups) {
    let taken = false;
    for (const { condition, bodyStart, bodyEnd } of branches) {
      const is = taken ? false : condition === undefined || decide(condition, known);
      if (is === true) taken = true;
      if (is === false && bodyEnd > bodyStart) out.push([bodyStart, bodyEnd]);
    }
  }
  return out;
}

/** The ranges that are not compiled under an assignment. Atoms that it lacks are true, so that first branches are taken. */
export function deadRanges(conditionals: Conditionals, assignment: Assignment): [number, number][] {
  return hiddenRanges(conditionals, (atom) => assignment.get(atom) ?? true);
}

/** The names that decide which branches of the groups are taken, sorted as met. */
export function atomsOf(groups: Iterable<Group>): string[] {
  const names = new Set<string>();
  for (const group of groups)
    for (const b of group.branches) if (b.condition !== undefined) collectAtoms(b.condition, names);
  return [...names];
}

/** Groups that share text with [start, end): inside, around, or across its ends. */
export function groupsAt(conditionals: Conditionals, start: number, end: number): Group[] {
  return conditionals.groups.filter((g) => g.start < end && g.end > start);
}
