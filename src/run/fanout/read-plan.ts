import { UserError } from '../../system/diagnostic.ts';
import { readJson } from '../../system/files.ts';
import { type Plan, planSchema } from './types.ts';

/** @throws UserError when the file is not there, or is no plan. */
export async function readPlan(file: string): Promise<Plan> {
  const plan = await readJson(file, planSchema, 'the plan');
  if (plan !== undefined) return plan;
  throw new UserError({
    code: 'run/no-plan',
    message: 'there is no such plan',
    place: { file },
    hint: 'make it: forkwright plan RECIPE -C DIR --format json > plan.json',
  });
}
