import { z } from 'zod';
import { variantSchema } from '../samples/schema.ts';

const number = z.number();

/** What lives, in bytes as they were asked for; the largest minus the smallest of the repeats, when not all are equal. */
const live = { bytes: number, blocks: number, spreadBytes: number.optional() };
const liveMemory = z.object(live).readonly();
export type LiveMemory = z.infer<typeof liveMemory>;

/** Without pymalloc: every object is a block of malloc's, so this is all that lives, to the byte. */
const exactMemory = z
  .object({
    ...live,
    /** The most that ever lived until then. */
    peakBytes: number,
  })
  .readonly();
export type ExactMemory = z.infer<typeof exactMemory>;

/**
 * With pymalloc, as the interpreter runs: what malloc gave, and the anonymous maps, which are pymalloc's arenas (from 3.11 on
 * with a chunk of the frames' stack among them).
 */
const takenMemory = z.object({ ...live, arenaBytes: number, arenas: number }).readonly();

/** Of one interpreter at one point. Each figure is absent where its method is not to be had. */
const variantMemory = z
  .object({
    exact: exactMemory.optional(),
    /** As `exact`, after `gc.collect()`, which empties the free lists: what is held on purpose. */
    collected: liveMemory.optional(),
    taken: takenMemory.optional(),
    /** What pymalloc itself says is in use in its arenas; bytes are those of whole size classes. */
    pymalloc: z.object({ bytes: number.optional(), blocks: number }).readonly().optional(),
    /** What the operating system sees: whole pages, those of the process alone apart. */
    resident: z
      .object({ bytes: number, ownBytes: number.optional(), spreadBytes: number.optional() })
      .readonly()
      .optional(),
  })
  .readonly();
export type VariantMemory = z.infer<typeof variantMemory>;

const figure = variantMemory.unwrap().keyof();
export type MemoryFigure = z.infer<typeof figure>;

const amount = z.object({ blocks: number, bytes: number }).readonly();
export type Amount = z.infer<typeof amount>;

/** A Python type whose objects differ between the variants. */
const typeDifference = z.object({ type: z.string(), baseline: amount, patched: amount }).readonly();
export type TypeDifference = z.infer<typeof typeDifference>;

/** A size of blocks, in bytes, of which the variants have different numbers. */
const sizeDifference = z.object({ size: number, baseline: number, patched: number }).readonly();
export type SizeDifference = z.infer<typeof sizeDifference>;

const memoryPoint = z
  .object({
    /** `pass`: the interpreter has started; `imports`: it has imported `site` and `json`, too. */
    name: z.enum(['pass', 'imports']),
    /** What was run. */
    code: z.string(),
    variants: z.partialRecord(variantSchema, variantMemory).readonly(),
    /** Where the bytes of `exact` and of `collected` went, the largest difference first. */
    types: z.array(typeDifference).readonly(),
    collectedTypes: z.array(typeDifference).readonly(),
    sizes: z.array(sizeDifference).readonly(),
  })
  .readonly();
export type MemoryPoint = z.infer<typeof memoryPoint>;
export type MemoryPointName = MemoryPoint['name'];

/** What could not be measured, on which variant (else: on all), and why. */
const memoryProblem = z.object({ figure, variant: variantSchema.optional(), why: z.string() }).readonly();
export type MemoryProblem = z.infer<typeof memoryProblem>;

/** Memory of the started interpreters. */
export const memorySchema = z
  .object({
    schemaVersion: z.literal(1),
    /** Processes for each figure. */
    repeats: number,
    points: z.array(memoryPoint).readonly(),
    /** How each figure was got. */
    methods: z.partialRecord(figure, z.string()).readonly(),
    problems: z.array(memoryProblem).readonly(),
  })
  .readonly();
export type StartupMemory = z.infer<typeof memorySchema>;
