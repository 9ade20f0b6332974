import type { Context } from '../system/context.ts';
import { keepConfigured, reuseConfigured } from './configure-store.ts';

/** How a build came to its configured object folder. `ran` with the time it took. */
export type Configured<Failure> =
  | { readonly how: 'ran' | 'reused'; readonly durationMs: number }
  | { readonly how: 'failed'; readonly failure: Failure };

/** Configures an object folder, or takes over what an equal configure made. */
export type ConfigureOnce = <Failure>(
  fingerprint: string,
  key: string,
  obj: string,
  run: () => Promise<Failure | undefined>,
) => Promise<Configured<Failure>>;

/**
 * Of builds that run at once and configure to the same result, the first configures; the others wait for it and reuse
 * the result, or run configure themselves when there is none, so that each has its own log of what failed.
 */
export function configureOnce(ctx: Context): ConfigureOnce {
  const running = new Map<string, Promise<unknown>>();
  return (fingerprint, key, obj, run) => {
    const earlier = running.get(fingerprint);
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
    running.set(fingerprint, mine);
    return mine;
  };
}
