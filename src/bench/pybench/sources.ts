import path from 'node:path';
import { type Checkout, obtainPybench, obtainSource, pybenchFromHistory } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import { Cancelled, UserError } from '../../system/diagnostic.ts';
import type { PybenchFolder } from './folder.ts';

/** A network that neither answers nor refuses must not hold up a run that can do without. */
const NETWORK_MS = 60_000;

/**
 * Where a pybench may come from when the checkout has none, best first: its own git history; 2.1 from CPython's
 * repository; 2.0 from CPython 2.7, which the interpreter's own lib2to3 converts. Each says `undefined` when it has none.
 */
export function pybenchSources(
  checkout: Checkout,
  ctx: Context,
): readonly (() => Promise<PybenchFolder | undefined>)[] {
  return [() => pybenchFromHistory(checkout, ctx), ...pybenchElsewhere(ctx)];
}

/** As {@link pybenchSources}, where there is an interpreter and no checkout. */
export function pybenchElsewhere(ctx: Context): readonly (() => Promise<PybenchFolder | undefined>)[] {
  return [
    () => quietly(ctx, (limited) => obtainPybench(limited)),
    () =>
      quietly(ctx, async (limited) => {
        const { root, checkout: two } = await obtainSource('2.7', limited);
        const folder = path.join(root, two.layout.pybench ?? '');
        return two.layout.pybench === undefined
          ? undefined
          : { folder, origin: `Tools/pybench of CPython ${two.version.text}` };
      }),
  ];
}

/** What cannot be had is not a failure here: the next source is asked. */
async function quietly<T>(ctx: Context, body: (limited: Context) => Promise<T>): Promise<T | undefined> {
  const limit = AbortSignal.timeout(NETWORK_MS);
  try {
    return await body({ ...ctx, signal: AbortSignal.any([ctx.signal, limit]) });
  } catch (error) {
    const given = error instanceof UserError || (error instanceof Cancelled && !ctx.signal.aborted);
    if (!given) throw error;
    ctx.emit({ type: 'message', level: 'verbose', text: `no pybench from there: ${(error as Error).message}` });
    return undefined;
  }
}
