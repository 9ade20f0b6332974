import type { Variant } from '../../builds/types.ts';
import { type Counted, whyInexact } from '../memory/counted.ts';
import { sizeDifferences, typeDifferences } from '../memory/difference.ts';
import { MEMORY_REPEATS } from '../memory/measure.ts';
import { middleOf } from '../memory/middle.ts';
import { POINTS } from '../memory/probe.ts';
import type { MemoryPoint, MemoryProblem, StartupMemory, VariantMemory } from '../memory/types.ts';
import { withoutPymalloc } from '../memory/without-pymalloc.ts';
import type { BundlePlan, MemoryStep, Side } from './plan.ts';
import type { BundleResults } from './samples.ts';

interface Found {
  readonly step: MemoryStep;
  readonly variant: Variant;
  readonly version: string;
  readonly result: { readonly counted: Counted; readonly spread: { readonly spreadBytes?: number } } | string;
}

/** What a bundle's counter reported. @returns `undefined` when it was not asked. */
export function memoryOf(results: BundleResults): StartupMemory | undefined {
  const { plan } = results;
  const found = plan.steps.flatMap((step): Found[] => {
    const side = plan.sides[step.side];
    const lines = results.steps.get(step.step);
    if (step.kind !== 'memory' || side === undefined || lines === undefined) return [];
    return [
      { step, variant: side.variant, version: side.pythonVersion, result: countedIn(lines, side.pythonVersion, step) },
    ];
  });
  if (found.length === 0) return undefined;
  const good = found.filter(({ result }) => typeof result !== 'string');
  const version = plan.sides.A?.pythonVersion ?? '';
  const how = 'malloc counter in the bundle; addresses fixed where that system could';
  const has = (figure: MemoryStep['figure']) => good.some(({ step }) => step.figure === figure);
  const exact = `${how}; ${withoutPymalloc(version).method}`;
  return {
    schemaVersion: 1,
    repeats: MEMORY_REPEATS,
    points: POINTS.map(({ name, code }) => pointOf(name, code, found, plan)),
    methods: {
      ...(has('exact') ? { exact } : {}),
      ...(has('collected') ? { collected: `${exact}; after gc.collect()` } : {}),
      ...(has('taken') ? { taken: how } : {}),
    },
    problems: problemsOf(found),
  };
}

function countedIn(
  lines: NonNullable<ReturnType<BundleResults['steps']['get']>>,
  version: string,
  { figure }: MemoryStep,
): Found['result'] {
  const refused = lines.find((line) => line.type === 'no-memory');
  if (refused !== undefined) return refused.why;
  const reports = lines.flatMap((line) => (line.type === 'memory' ? [line.counted] : []));
  const check = figure === 'taken' ? () => undefined : withoutPymalloc(version).check;
  const why = reports.map((one) => whyInexact(one) ?? check(one)).find((one) => one !== undefined);
  if (reports.length === 0 || why !== undefined) return why ?? 'the counter reported nothing';
  const { middle, spread } = middleOf(reports, ({ bytes }) => bytes);
  return { counted: middle, spread };
}

function pointOf(name: MemoryPoint['name'], code: string, found: readonly Found[], plan: BundlePlan): MemoryPoint {
  const of = (side: Side, figure: MemoryStep['figure']) => {
    const result = found.find(
      ({ step }) => step.side === side && step.figure === figure && step.point === name,
    )?.result;
    return result === undefined || typeof result === 'string' ? undefined : result;
  };
  const live = (one: NonNullable<ReturnType<typeof of>>) => ({
    ...{ bytes: one.counted.bytes, blocks: one.counted.blocks },
    ...one.spread,
  });
  const variants: Partial<Record<Variant, VariantMemory>> = {};
  for (const side of ['A', 'B'] as const) {
    const variant = plan.sides[side]?.variant;
    const [exact, collected, taken] = [of(side, 'exact'), of(side, 'collected'), of(side, 'taken')];
    if (variant === undefined) continue;
    variants[variant] = {
      exact: exact && { ...live(exact), peakBytes: exact.counted.peak },
      collected: collected && live(collected),
      taken: taken && { ...live(taken), arenaBytes: taken.counted.mapped, arenas: taken.counted.maps },
    };
  }
  const between = <T>(figure: 'exact' | 'collected', compare: (a: Counted, b: Counted) => readonly T[]) => {
    const [a, b] = [of('A', figure), of('B', figure)];
    return a === undefined || b === undefined ? [] : compare(a.counted, b.counted);
  };
  return {
    ...{ name, code, variants },
    types: between('exact', typeDifferences),
    collectedTypes: between('collected', typeDifferences),
    sizes: between('exact', sizeDifferences),
  };
}

function problemsOf(found: readonly Found[]): readonly MemoryProblem[] {
  const problems: MemoryProblem[] = [{ figure: 'resident', why: 'a bundle does not ask that system for its pages' }];
  for (const { step, variant, result } of found) {
    if (typeof result !== 'string') continue;
    const { figure } = step;
    if (!problems.some((one) => one.figure === figure && one.variant === variant && one.why === result))
      problems.push({ figure, variant, why: result });
  }
  return problems;
}
