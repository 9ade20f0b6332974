import { startupBytes } from '../bench/memory/types.ts';
import { codeBytes } from '../bench/size/types.ts';
import type { RatioEstimate } from '../bench/types.ts';
import type { NeighbourResult, Neighbours } from '../run/session.ts';
import type { RunRecord } from '../run/types.ts';
import { savedGrowth } from './answers.ts';
import { FEWEST_PAIRS, overallSpeed } from './speed-verdict.ts';

/** What several runs are to each other: values of parameters, changes of a series, or sides with one baseline. */
export const KINDS = ['sweep', 'each', 'sides'] as const;

/** A run of several that differ in one thing, by what tells it from the others. */
export interface VariedRun {
  readonly name: string;
  readonly record: RunRecord;
}

export interface Varied {
  readonly kind: (typeof KINDS)[number];
  /** Places of runs that are one step apart. */
  readonly steps: Neighbours;
  /** How these compare with each other. */
  readonly neighbours: readonly NeighbourResult[];
}

/** What one of the runs found on a target, patched less baseline; what was not measured is absent. */
export interface Point {
  readonly name: string;
  /** The checkout has it already: it is the baseline. */
  readonly stock?: boolean | undefined;
  /** Live bytes of the started interpreter. */
  readonly startup?: number | undefined;
  /** Bytes kept of functions that were called once. */
  readonly growth?: number | undefined;
  /** Bytes of code in the interpreter's file. */
  readonly code?: number | undefined;
  /** Executed instructions, patched / baseline. */
  readonly instructions?: number | undefined;
  /** Time over all tests, and from how many rounds. */
  readonly time?: RatioEstimate | undefined;
  readonly rounds?: number | undefined;
  /** pybench's tests that are slower and faster. */
  readonly slower?: number | undefined;
  readonly faster?: number | undefined;
  /** CPython's tests that only the patched interpreter fails, undeclared. */
  readonly failing?: number | undefined;
  /** No other, and not the baseline, is better in memory or time without being worse in the other; absent where the runs have no common baseline. */
  readonly unbeaten?: boolean | undefined;
}

/** The checkout has this value already: it is the baseline itself. */
export const isBaseline = ({ patches }: RunRecord): boolean =>
  patches.length > 0 && patches.every(({ verdict }) => verdict === 'already-applied');

export function pointsOf(runs: readonly VariedRun[], target: string, kind: Varied['kind']): readonly Point[] {
  const points = runs.map(({ name, record }): Point => {
    if (isBaseline(record)) return { ...NOTHING, name, stock: true };
    const found = record.targets.find((one) => one.target === target);
    const [startup] = startupBytes(found?.memory);
    const saved = savedGrowth(found?.growth);
    const size = found?.size;
    return {
      name,
      startup: startup && startup.patched - startup.baseline,
      growth: saved === undefined ? undefined : -saved,
      code: size && codeBytes(size, 'patched') - codeBytes(size, 'baseline'),
      instructions: found?.instructions?.total?.ratio,
      time: found?.speed?.geometricMean,
      rounds: found?.speed?.pairs,
      slower: found?.speed?.counts.slower,
      faster: found?.speed?.counts.faster,
      failing: found?.tests?.unexpected,
    };
  });
  return kind === 'each' ? points : points.map((one) => ({ ...one, unbeaten: isUnbeaten(one, [...points, NOTHING]) }));
}

/** The baseline itself: what leaving everything as it is comes to. */
const NOTHING: Point = { name: 'baseline', startup: 0, time: { ratio: 1, low: 1, high: 1 } };

/**
 * The Pareto set of memory against time. One is beaten by another that takes no more memory and no more time, and is surely better
 * in one of them: in memory, which is exact, by any byte, in time where the whole intervals are apart, and there are rounds enough for intervals.
 */
function isUnbeaten({ startup, time, rounds = FEWEST_PAIRS }: Point, others: readonly Point[]): boolean | undefined {
  if (startup === undefined || time === undefined) return undefined;
  return !others.some(
    (other) =>
      other.startup !== undefined &&
      other.time !== undefined &&
      other.startup <= startup &&
      other.time.ratio <= time.ratio &&
      (other.startup < startup || (rounds >= FEWEST_PAIRS && other.time.high < time.low)),
  );
}

export const targetsOf = (runs: readonly VariedRun[]): readonly string[] => [
  ...new Set(runs.flatMap(({ record }) => record.targets.map(({ target }) => target))),
];

/** `comparison.json` of several runs: what the report's charts and tables show. Members are added, never renamed, while `schemaVersion` is 1. */
export function variedJson(runs: readonly VariedRun[], varied: Varied) {
  return {
    schemaVersion: 1,
    type: 'several',
    kind: varied.kind,
    targets: targetsOf(runs).map((target) => ({
      target,
      points: pointsOf(runs, target, varied.kind),
      neighbours: varied.neighbours
        .filter((one) => one.target === target)
        .map(({ from, to, speed }) => ({ from, to, overall: overallSpeed(speed) ?? null, speed })),
    })),
  };
}
