import type { RunRecord } from '../types.ts';
import type { Plan } from './types.ts';

/**
 * Recipes that are not the same everywhere: a run counts by its recipes' names, and between two runs, or the plan and a
 * run, somebody may have changed what one says.
 * @returns a sentence for each.
 */
export function unlikeRecipes(records: readonly RunRecord[], plan: Plan | undefined): readonly string[] {
  const texts = new Map<string, Map<string, Set<string>>>();
  const add = (id: string, hash: string, who: string) => {
    const ofId = texts.get(id) ?? new Map<string, Set<string>>();
    texts.set(id, ofId.set(hash, (ofId.get(hash) ?? new Set()).add(who)));
  };
  for (const { id, hash } of plan?.cells.flatMap(({ recipes }) => recipes) ?? [])
    if (hash !== undefined) add(id, hash, 'the plan');
  for (const { patches } of records)
    for (const { recipe } of patches) add(recipe.id, recipe.hash, `runs of its version ${recipe.version}`);
  return [...texts].flatMap(([id, hashes]) => {
    if (hashes.size < 2) return [];
    const told = [...hashes].map(([hash, who]) => `sha256:${hash.slice(0, 12)} in ${[...who].join(' and ')}`);
    return [`The recipe ${id} is not the same everywhere: ${told.join(', ')}.`];
  });
}
