import { z } from 'zod';
import type { Variant } from '../builds/types.ts';
import { askedSchema } from './asked.ts';
import { STAGE_NAMES } from './stages/list.ts';

/** What the user asked for, as data: kept in the run folder, so that `--resume` needs no arguments. */
export const runRequestSchema = z.preprocess(
  asItIsNow,
  askedSchema.extend({
    /** Which stages: `build` stops after building, `bench` leaves CPython's tests out. */
    stages: z.array(z.enum(STAGE_NAMES)),
  }),
);

/** Requests of before there were other changes than recipes. */
function asItIsNow(request: unknown): unknown {
  if (typeof request !== 'object' || request === null || !('recipes' in request)) return request;
  const { recipes, ...rest } = request;
  if (!Array.isArray(recipes)) return request;
  return { ...rest, changes: recipes.map(({ name, params }) => ({ recipe: name, params })) };
}

export type RunRequest = z.infer<typeof runRequestSchema>;
export type StageName = RunRequest['stages'][number];

/** The interpreters that a request needs. `control` is the baseline built a second time and linked in another order, for the noise floor. */
export function variantsOf({
  bench,
  stages,
}: Pick<RunRequest, 'bench'> & { readonly stages: readonly string[] }): readonly Variant[] {
  const control = bench.control && stages.includes('speed');
  return control ? ['baseline', 'patched', 'control'] : ['baseline', 'patched'];
}
