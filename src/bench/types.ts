import type { Variant } from '../builds/types.ts';

/** What a benchmark session needs to know of a built interpreter. */
export interface Interpreter {
  readonly variant: Variant;
  /** What is started: the interpreter itself, or an emulator and its options. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pythonVersion: string;
  /** It runs on another machine: nothing of this one's can be set for it. */
  readonly elsewhere?: boolean | undefined;
  /** It starts only with pipes for its output, not with a file: Python 3 under Wine. */
  readonly pipes?: boolean | undefined;
  /** How many times as long as here it may take, on a slower machine or under an emulator; absent: once. See `timeLimit`. */
  readonly slowdown?: number | undefined;
  /** The build's key, for the record. */
  readonly buildKey: string;
  /** The same interpreter linked in other orders, a command each: pair n is measured with the n-th (and again from the first). */
  readonly layouts?: readonly (readonly string[])[] | undefined;
}

/** Which pybench was used, and where it came from. */
export interface PybenchCopy {
  /** The folder with the pinned copy, absolute. */
  readonly folder: string;
  /** `2.0`, `2.1`. */
  readonly version: string;
  readonly origin: string;
  /** SHA-256 over its files. */
  readonly sha256: string;
  /** True when 2.0 was converted by lib2to3 for a Python 3 interpreter. */
  readonly converted: boolean;
}

export interface BenchSettings {
  readonly pairs: number;
  readonly seed: number;
  /** Only tests whose names match. */
  readonly tests?: string | undefined;
  /** No answer of a worker (one block of a test) may take longer than this. */
  readonly testTimeoutMs: number;
  /** How long a block should take, milliseconds: the loops of each test are chosen so, once, on the baseline. */
  readonly blockMs: number;
  /** How often a test's mirrored sequence (ABBA or BAAB) runs in a pair, at most: slow tests get fewer. */
  readonly repeats: number;
  /** Each pair is measured with interpreters whose objects were linked in an order of its own. Absent: one layout for all pairs. */
  readonly layouts?: 'each-pair' | undefined;
  /** Pairs at once is always one; CPU to pin to, when possible. */
  readonly cpu?: number | undefined;
}

/** What is measured: pybench, the start of the interpreter, or scripts with `def bench_NAME(loops)` functions. */
export type Suite =
  | { readonly kind: 'pybench'; readonly copy: PybenchCopy }
  | { readonly kind: 'startup' }
  | { readonly kind: 'files'; readonly files: readonly string[] };

/** What a worker says of itself when it starts. */
export interface WorkerFacts {
  readonly version: string;
  readonly implementation: string;
  readonly executable: string;
  readonly platform: string;
  readonly hashRandomisation: number;
  /** Name and smallest step seen (seconds; null when it stood still) of its clocks. */
  readonly clocks: Readonly<Record<'cpu' | 'wall', { readonly name: string; readonly resolution: number | null }>>;
}

/** A line of `samples.jsonl`. A comparison is a pure function of these lines. */
export type SampleLine =
  | {
      readonly type: 'header';
      readonly schemaVersion: 1;
      readonly suite: string;
      readonly pybench?: Omit<PybenchCopy, 'folder'> | undefined;
      readonly settings: BenchSettings;
      readonly tests: readonly string[];
      /** Rounds (warp) a block of each test does, chosen once on the baseline. */
      readonly loops: Readonly<Record<string, number>>;
      /** How often the mirrored sequence of blocks of each test runs in a pair. */
      readonly repeats: Readonly<Record<string, number>>;
      readonly variants: Readonly<Partial<Record<Variant, { buildKey: string; pythonVersion: string }>>>;
      readonly clock: 'cpu' | 'wall';
      /** SHA-256 of each benchmark file, for `--suite FILE.py`. */
      readonly files?: Readonly<Record<string, string>> | undefined;
      /** The tests' own numbers of rounds: the classic table is scaled to them. */
      readonly defaultRounds: Readonly<Record<string, number>>;
      /** Operations that a test does in one round, by its own account. */
      readonly operations: Readonly<Record<string, number>>;
      /** Tests that vanish in their calibration: it is measured, and not subtracted. */
      readonly uncalibrated: readonly string[];
      readonly workers: Readonly<Partial<Record<Variant, WorkerFacts>>>;
      /** How many link orders each variant was measured in; a variant that is not there has one. */
      readonly layouts?: Readonly<Partial<Record<Variant, number>>> | undefined;
      /** The CPU that all workers are pinned to. */
      readonly pinnedCpu?: number | undefined;
      /** A self-test: variants that were slowed down on purpose, by this fraction. */
      readonly planted?: Readonly<Partial<Record<Variant, number>>> | undefined;
      /** ISO 8601. */
      readonly startedAt: string;
    }
  | {
      readonly type: 'sample';
      readonly pair: number;
      readonly variant: Variant;
      readonly test: string;
      /** Position in the pair's shuffled order, and the block order, `ABBA` or `BAAB`. */
      readonly position: number;
      readonly order: string;
      /** Seconds a block took, one a block; `overheadCpu` and `overheadWall` are subtracted already when given. */
      readonly cpu: readonly number[];
      readonly wall: readonly number[];
      /** The time of the empty loop that was subtracted; `undefined` when it could not be (see `note`). */
      readonly overheadCpu?: number | undefined;
      readonly overheadWall?: number | undefined;
      readonly operations: number;
      readonly note?: string | undefined;
    }
  | {
      readonly type: 'problem';
      /** From 1; 0 is the planning before the first pair. */
      readonly pair: number;
      readonly variant: Variant;
      readonly test: string;
      readonly kind: 'missing' | 'failed' | 'timeout';
      readonly message: string;
    }
  | { readonly type: 'pair-done'; readonly pair: number; readonly hashSeed: number }
  /** The measuring was stopped and goes on with this pair: lines of it that stand above do not count. */
  | { readonly type: 'resumed'; readonly pair: number; readonly at: string };

