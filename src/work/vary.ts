import type { StageName } from '../run/request.ts';
import { type DoneMany, performMany } from './many.ts';
import { first, openSeries } from './prefixes.ts';
import { recipeId } from './recipes.ts';
import type { WorkContext } from './request.ts';
import { prepareNamed } from './run.ts';
import type { RunOptions } from './run-options.ts';
import { sweepOf } from './sweep.ts';

/** A run for each combination of parameters' values, or each value of each parameter by itself. @returns `undefined` where no parameter has several. */
export async function performSweep(
  names: readonly string[],
  options: RunOptions & { readonly oneAtATime?: boolean | undefined },
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneMany | undefined> {
  const { members: all, neighbours: steps } = sweepOf(options.param, options.oneAtATime);
  if (all.length < 2) return undefined;
  const members = all.map(({ name, params }) => ({
    name,
    prepare: (run: WorkContext) => prepareNamed(names, { ...options, param: params }, stages, run),
  }));
  const title = `${names.map(recipeId).join('+')}-sweep`;
  return performMany(members, { kind: 'sweep', title, steps: [...steps] }, options, ctx);
}

/** A run for each change of a series: what it does on top of those before it, or by itself. @throws UserError, Cancelled */
export async function performEach(
  names: readonly string[],
  alone: boolean,
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneMany> {
  const series = await openSeries(names, options, ctx);
  const members = series.names.map((name, i) =>
    alone
      ? series.member(name, [], [i], { stages, options })
      : series.member(name, first(i), first(i + 1), { stages, options }),
  );
  return performMany(members, { kind: 'each', title: 'each' }, options, ctx);
}
