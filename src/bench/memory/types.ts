import { z } from 'zod';
import { list, number, struct } from '../../system/schema.ts';
import { variantSchema } from '../samples/schema.ts';

/** What lives, in bytes as they were asked for; the largest minus the smallest of the repeats, when not all are equal. */
const live = { bytes: number, blocks: number, spreadBytes: number.optional() };
const liveMemory = struct(live);
export type LiveMemory = z.infer<typeof liveMemory>;

/** Without pymalloc: every object is a block of malloc's, so this is all that lives, to the byte. */
const exactMemory = struct({
  ...live,
  /** The most that ever lived until then. */
  peakBytes: number,
});
export type ExactMemory = z.infer<typeof exactMemory>;

/**
 * With pymalloc, as the interpreter runs: what malloc gave, and the anonymous maps, which are pymalloc's arenas (from 3.11 on
 * with a chunk of the frames' stack among them).
 */
const takenMemory = struct({ ...live, arenaBytes: number, arenas: number });

/** Of one interpreter at one point. Each figure is absent where its method is not to be had. */
const variantMemory = struct({
  exact: exactMemory.optional(),
  /** As `exact`, after `gc.collect()`, which empties the free lists: what is held on purpose. */
  collected: liveMemory.optional(),
  taken: takenMemory.optional(),
  /** What pymalloc itself says is in use in its arenas; bytes are those of whole size classes. */
  pymalloc: struct({ bytes: number.optional(), blocks: number }).optional(),
  /** What the operating system sees: whole pages, those of the process alone apart. */
  resident: struct({ bytes: number, ownBytes: number.optional(), spreadBytes: number.optional() }).optional(),
});
export type VariantMemory = z.infer<typeof variantMemory>;

const figure = variantMemory.unwrap().keyof();
export type MemoryFigure = z.infer<typeof figure>;

const amount = struct({ blocks: number, bytes: number });
export type Amount = z.infer<typeof amount>;

const typeDifference = struct({ type: z.string(), baseline: amount, patched: amount });
export type TypeDifference = z.infer<typeof typeDifference>;

const sizeDifference = struct({ size: number, baseline: number, patched: number });
export type SizeDifference = z.infer<typeof sizeDifference>;

const memoryPoint = struct({
  /** `pass`: the interpreter has started; `imports`: it has imported `site` and `json`, too. */
  name: z.enum(['pass', 'imports']),
  /** What was run. */
  code: z.string(),
  variants: z.partialRecord(variantSchema, variantMemory).readonly(),
  /** Where the bytes of `exact` and of `collected` went, the largest difference first. */
  types: list(typeDifference),
  collectedTypes: list(typeDifference),
  sizes: list(sizeDifference),
});
export type MemoryPoint = z.infer<typeof memoryPoint>;
export type MemoryPointName = MemoryPoint['name'];

/** What could not be measured, on which variant (else: on all), and why. */
const memoryProblem = struct({ figure, variant: variantSchema.optional(), why: z.string() });
export type MemoryProblem = z.infer<typeof memoryProblem>;

export const memorySchema = struct({
  schemaVersion: z.literal(1),
  repeats: number,
  points: list(memoryPoint),
  methods: z.partialRecord(figure, z.string()).readonly(),
  problems: list(memoryProblem),
});
export type StartupMemory = z.infer<typeof memorySchema>;

/** Exact live bytes of both interpreters at each point at which both could be measured. */
export function startupBytes(memory: StartupMemory | undefined) {
  return (memory?.points ?? []).flatMap(({ name, variants }) => {
    const baseline = variants.baseline?.exact?.bytes;
    const patched = variants.patched?.exact?.bytes;
    return baseline === undefined || patched === undefined ? [] : [{ point: name, baseline, patched }];
  });
}
