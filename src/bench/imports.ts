import { z } from 'zod';
import type { Variant } from '../builds/types.ts';
import type { Context } from '../system/context.ts';
import type { Step } from '../system/events.ts';
import { runProcess } from '../system/process.ts';
import { list, number, struct, text } from '../system/schema.ts';
import { PATH, whyEnded } from './instructions/process.ts';
import { createRandom } from './random.ts';
import { estimateSchema } from './samples/schema.ts';
import { medianInterval } from './statistics/median-interval.ts';
import { median } from './statistics/quantile.ts';
import { benjaminiHochberg, signFlipP } from './statistics/sign-flip.ts';
import { type Interpreter, timeLimit } from './types.ts';

const importRow = struct({
  module: text,
  /** Medians over the processes, microseconds in the module itself, without what it imports; 0 where it is not imported. */
  baseline: number,
  patched: number,
  /** Median over the pairs of patched less baseline, microseconds, and its 95% interval. */
  difference: number,
  low: number,
  high: number,
  q: number,
  verdict: z.enum(['slower', 'faster', 'inconclusive']),
});

export const importsSchema = struct({
  schemaVersion: z.literal(1),
  pairs: number,
  /** All imports of a start together: patched against baseline. */
  whole: estimateSchema,
  /** The largest difference first. */
  modules: list(importRow),
});
export type ImportsResult = z.infer<typeof importsSchema>;

const TIMEOUT_MS = 60_000;
const FALSE_DISCOVERY_RATE = 0.05;

/** Microseconds in each module itself, of what `-X importtime` writes to stderr. */
export function readImportTimes(stderr: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const [, self, module = ''] of stderr.matchAll(/^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)\s*$/gm))
    times.set(module, (times.get(module) ?? 0) + Number(self));
  return times;
}

/**
 * What a start takes, import by import (`python -X importtime -c pass`, 3.7 and later): pairs of processes that take turns, a
 * coin deciding who is first, each pair with a hash seed of its own. Wall time, as the interpreter itself takes it.
 * @returns why not, when a process fails.
 * @throws Cancelled
 */
export async function measureImports(request: {
  readonly interpreters: readonly Interpreter[];
  readonly pairs: number;
  readonly seed: number;
  readonly ctx: Context;
  readonly step: Pick<Step, 'progress'>;
}): Promise<ImportsResult | string> {
  const { interpreters, pairs, seed, ctx, step } = request;
  const random = createRandom(seed);
  const all: Record<'baseline' | 'patched', ReadonlyMap<string, number>>[] = [];
  // The first pair reads the files from the disk, and writes bytecode.
  for (let pair = -1; pair < pairs; pair++) {
    step.progress(`pair ${Math.max(1, pair + 1)}`, Math.max(0, pair), pairs);
    const told: Partial<Record<Variant, ReadonlyMap<string, number>>> = {};
    for (const interpreter of random.float() < 0.5 ? interpreters : interpreters.toReversed()) {
      const [file = '', ...args] = [...interpreter.command, '-X', 'importtime', '-c', 'pass'];
      const timeoutMs = timeLimit(TIMEOUT_MS, interpreter);
      const env = { PATH, LC_ALL: 'C', ...interpreter.env, PYTHONHASHSEED: String(pair + 1) };
      const result = await runProcess(file, args, { cwd: '/', env, timeoutMs, signal: ctx.signal });
      if (result.exitCode !== 0) return `${interpreter.variant}: ${whyEnded(result, timeoutMs)}`;
      told[interpreter.variant] = readImportTimes(result.stderr);
    }
    const { baseline, patched } = told;
    if (baseline === undefined || patched === undefined) throw new Error('two sides are expected');
    if (baseline.size === 0 || patched.size === 0) return '-X importtime told nothing';
    if (pair >= 0) all.push({ baseline, patched });
  }
  return compareImports(all, seed);
}

/** Each module by the sign-flip test of its differences, all of them one family (Benjamini and Hochberg 1995). */
export function compareImports(
  pairs: readonly Readonly<Record<'baseline' | 'patched', ReadonlyMap<string, number>>>[],
  seed: number,
): ImportsResult {
  const sum = (times: ReadonlyMap<string, number>) => [...times.values()].reduce((all, one) => all + one, 0);
  const whole = pairs.map(({ baseline, patched }) => Math.log(sum(patched) / sum(baseline)));
  const names = new Set(pairs.flatMap(({ baseline, patched }) => [...baseline.keys(), ...patched.keys()]));
  const rows = [...names].map((module) => {
    const [before, after] = (['baseline', 'patched'] as const).map((side) =>
      pairs.map((pair) => pair[side].get(module) ?? 0),
    );
    const differences = pairs.map((_, i) => (after?.[i] ?? 0) - (before?.[i] ?? 0));
    const found = { difference: median(differences), ...medianInterval(differences) };
    return {
      module,
      baseline: median(before ?? []),
      patched: median(after ?? []),
      ...found,
      p: signFlipP(differences, createRandom(seed)),
    };
  });
  const qs = benjaminiHochberg(rows.map(({ p }) => p));
  const modules = rows.map(({ p: _, ...row }, i) => {
    const q = qs[i] ?? 1;
    const moved = q < FALSE_DISCOVERY_RATE && (row.low > 0 || row.high < 0);
    return {
      ...row,
      q,
      verdict: !moved ? ('inconclusive' as const) : row.low > 0 ? ('slower' as const) : ('faster' as const),
    };
  });
  const { low, high } = medianInterval(whole);
  return {
    schemaVersion: 1,
    pairs: pairs.length,
    whole: { ratio: Math.exp(median(whole)), low: Math.exp(low), high: Math.exp(high) },
    modules: modules.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
  };
}
