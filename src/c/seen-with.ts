import { type Conditionals, hiddenRanges } from './conditionals.ts';

/**
 * Which places the compiler may see when some macros are known to be defined, or not to be.
 * What is not known is taken to be possible: only what certainly cannot be seen is excluded.
 * @returns tells for an offset whether it may be seen.
 */
export function seenWith(
  conditionals: Conditionals,
  given: Readonly<Record<string, boolean>>,
): (offset: number) => boolean {
  const hidden = hiddenRanges(conditionals, (atom) => {
    // A macro that is defined may still be 0: `#if X` is decided only where X is not defined.
    const defined = /^defined\((\w+)\)$/.exec(atom)?.[1];
    return defined === undefined ? (given[atom] === false ? false : undefined) : given[defined];
  });
  return (offset) => !hidden.some(([start, end]) => start <= offset && offset < end);
}
