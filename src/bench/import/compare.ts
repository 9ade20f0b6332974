import type { ImportedBenchmark, ImportedComparison, ImportedRow, ImportedTest } from './types.ts';

/** Differences as pybench's own `-c` has them, and what of the conditions differs. A pure function of the two. */
export function compareImported(baseline: ImportedBenchmark, patched: ImportedBenchmark): ImportedComparison {
  const before = new Map(baseline.tests.map((test) => [test.test, test]));
  const after = new Map(patched.tests.map((test) => [test.test, test]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const warps = !differ(baseline.warp, patched.warp);
  const rows = names.map((name) => row(name, before.get(name), after.get(name), warps));
  const compared = rows.filter(({ minDifference }) => minDifference !== undefined);
  const logs = compared.map(({ minDifference = 0 }) => Math.log1p(minDifference)).filter(Number.isFinite);
  const { tests: _, ...own } = baseline;
  const { tests: __, ...other } = patched;
  return {
    baseline: own,
    patched: other,
    rows,
    ...(compared.length === rows.length && rows.length > 0 ? { totals: totals(rows) } : {}),
    ...(logs.length === 0
      ? {}
      : { geometricMean: Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length) }),
    conditionsDiffer: differences(baseline, patched),
  };
}

function row(test: string, a: ImportedTest | undefined, b: ImportedTest | undefined, warps: boolean): ImportedRow {
  const figures = {
    ...(a === undefined ? {} : { minBaselineMs: a.minMs, avgBaselineMs: a.avgMs }),
    ...(b === undefined ? {} : { minPatchedMs: b.minMs, avgPatchedMs: b.avgMs }),
  };
  if (a === undefined || b === undefined) {
    return { test, ...figures, note: `only in the ${a === undefined ? 'patched' : 'baseline'} result` };
  }
  const unlike = differ(a.version, b.version) || differ(a.operations, b.operations) || differ(a.rounds, b.rounds);
  if (unlike || !warps)
    return { test, ...figures, note: 'not the same test: its rounds, operations or version differ' };
  if (a.minMs <= 0 || b.minMs <= 0 || a.avgMs <= 0) return { test, ...figures, note: 'too short for its clock' };
  return { test, ...figures, minDifference: b.minMs / a.minMs - 1, avgDifference: b.avgMs / a.avgMs - 1 };
}

/** Known of both, and not the same: what one side does not tell (pybench's text) is no difference. */
const differ = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && a !== b;

function totals(rows: readonly ImportedRow[]): ImportedRow {
  const sum = (key: 'minBaselineMs' | 'minPatchedMs' | 'avgBaselineMs' | 'avgPatchedMs') =>
    rows.reduce((total, one) => total + (one[key] ?? 0), 0);
  const [minBaselineMs, minPatchedMs] = [sum('minBaselineMs'), sum('minPatchedMs')];
  const [avgBaselineMs, avgPatchedMs] = [sum('avgBaselineMs'), sum('avgPatchedMs')];
  return {
    test: 'Totals',
    ...{ minBaselineMs, minPatchedMs, avgBaselineMs, avgPatchedMs },
    minDifference: minPatchedMs / minBaselineMs - 1,
    avgDifference: avgPatchedMs / avgBaselineMs - 1,
  };
}

/** The version of Python may differ only by the change, the compiler not at all. */
function differences(a: ImportedBenchmark, b: ImportedBenchmark): string[] {
  const keys = {
    version: 'the version of pybench',
    rounds: 'the number of rounds',
    warp: 'the warp factor',
    timer: 'the timer',
    platform: 'the machine',
    implementation: 'the implementation',
    pythonVersion: 'the version of Python',
    compiler: 'the compiler',
  } as const;
  return Object.entries(keys).flatMap(([key, what]) => {
    const [one, two] = [a[key as keyof typeof keys], b[key as keyof typeof keys]];
    return one === undefined || two === undefined || one === two ? [] : [`${what}: ${one}, then ${two}`];
  });
}
