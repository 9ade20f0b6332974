import { atomsOf, findConditionals, groupsAt } from '../c/conditionals.ts';
import { byCodeUnit } from '../system/hash.ts';
import type { FileChange } from './types.ts';

/** Keeps a header from being included twice: no condition of the code. */
const INCLUDE_GUARD = /_H_*$/;

/**
 * The macros that decide, by `#if`s around or in what a patch changes, which code is compiled there, each as the compiler
 * takes it: `NAME` for one that is asked whether it is defined, `NAME=0` and `NAME=1` for one that is asked for its value.
 */
export function touchedDefines(change: FileChange): readonly string[] {
  const conditionals = findConditionals(change.before);
  const groups = change.edits.flatMap(({ start, end }) => groupsAt(conditionals, start, Math.max(end, start + 1)));
  const defines = new Set<string>();
  for (const atom of atomsOf(new Set(groups))) {
    const asked = /^defined\((\w+)\)$/.exec(atom)?.[1];
    if (asked !== undefined) {
      if (!INCLUDE_GUARD.test(asked)) defines.add(asked);
      continue;
    }
    for (const [name] of atom.matchAll(/\b[A-Za-z_]\w*/g)) {
      if (name === 'defined') continue;
      defines.add(`${name}=0`).add(`${name}=1`);
    }
  }
  return [...defines].sort(byCodeUnit);
}
