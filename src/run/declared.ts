import type { Declared } from '../bench/comparison/compare.ts';
import type { Expectations } from '../patch/types.ts';

/** What the recipes said beforehand; a test that one expects faster and another slower is not declared at all. */
export function declaredBy(patches: readonly { readonly expect: Pick<Expectations, 'faster' | 'slower'> }[]): Declared {
  const declared = new Map<string, 'faster' | 'slower'>();
  const contested = new Set<string>();
  for (const { expect } of patches) {
    for (const direction of ['faster', 'slower'] as const) {
      for (const test of expect[direction]) {
        if ((declared.get(test) ?? direction) !== direction) contested.add(test);
        declared.set(test, direction);
      }
    }
  }
  return Object.fromEntries([...declared].filter(([test]) => !contested.has(test)));
}
