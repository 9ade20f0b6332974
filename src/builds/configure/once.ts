import type { Context } from '../../system/context.ts';
import { keepConfigured, reuseConfigured } from './store.ts';

/** Configures under way in this process, by cache and fingerprint. */
const running = new Map<string, Promise<unknown>>();

/**
 * Configures an object folder, or takes over what an equal configure made. Of builds that run at once and configure to the
 * same result, the first configures; the others wait for it and reuse the result, or run configure themselves when there
 * is none, so that each has its own log of what failed.
 * @param run configures; gives what failed, if anything did.
 */
export async function configureOnce<Failure>(
  fingerprint: string,
  key: string,
  obj: string,
  ctx: Context,
  run: () => Promise<Failure | undefined>,
): Promise<
  | { readonly how: 'ran' | 'reused'; readonly durationMs: number }
  | { readonly how: 'failed'; readonly failure: Failure }
> {
  const id = JSON.stringify([ctx.cacheDir, fingerprint]);
  const earlier = running.get(id);
  const mine = (async () => {
    await earlier?.catch(() => {});
    const started = performance.now();
    const spent = () => Math.round(performance.now() - started);
    if (await reuseConfigured(fingerprint, key, obj, ctx)) return { how: 'reused' as const, durationMs: spent() };
    const failure = await run();
    if (failure !== undefined) return { how: 'failed' as const, failure };
    const durationMs = spent();
    await keepConfigured(fingerprint, key, obj, ctx);
    return { how: 'ran' as const, durationMs };
  })();
  running.set(id, mine);
  try {
    return await mine;
  } finally {
    if (running.get(id) === mine) running.delete(id);
  }
}
