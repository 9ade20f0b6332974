import { z } from 'zod';
import type { Variant } from '../../builds/types.ts';
import { canonicalJson } from '../../system/hash.ts';
import { list } from '../../system/schema.ts';
import { COUNTED_FIGURES, POINTS } from '../memory/figures.ts';
import { createRandom, shuffled } from '../random.ts';
import { benchSettingsSchema, pybenchPinSchema, variantSchema } from '../samples/schema.ts';
import { LETTERS, schedulePair } from '../schedule.ts';
import { SUITES } from '../suites/list.ts';
import type { SuiteIdentity } from '../suites/suite.ts';

/** A variant's folder in a bundle: of equal length, for the path of an interpreter is part of its memory and layout. */
export const SIDES = LETTERS;
export type Side = (typeof SIDES)[Variant];

const side = z.enum(['A', 'B', 'C']);
const step = z.int().positive();
const figure = z.enum(COUNTED_FIGURES);

const stepSchema = z.discriminatedUnion('kind', [
  /** Starts, says what it is. */
  z.strictObject({ step, kind: z.literal('smoke'), side }),
  /** Tries every test; on the first side also chooses the loops. */
  z.strictObject({ step, kind: z.enum(['calibrate', 'try']), side }),
  /** One process of a pair: all tests in the pair's order. */
  z.strictObject({ step, kind: z.literal('pair'), side, pair: step }),
  /** What the started interpreter holds in memory, three processes. */
  z.strictObject({ step, kind: z.literal('memory'), side, point: z.enum(['pass', 'imports']), figure }),
]);

export const bundlePlanSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string(),
  target: z.string(),
  suite: z.enum(SUITES.filter(({ pack }) => typeof pack === 'function').map(({ name }) => name)),
  pybench: pybenchPinSchema.optional(),
  /** SHA-256 of each script of the user's. */
  files: z.record(z.string(), z.string()).optional(),
  pins: z.record(z.string(), z.string()).optional(),
  settings: benchSettingsSchema,
  sides: z.partialRecord(
    side,
    z.strictObject({
      variant: variantSchema,
      buildKey: z.string(),
      pythonVersion: z.string(),
      /** Of the interpreter as it is packed. */
      sha256: z.string(),
    }),
  ),
  tests: list(z.string()),
  /** Times a test's number of blocks that one process of a pair runs: where each side comes but once, it does all of them. */
  blocks: z.int().positive(),
  pairs: z.array(
    z.strictObject({
      pair: step,
      hashSeed: step,
      /** The processes in their order: `ABBA`. */
      order: z.string(),
      /** The order of the tests, as places in `tests`. */
      tests: z.array(z.int().nonnegative()),
    }),
  ),
  steps: z.array(stepSchema),
});

export type BundlePlan = z.infer<typeof bundlePlanSchema>;
export type BundleStep = z.infer<typeof stepSchema>;
export type MemoryStep = Extract<BundleStep, { kind: 'memory' }>;

export interface PlanRequest extends Pick<BundlePlan, 'run' | 'target' | 'suite' | 'settings' | 'tests'> {
  readonly identity: SuiteIdentity;
  /** Baseline first. */
  readonly sides: readonly NonNullable<BundlePlan['sides'][Side]>[];
  /** Whether a pair starts each side twice, in mirrored order; where a person starts each process, once. */
  readonly mirrored: boolean;
  readonly memory: boolean;
}

/**
 * Everything that is done with a bundle, decided beforehand: a pure function of the request. In a pair the interpreters
 * run one after the other, each as a process that does all tests: ABBA or BAAB at random (with a control CABBAC and so
 * on), so that a drift of the machine that is linear over the pair cancels out.
 */
export function planBundle(request: PlanRequest): BundlePlan {
  const { identity, sides, mirrored, memory, ...asked } = request;
  const { settings, tests } = asked;
  const letters = sides.map((one) => SIDES[one.variant]);
  const pairs = Array.from({ length: settings.pairs }, (_, index) => {
    const pair = index + 1;
    const { hashSeed, turns } = schedulePair(settings.seed, pair, tests, [], {});
    // A stream of its own: the order of the tests stays what it is when a control is added.
    const once = shuffled(letters, createRandom(settings.seed, pair, 1));
    const order = (mirrored ? [...once, ...once.toReversed()] : once).join('');
    return { pair, hashSeed, order, tests: turns.map(({ test }) => tests.indexOf(test)) };
  });
  type Unnumbered = BundleStep extends infer Each ? (Each extends BundleStep ? Omit<Each, 'step'> : never) : never;
  const steps: Unnumbered[] = [
    ...letters.map((one) => ({ kind: 'smoke' as const, side: one })),
    ...letters.map((one, index) => ({ kind: index === 0 ? ('calibrate' as const) : ('try' as const), side: one })),
    ...(memory ? memorySteps() : []),
    ...pairs.flatMap(({ pair, order }) =>
      [...order].map((one) => ({ kind: 'pair' as const, side: one as Side, pair })),
    ),
  ];
  return {
    schemaVersion: 1,
    ...asked,
    ...identity,
    sides: Object.fromEntries(sides.map((one) => [SIDES[one.variant], one])),
    blocks: mirrored ? 1 : 2,
    pairs,
    steps: steps.map((one, index) => ({ step: index + 1, ...one }) as BundleStep),
  };
}

/** Of the variants that are compared: a control's memory is the baseline's. */
const memorySteps = () =>
  POINTS.flatMap(({ name: point }) =>
    COUNTED_FIGURES.flatMap((one) =>
      (['A', 'B'] as const).map((letter) => ({ kind: 'memory' as const, side: letter, point, figure: one })),
    ),
  );

/**
 * `plan.json`: its SHA-256 ties results to it. Plain ASCII, so that it is also an expression of Python once `true` and `false`
 * are names there: for interpreters that have no `json`.
 */
export function planText(plan: BundlePlan): string {
  const { steps, pairs, ...rest } = plan;
  const list = (items: readonly unknown[]) => items.map((item) => `\n  ${canonicalJson(item)}`).join(',');
  const head = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${canonicalJson(value)}`);
  const text = `{${[...head, `"steps": [${list(steps)}]`, `"pairs": [${list(pairs)}]`].join(',\n ')}}\n`;
  return text.replaceAll(/[^\n\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
