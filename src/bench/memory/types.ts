import type { Variant } from '../../builds/types.ts';

/** `pass`: the interpreter has started; `imports`: it has imported `site` and `json`, too. */
export type MemoryPointName = 'pass' | 'imports';

/** What lives, in bytes as they were asked for; the largest minus the smallest of the repeats, when not all are equal. */
export interface LiveMemory {
  readonly bytes: number;
  readonly blocks: number;
  readonly spreadBytes?: number | undefined;
}

/** Without pymalloc: every object is a block of malloc's, so this is all that lives, to the byte. */
export interface ExactMemory extends LiveMemory {
  /** The most that ever lived until then. */
  readonly peakBytes: number;
}

/**
 * With pymalloc, as the interpreter runs: what malloc gave, and the anonymous maps, which are pymalloc's arenas (from 3.11 on
 * with a chunk of the frames' stack among them).
 */
export interface TakenMemory extends LiveMemory {
  readonly arenaBytes: number;
  readonly arenas: number;
}

/** Of one interpreter at one point. Each figure is absent where its method is not to be had. */
export interface VariantMemory {
  readonly exact?: ExactMemory | undefined;
  /** As `exact`, after `gc.collect()`, which empties the free lists: what is held on purpose. */
  readonly collected?: LiveMemory | undefined;
  readonly taken?: TakenMemory | undefined;
  /** What pymalloc itself says is in use in its arenas; bytes are those of whole size classes. */
  readonly pymalloc?: { readonly bytes?: number | undefined; readonly blocks: number } | undefined;
  /** What the operating system sees: whole pages, those of the process alone apart. */
  readonly resident?:
    | { readonly bytes: number; readonly ownBytes?: number | undefined; readonly spreadBytes?: number | undefined }
    | undefined;
}

export type MemoryFigure = keyof VariantMemory;

export interface Amount {
  readonly blocks: number;
  readonly bytes: number;
}

/** A Python type whose objects differ between the variants. */
export interface TypeDifference {
  readonly type: string;
  readonly baseline: Amount;
  readonly patched: Amount;
}

/** A size of blocks, in bytes, of which the variants have different numbers. */
export interface SizeDifference {
  readonly size: number;
  readonly baseline: number;
  readonly patched: number;
}

export interface MemoryPoint {
  readonly name: MemoryPointName;
  /** What was run. */
  readonly code: string;
  readonly variants: Readonly<Partial<Record<Variant, VariantMemory>>>;
  /** Where the bytes of `exact` and of `collected` went, the largest difference first. */
  readonly types: readonly TypeDifference[];
  readonly collectedTypes: readonly TypeDifference[];
  readonly sizes: readonly SizeDifference[];
}

/** What could not be measured, on which variant (else: on all), and why. */
export interface MemoryProblem {
  readonly figure: MemoryFigure;
  readonly variant?: Variant | undefined;
  readonly why: string;
}

/** Memory of the started interpreters. */
export interface StartupMemory {
  readonly schemaVersion: 1;
  /** Processes for each figure. */
  readonly repeats: number;
  readonly points: readonly MemoryPoint[];
  /** How each figure was got. */
  readonly methods: Readonly<Partial<Record<MemoryFigure, string>>>;
  readonly problems: readonly MemoryProblem[];
}
