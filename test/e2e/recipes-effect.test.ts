/**
 * What the shipped recipes do to a built interpreter. For each version, one interpreter with all of its recipes as a series
 * and one without any are asked by the same probes: what the probes measure is what the recipes say under `measured`.
 *
 * All are built without optimisation: sizes, limits and thresholds are the same, and the compiler takes a tenth of the time.
 */
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAll } from '../../src/builds/build-all.ts';
import type { Build, BuildOutcome } from '../../src/builds/types.ts';
import { folderTree } from '../../src/checkout/index.ts';
import { obtainSource } from '../../src/checkout/source/obtain.ts';
import type { Checkout } from '../../src/checkout/types.ts';
import { generateSeries } from '../../src/patch/index.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import { type LoadedRecipe, listRecipes, resolveParams } from '../../src/recipe/index.ts';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import type { Context } from '../../src/system/context.ts';
import { runProcess } from '../../src/system/process.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import { builtInTargets } from '../../src/targets/load.ts';
import { runnerFor } from '../../src/targets/runner.ts';
import { ROOT, UNOPTIMISED } from './forkwright.ts';

const ctx: Context = {
  emit: () => {},
  signal: new AbortController().signal,
  cacheDir: cacheFolder(process.env),
  jobs: 2,
  env: process.env,
};
const { loaded } = await listRecipes([path.join(ROOT, 'recipes')]);
/** A target's port is no tweak: both variants get it, and only for that target. */
const ports = new Set((await builtInTargets()).flatMap((target) => target.recipes ?? []));
const recipes = loaded.filter(({ recipe }) => !ports.has(recipe.id));
const measuredOn = (release: string) =>
  recipes.filter(({ recipe }) => recipe.measured?.some(({ values }) => release in values));

/** The patches of those recipes that are for the version, as a series in the order given. */
async function series(
  items: readonly LoadedRecipe[],
  checkout: Checkout,
  given: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<readonly GeneratedPatch[]> {
  const results = await generateSeries(
    items.map((recipe) => ({ recipe, params: resolveParams(recipe, given[recipe.recipe.id] ?? {}) })),
    folderTree(checkout, ctx),
  );
  return results.flatMap(({ identity, result }) => {
    if (result.verdict === 'applies') return [result.patch];
    if (result.verdict === 'not-applicable') return [];
    throw new Error(`${identity.id}: ${JSON.stringify(result, undefined, 1)}`);
  });
}

/** Whether there are frames to keep, in a free list and in code objects. */
const hasFrames = (release: string) => /^(2\.7|3\.9)\./.test(release);

/** Builds the interpreter with each of some series; an empty one is the baseline. */
async function buildEach(checkout: Checkout, all: readonly (readonly GeneratedPatch[])[]): Promise<readonly Build[]> {
  const outcomes = await buildAll(
    all.map((patches) => ({
      variant: patches.length === 0 ? 'baseline' : 'patched',
      checkout,
      target: HOST,
      patches,
      // Cold, ccache costs a fifth more: only where a third interpreter or another file finds nearly all objects there.
      options: { ...UNOPTIMISED, launcher: hasFrames(checkout.version.text) ? 'ccache' : 'none' },
    })),
    ctx,
  );
  return outcomes.map(built);
}

function built(outcome: BuildOutcome): Build {
  if (!outcome.ok) throw new Error(`not built: ${JSON.stringify(outcome.failure, undefined, 1)}`);
  return outcome.build;
}

/** What a recipe's probe measures in an interpreter, by name. */
async function probe(build: Build, id: string): Promise<Readonly<Record<string, number>>> {
  const script = path.join(import.meta.dirname, 'probes', `${id}.py`);
  const { file, args, env } = runnerFor(HOST).command(build, ['-B', script]);
  const result = await runProcess(file, args, { cwd: '/', env, timeoutMs: 120_000 });
  expect(result.stderr).toBe('');
  return JSON.parse(result.stdout);
}

describe.each(['2.7.18', '3.9.2', '3.11.2', '3.13.5'])('the recipes on %s', (release) => {
  let checkout: Checkout;
  let patches: readonly GeneratedPatch[];
  let baseline: Build;
  let patched: Build;

  beforeAll(async () => {
    checkout = (await obtainSource(release.replace(/\.\d+$/, ''), ctx)).checkout;
    patches = await series(recipes, checkout);
    [baseline, patched] = (await buildEach(checkout, [[], patches])) as [Build, Build];
  });

  test('every one that applies is measured, and no other', () => {
    expect(checkout.version.text).toBe(release);
    expect(patches.map(({ recipe }) => recipe.id).sort()).toEqual(measuredOn(release).map(({ recipe }) => recipe.id));
  });

  test.each(measuredOn(release).map(({ recipe }) => [recipe.id, recipe] as const))(
    '%s has the effect that it says',
    async (id, recipe) => {
      const said = (recipe.measured ?? []).filter(({ values }) => release in values);
      const before = await probe(baseline, id);
      const after = await probe(patched, id);
      const found = JSON.stringify({ baseline: before, patched: after });
      expect(Object.keys(after).sort(), found).toEqual(said.map(({ what }) => what).sort());
      for (const { what, within = 0, values } of said) {
        const value = values[release] ?? { baseline: Number.NaN, patched: Number.NaN };
        expect(Math.abs((before[what] ?? Number.NaN) - value.baseline), `${what}: ${found}`).toBeLessThanOrEqual(
          within,
        );
        expect(Math.abs((after[what] ?? Number.NaN) - value.patched), `${what}: ${found}`).toBeLessThanOrEqual(within);
        // A value that either interpreter could have would show nothing.
        expect(Math.abs(value.baseline - value.patched), what).toBeGreaterThan(2 * within);
      }
    },
  );

  if (hasFrames(release)) {
    test('no free list of frames and no zombie frames, in either order: one interpreter, and it works', async () => {
      const given = { 'frame-freelist': { limit: '0' } };
      const others = recipes.filter(({ recipe }) => !['frame-freelist', 'remove-zombieframe'].includes(recipe.id));
      const two = (...ids: readonly string[]) =>
        ids.map((id) => recipes.find(({ recipe }) => recipe.id === id)).filter((recipe) => recipe !== undefined);
      const orders = await Promise.all(
        [two('frame-freelist', 'remove-zombieframe'), two('remove-zombieframe', 'frame-freelist')].map((order) =>
          series([...order, ...others], checkout, given),
        ),
      );
      const [one, other] = await buildEach(checkout, orders);
      expect(one?.key).toBe(other?.key);
      expect(one?.key).not.toBe(patched.key);
      expect(await probe(one as Build, 'frame-freelist')).toEqual({ 'frames kept after a recursion': 0 });
      const { 'kept by 20000 functions called once': kept } = await probe(one as Build, 'remove-zombieframe');
      expect(kept).toBeLessThan(0.5);
    });
  }
});
