import type { Formula } from './condition.ts';
import type { Conditionals } from './conditionals.ts';

type Given = Readonly<Record<string, boolean>>;

/** A condition three-valued: `undefined` where what is given does not decide. */
function decide(formula: Formula, given: Given): boolean | undefined {
  switch (formula.kind) {
    case 'constant':
      return formula.value;
    case 'atom': {
      // A macro that is defined may still be 0: `#if X` is decided only where X is not defined.
      const defined = /^defined\((\w+)\)$/.exec(formula.name)?.[1];
      if (defined !== undefined) return given[defined];
      return given[formula.name] === false ? false : undefined;
    }
    case 'not': {
      const of = decide(formula.of, given);
      return of === undefined ? undefined : !of;
    }
    case 'and':
    case 'or': {
      const decisive = formula.kind === 'or';
      const left = decide(formula.left, given);
      const right = decide(formula.right, given);
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
  }
}

/**
 * Which places the compiler may see when some macros are known to be defined, or not to be.
 * What is not known is taken to be possible: only what certainly cannot be seen is excluded.
 * @returns tells for an offset whether it may be seen.
 */
export function seenWith(conditionals: Conditionals, given: Given): (offset: number) => boolean {
  const hidden: [number, number][] = [];
  for (const group of conditionals.groups) {
    let taken = false;
    for (const branch of group.branches) {
      const is = branch.condition === undefined ? true : decide(branch.condition, given);
      if (taken || is === false) hidden.push([branch.bodyStart, branch.bodyEnd]);
      if (is === true) taken = true;
    }
  }
  return (offset) => !hidden.some(([start, end]) => start <= offset && offset < end);
}
