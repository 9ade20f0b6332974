import type { StageName } from '../run/request.ts';
import { type DoneMany, performMany } from './many.ts';
import { first, openSeries } from './prefixes.ts';
import { recipeId } from './recipes.ts';
import type { WorkContext } from './request.ts';
import { performRun } from './run.ts';
import type { ParamOption, RunOptions } from './run-options.ts';
import { sweepOf } from './sweep.ts';

/** A run for each combination of parameters' values. @returns `undefined` where no parameter has several. */
export async function performSweep(
  names: readonly string[],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneMany | undefined> {
  const all = sweepOf(options.param);
  if (all.length < 2) return undefined;
  const title = `${names.map(recipeId).join('+')}-sweep`;
  const nameOf = (params: readonly ParamOption[]) =>
    params
      .filter((param, i) => new Set(all.map((one) => one[i]?.value)).size > 1 && param !== undefined)
      .map(({ name, value }) => `${name}=${value}`)
      .join(' ');
  const members = all.map((param) => ({
    name: nameOf(param),
    run: (out: string, run: WorkContext) => performRun(names, { ...options, param, out }, stages, run),
  }));
  return performMany(members, title, options.out, ctx);
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
  return performMany(members, 'each', options.out, ctx);
}
