/** One test of a stock pybench, as its report or its pickle tells it. Milliseconds at the benchmark's own rounds and warp. */
export interface ImportedTest {
  readonly test: string;
  readonly minMs: number;
  readonly avgMs: number;
  /** Only a pickle tells. */
  readonly rounds?: number | undefined;
  readonly operations?: number | undefined;
  readonly version?: number | undefined;
}

/** What one process of a stock pybench measured. */
export interface ImportedBenchmark {
  /** The file, as it was named. */
  readonly source: string;
  readonly form: 'pybench-text' | 'pybench-pickle';
  /** pybench's own version: `2.0`. */
  readonly version?: string | undefined;
  readonly rounds?: number | undefined;
  readonly warp?: number | undefined;
  readonly timer?: string | undefined;
  readonly pythonVersion?: string | undefined;
  readonly implementation?: string | undefined;
  readonly compiler?: string | undefined;
  readonly build?: string | undefined;
  readonly executable?: string | undefined;
  readonly platform?: string | undefined;
  /** The step of its figures: a report is rounded to whole milliseconds. */
  readonly stepMs?: number | undefined;
  readonly tests: readonly ImportedTest[];
}

/** A difference as pybench has it: patched / baseline - 1, or why there is none. */
export interface ImportedRow {
  readonly test: string;
  readonly minBaselineMs?: number | undefined;
  readonly minPatchedMs?: number | undefined;
  readonly minDifference?: number | undefined;
  readonly avgBaselineMs?: number | undefined;
  readonly avgPatchedMs?: number | undefined;
  readonly avgDifference?: number | undefined;
  readonly note?: string | undefined;
}

/**
 * Two stock benchmarks side by side. One process a side: there is no interval and no verdict, for what differs between
 * two processes of one interpreter cannot be told from what differs between two interpreters.
 */
export interface ImportedComparison {
  readonly baseline: Omit<ImportedBenchmark, 'tests'>;
  readonly patched: Omit<ImportedBenchmark, 'tests'>;
  readonly rows: readonly ImportedRow[];
  /** Ratios of sums over the tests that compare, as pybench's last line; absent when one does not. */
  readonly totals?: ImportedRow | undefined;
  /** Geometric mean of the minima's ratios, over the tests that compare. */
  readonly geometricMean?: number | undefined;
  /** What should be equal on both sides, and is not. */
  readonly conditionsDiffer: readonly string[];
}
