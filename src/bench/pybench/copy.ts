import path from 'node:path';
import { findBuild } from '../../builds/store.ts';
import type { Build } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import type { SuiteInputs } from '../suites/suite.ts';
import type { PybenchCopy } from '../types.ts';
import { findPybench } from './find.ts';
import { type Converter, pinPybench } from './pin.ts';
import { pybenchSources } from './sources.ts';

/** The one copy of pybench that all variants run; converted by lib2to3 of the baseline's version where that is needed. */
export async function pybenchCopy({ checkout, baseline, pybench, ctx }: SuiteInputs): Promise<PybenchCopy> {
  const found = await findPybench({ checkout, folder: pybench, providers: pybenchSources(checkout, ctx) });
  const converters = baseline === undefined ? [] : await convertersOf(baseline, ctx);
  return pinPybench(found, path.join(ctx.cacheDir, 'pybench'), converters, ctx);
}

/** The interpreter itself; for another machine's first the one that its build was made with, which runs here. */
export async function convertersOf(
  { python, wrapper, env, inputs: { buildPython } }: Pick<Build, 'python' | 'wrapper' | 'env' | 'inputs'>,
  ctx: Context,
): Promise<readonly Converter[]> {
  const here = typeof buildPython === 'string' ? await findBuild(buildPython, ctx) : undefined;
  return [
    ...(here === undefined ? [] : [{ command: [here.python], env: here.env }]),
    { command: [wrapper ?? python], env },
  ];
}