export type SampleHeader = Extract<SampleLine, { type: 'header' }>;
export type Sample = Extract<SampleLine, { type: 'sample' }>;
export type SampleProblem = Extract<SampleLine, { type: 'problem' }>;

export type TestVerdict = 'faster' | 'slower' | 'no-change' | 'inconclusive' | 'missing' | 'failed';

/** A ratio is patched / baseline of time: above 1 means that the patched interpreter is slower. */
export interface RatioEstimate {
  readonly ratio: number;
  /** 95% bootstrap interval over pairs. */
  readonly low: number;
  readonly high: number;
}

export interface TestRow {
  readonly test: string;
  readonly verdict: TestVerdict;
  readonly estimate?: RatioEstimate | undefined;
  /** Sign-flip p, and Benjamini-Hochberg adjusted q. */
  readonly p?: number | undefined;
  readonly q?: number | undefined;
  readonly pairs: number;
  /** Smallest and mean block, milliseconds. */
  readonly minBaselineMs?: number | undefined;
  readonly minPatchedMs?: number | undefined;
  readonly avgBaselineMs?: number | undefined;
  readonly avgPatchedMs?: number | undefined;
  /** For `no-change`: the change that is ruled out, as a fraction (0.01 = 1%). */
  readonly bound?: number | undefined;
  /** For `inconclusive`: pairs that would settle it. */
  readonly pairsToSettle?: number | undefined;
  /** The recipe said beforehand that this test gets faster or slower. */
  readonly declared?: 'faster' | 'slower' | undefined;
  readonly note?: string | undefined;
}

/** What the usual tools would have said of one test, from the same samples: shown beside our verdicts, never judged by. */
export interface UsualVerdict {
  readonly test: string;
  /** pybench's own figure: minimum over everything, patched / baseline - 1. It has no notion of chance. */
  readonly minimumDifference: number;
  /** Two-sided p of Welch's t test on all blocks pooled, as if each were a sample of its own. */
  readonly pooledT: number;
}

/** What happened to speed: a pure function of the samples. Written as `comparison.json`. */
export interface SpeedComparison {
  readonly schemaVersion: 1;
  readonly suite: string;
  readonly pybench?: Omit<PybenchCopy, 'folder'> | undefined;
  readonly clock: 'cpu' | 'wall';
  readonly pairs: number;
  readonly pairsPlanned: number;
  /** Geometric mean over the tests, 20% trimmed mean over the pairs. */
  readonly geometricMean?: RatioEstimate | undefined;
  readonly counts: Readonly<Record<TestVerdict, number>>;
  readonly tests: readonly TestRow[];
  /** The change that counts: max(1%, noise floor), as a fraction. */
  readonly threshold: number;
  /** The control's 95th percentile, when a control ran. */
  readonly noiseFloor?: number | undefined;
  /** Tests of the control that would be called changed without the floor. Absent in records of before it was kept. */
  readonly controlFlagged?: number | undefined;
  /** The control's own geometric mean: what the whole moves by though no source differs. */
  readonly controlMean?: RatioEstimate | undefined;
  readonly falseDiscoveryRate: number;
  /** A self-test: variants that were slowed down on purpose, by this fraction. */
  readonly planted?: Readonly<Partial<Record<Variant, number>>> | undefined;
  /** What a reader must know to judge the figures: too few pairs, a torn file. */
  readonly warnings?: readonly string[] | undefined;
  /** Absent in records of before it was kept. */
  readonly usual?: readonly UsualVerdict[] | undefined;
}

/** Resident growth after N distinct functions were called once: an unbounded cache shows here. */
export interface GrowthResult {
  readonly functions: number;
  /** Bytes of VmRSS before and after, by variant. */
  readonly growth: Readonly<
    Partial<
      Record<
        Variant,
        {
          readonly beforeBytes: number;
          readonly afterBytes: number;
          readonly grownBytes: number;
          /** The largest growth of the repeats minus the smallest, when they were not all equal. */
          readonly spreadBytes?: number | undefined;
        }
      >
    >
  >;
  readonly method: string;
  /** Why a variant could not be measured. */
  readonly problems?: Readonly<Partial<Record<Variant, string>>> | undefined;
}

/** Of one variant and one of CPython's tests. */
export type CpythonTestOutcome = 'passed' | 'failed' | 'skipped' | 'crashed' | 'timeout' | 'missing';

export interface CpythonTestRow {
  readonly test: string;
  readonly baseline: CpythonTestOutcome;
  readonly patched: CpythonTestOutcome;
  /** Single test cases that fail on one side only. */
  readonly onlyBaseline: readonly string[];
  readonly onlyPatched: readonly string[];
  /** `same`; `expected`: declared by the recipe, with its reason; `unexpected`: fails the run. */
  readonly verdict: 'same' | 'expected' | 'unexpected' | 'fixed';
  readonly why?: string | undefined;
}

export interface CpythonTestComparison {
  readonly set: string;
  readonly rows: readonly CpythonTestRow[];
  readonly unexpected: number;
}
