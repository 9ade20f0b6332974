import type { InstructionComparison } from '../bench/instructions/types.ts';
import type { StartupMemory } from '../bench/memory/types.ts';
import type { SizeComparison } from '../bench/size/types.ts';
import type { CpythonTestComparison, GrowthResult, SampleHeader, SpeedComparison } from '../bench/types.ts';
import type { Build } from '../builds/types.ts';
import type { BaseId, Flavour } from '../checkout/types.ts';
import type { EditAccount, Expectations, ParamValue, RecipeIdentity, Verdict } from '../patch/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';

/** What a recipe did to the checkout, as the report tells it. The diff itself lies in `patches/`. */
export interface RunPatch {
  readonly recipe: RecipeIdentity;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly verdict: Verdict;
  /** For verdicts other than `applies`. */
  readonly why?: string | undefined;
  /** Relative to the run folder. */
  readonly file?: string | undefined;
  readonly sha256?: string | undefined;
  readonly insertions: number;
  readonly deletions: number;
  readonly files: readonly string[];
  readonly expect?: Expectations | undefined;
  readonly account: readonly EditAccount[];
  readonly warnings: readonly Diagnostic[];
}

export type StageOutcome = 'done' | 'failed' | 'skipped';

/** What one target yielded. Stages that were not reached are absent. */
export interface TargetResult {
  readonly target: string;
  readonly title: string;
  readonly builds: readonly {
    readonly variant: 'baseline' | 'patched' | 'control';
    readonly hit: boolean;
    readonly build: Build;
  }[];
  /** Empty when baseline and patched were built under identical conditions; else what differs. */
  readonly conditionsDiffer: readonly string[];
  readonly buildFailure?: readonly Diagnostic[] | undefined;
  readonly tests?: CpythonTestComparison | undefined;
  readonly speed?: SpeedComparison | undefined;
  readonly speedSkipped?: string | undefined;
  /** The header of the samples that `speed` was computed from, and their file relative to the run folder. */
  readonly bench?: { readonly header: SampleHeader; readonly samples: string } | undefined;
  readonly growth?: GrowthResult | undefined;
  readonly memory?: StartupMemory | undefined;
  readonly instructions?: InstructionComparison | undefined;
  readonly instructionsSkipped?: string | undefined;
  readonly size?: SizeComparison | undefined;
  readonly sizeSkipped?: string | undefined;
  /** The recipes that both variants are built with, as the target needs them; absent where it needs none. */
  readonly ports?: readonly RunPatch[] | undefined;
  /** Of CPython's Windows build: which of the ways to it was gone, what compiled, with whose headers. */
  readonly toolchain?: string | undefined;
  /** Which other machine ran the interpreters: a sentence. Absent: the one of `machine`. */
  readonly elsewhere?: string | undefined;
  /** Speed and memory came by way of a bundle: the SHA-256 of its plan, and the samples relative to the run folder. */
  readonly bundle?: { readonly plan: string; readonly samples: string } | undefined;
  readonly limits: readonly string[];
}

/** `run.json`: what, where, with which compilers, and what came out. Reports are rendered from this alone. */
export interface RunRecord {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly forkwright: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt?: string | undefined;
  readonly state: 'running' | 'finished' | 'stopped' | 'failed';
  readonly commandLine: readonly string[];
  readonly checkout: {
    readonly root: string;
    readonly pythonVersion: string;
    readonly flavour: Flavour;
    readonly base: BaseId;
    readonly localChanges: readonly string[];
  };
  readonly machine: {
    readonly os: string;
    readonly arch: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly loadAverage: readonly number[];
  };
  readonly patches: readonly RunPatch[];
  readonly targets: readonly TargetResult[];
  /** The answer in one sentence a line, for the first screen. */
  readonly verdict: { readonly ok: boolean; readonly lines: readonly string[] };
  readonly timingsMs: Readonly<Record<string, number>>;
}
