import { sampleRankCorrelation } from 'simple-statistics';
import type { MemoryPointName, VariantMemory } from '../../../src/bench/memory/types.ts';
import type { RatioEstimate, TestRow } from '../../../src/bench/types.ts';
import type { Extract } from './extract.ts';
import type { Published } from './published.ts';

/** Patched less baseline of one figure of start-up memory; `undefined` where it was not measured on both. */
export function memoryChange(
  { memory }: Extract,
  name: MemoryPointName,
  of: (side: VariantMemory) => number | undefined,
): number | undefined {
  const { baseline, patched } = memory.points.find((point) => point.name === name)?.variants ?? {};
  const [before, after] = [baseline && of(baseline), patched && of(patched)];
  return before === undefined || after === undefined ? undefined : after - before;
}

export const exactBytes = ({ exact }: VariantMemory): number | undefined => exact?.bytes;
export const collectedBytes = ({ collected }: VariantMemory): number | undefined => collected?.bytes;
export const takenBytes = ({ taken }: VariantMemory): number | undefined =>
  taken === undefined ? undefined : taken.bytes + taken.arenaBytes;
export const residentBytes = ({ resident }: VariantMemory): number | undefined => resident?.ownBytes ?? resident?.bytes;

type Estimated = TestRow & { readonly estimate: RatioEstimate };

/** The rows that have an estimate. */
export function estimated({ speed }: Extract): Estimated[] {
  return speed.tests.flatMap((row) => (row.estimate === undefined ? [] : [{ ...row, estimate: row.estimate }]));
}

/** Changes of single tests by name, as fractions, from four sources. */
export function changesOf(extract: Extract): ReadonlyMap<string, number> {
  return new Map(estimated(extract).map(({ test, estimate }) => [test, estimate.ratio - 1]));
}

export function instructionChanges({ instructions }: Extract): ReadonlyMap<string, number> {
  const rows = instructions?.tests ?? [];
  return new Map(rows.flatMap(({ test, change }) => (change === undefined ? [] : [[test, change.ratio - 1] as const])));
}

export function publishedChanges(published: Published): ReadonlyMap<string, number> {
  return new Map(published.tests.map(({ test, minDiff }) => [test, minDiff]));
}

/** Spearman's rank correlation over the tests that both have. */
export function agreement(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) {
  const tests = [...a.keys()].filter((test) => b.has(test));
  if (tests.length < 3) return undefined;
  const of = (map: ReadonlyMap<string, number>) => tests.map((test) => map.get(test) ?? 0);
  return { rank: sampleRankCorrelation(of(a), of(b)), tests: tests.length };
}

/** How long a run was busy with what it was asked for, builds apart: they are found in the store the second time. */
export function verdictMs({ timingsMs }: Extract): number {
  return Object.entries(timingsMs).reduce((sum, [stage, ms]) => sum + (stage.endsWith('/build') ? 0 : ms), 0);
}
