import { byCodeUnit, canonicalJson } from '../../system/hash.ts';
import type { RunRequest } from '../request.ts';
import type { RunRecord } from '../types.ts';
import type { Plan } from './types.ts';

/** What two runs can differ in and still answer the same question: how fast compilers are found, the order of tests. */
const NO_MATTER = new Set(['build.launcher', 'bench.seed']);

/**
 * In what the requests of runs that stand in one table differ: a row that was measured more thoroughly, or built
 * differently, is not like the others, and nothing in it would say so.
 * @returns a phrase each: `bench.pairs is 12 or 40`.
 */
export function unlikeSettings(requests: readonly RunRequest[]): readonly string[] {
  const leaves = requests.map(({ stages, build, cpythonTests, workload, bench }) =>
    Object.fromEntries(leavesOf({ stages, build, cpythonTests, workload, bench })),
  );
  return [...new Set(leaves.flatMap((one) => Object.keys(one)))].flatMap((name) => {
    const different = new Set(leaves.map((one) => one[name] ?? 'not set'));
    if (NO_MATTER.has(name) || different.size < 2) return [];
    return [`${name} is ${[...different].sort(byCodeUnit).join(' or ')}`];
  });
}

function leavesOf(value: object, before = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (member === undefined) return [];
    if (typeof member === 'object' && member !== null && !Array.isArray(member))
      return leavesOf(member, `${before}${key}.`);
    return [[`${before}${key}`, typeof member === 'string' ? member : canonicalJson(member)] as const];
  });
}

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
