import { createRandom, type Random } from '../random.ts';
import { mean, quantile } from '../statistics/quantile.ts';
import type { PyperfFile } from './pyperf.ts';
import type { PyperfComparison, PyperfRow } from './types.ts';

/** Fewer processes cannot say how far processes scatter. */
const FEWEST = 3;
const RESAMPLES = 2000;

type Runs = readonly (readonly number[])[];

/**
 * Two files of pyperf side by side, or one alone: means of the processes' means (so that a process counts once however many
 * values it has), their ratio, and what the scatter of the processes makes of it: a 95% percentile bootstrap over the
 * processes of each side (Efron and Tibshirani 1993). No verdict: `reasons` says why not. A pure function of the two.
 */
export function comparePyperf(baseline: PyperfFile, patched?: PyperfFile): PyperfComparison {
  const before = new Map(baseline.benchmarks.map((one) => [one.name, one]));
  const after = new Map(patched?.benchmarks.map((one) => [one.name, one]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const rows = names.map((test, index): PyperfRow => {
    const [a, b] = [before.get(test), after.get(test)];
    const sides = {
      ...{ test, unit: (a ?? b)?.unit ?? 'second' },
      ...(a === undefined ? {} : { baseline: sideOf(a.runs) }),
      ...(b === undefined ? {} : { patched: sideOf(b.runs) }),
    };
    if (patched === undefined) return sides;
    if (a === undefined || b === undefined)
      return { ...sides, note: `only in ${(a === undefined ? patched : baseline).source}` };
    if (a.unit !== b.unit) return { ...sides, note: `${a.unit}s there, ${b.unit}s here: not comparable` };
    if (a.runs.length === 0 || b.runs.length === 0) return { ...sides, note: 'calibrated only, not measured' };
    return { ...sides, ...ratio(a.runs, b.runs, createRandom(1, index)) };
  });
  const logs = rows.flatMap((row) => (row.ratio === undefined || row.unit !== 'second' ? [] : [Math.log(row.ratio)]));
  const { benchmarks: _, ...own } = baseline;
  if (patched === undefined) return { baseline: own, rows, reasons: [], conditionsDiffer: [] };
  const { benchmarks: __, ...other } = patched;
  return {
    ...{ baseline: own, patched: other, rows },
    ...(logs.length === 0 ? {} : { geometricMean: Math.exp(mean(logs)) }),
    ...{ reasons: reasons(baseline, patched), conditionsDiffer: differences(baseline, patched) },
  };
}

function sideOf(runs: Runs) {
  const values = runs.reduce((sum, run) => sum + run.length, 0);
  return { processes: runs.length, values, ...(runs.length === 0 ? {} : { mean: hierarchical(runs) }) };
}

const hierarchical = (runs: Runs) => mean(runs.map((run) => mean(run)));

function ratio(a: Runs, b: Runs, random: Random): Pick<PyperfRow, 'ratio' | 'low' | 'high' | 'note'> {
  const found = hierarchical(b) / hierarchical(a);
  if (a.length < FEWEST || b.length < FEWEST) {
    return { ratio: found, note: `no interval: fewer than ${FEWEST} processes` };
  }
  const [before, after] = [a, b].map((runs) => runs.map((run) => mean(run)));
  if (before === undefined || after === undefined) throw new Error('two sides');
  const resampled = (means: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < means.length; i++) sum += means[random.below(means.length)] ?? 0;
    return sum / means.length;
  };
  const ratios = Array.from({ length: RESAMPLES }, () => resampled(after) / resampled(before));
  return { ratio: found, low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

function reasons(a: PyperfFile, b: PyperfFile): string[] {
  const found = [
    'the processes of the two files are not paired: what changed on the machine from one file to the other is in every difference, and the intervals know nothing of it',
  ];
  if (a.dates === undefined || b.dates === undefined) found.push('a file does not say when it was measured');
  else if (a.dates[1] < b.dates[0] || b.dates[1] < a.dates[0]) {
    const [first, second] = a.dates[0] <= b.dates[0] ? [a, b] : [b, a];
    found.push(`all of ${first.source} was measured before ${second.source}: the two did not take turns`);
  }
  if ([...a.benchmarks, ...b.benchmarks].some(({ runs }) => runs.length === 1)) {
    found.push('some benchmarks have one process on a side, which cannot show how far processes scatter');
  }
  return found;
}

function differences({ facts: a }: PyperfFile, { facts: b }: PyperfFile): string[] {
  return Object.keys(a).flatMap((key) =>
    b[key] === undefined || a[key] === b[key] ? [] : [`${key}: ${short(a[key])}, then ${short(b[key])}`],
  );
}

const short = (text = '') => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
