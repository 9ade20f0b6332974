import type { Variant } from '../../builds/types.ts';
import type { Counted } from './counted.ts';
import { sizeDifferences, typeDifferences } from './difference.ts';
import { middleOf } from './middle.ts';
import { countCollected, countHere, type Reports } from './probe.ts';
import type { MemoryFigure, MemoryPoint, MemoryProblem, VariantMemory } from './types.ts';
import { type PymallocOff, withoutPymalloc } from './without-pymalloc.ts';

/** What a counter of malloc's family tells of an interpreter. */
export const COUNTED_FIGURES = ['exact', 'collected', 'taken'] as const satisfies readonly MemoryFigure[];
export type CountedFigure = (typeof COUNTED_FIGURES)[number];

/** How a figure is counted: what is run, with which variables, and why a report is not what was asked for, if it is not. */
export function counting(
  figure: CountedFigure,
  code: string,
  reports: Reports,
  pythonVersion: string,
): Pick<PymallocOff, 'variables' | 'check'> & { readonly program: string } {
  const program = figure === 'collected' ? countCollected(code, reports) : countHere(code, reports);
  return { program, ...(figure === 'taken' ? WITH_PYMALLOC : withoutPymalloc(pythonVersion)) };
}

const WITH_PYMALLOC = { variables: {}, check: () => undefined };

/** How a figure was counted, in words. @param how the counter's own way. @param rest what else was kept the same. */
export function countingWords(figure: CountedFigure, how: string, pythonVersion: string, rest?: string): string {
  const off = figure === 'taken' ? undefined : withoutPymalloc(pythonVersion).method;
  const collected = figure === 'collected' ? 'after gc.collect()' : undefined;
  return [how, off, rest, collected].filter((words) => words !== undefined).join('; ');
}

/** A figure's reports: the one in the middle by live bytes. */
export type Middle = ReturnType<typeof middleCount>;
export const middleCount = (reports: readonly Counted[]) => middleOf(reports, ({ bytes }) => bytes);

/** One interpreter's figures at a point; those that could not be had are absent. */
export type Figures = Partial<Record<CountedFigure, Middle>>;

/** As the record has them. */
export function variantMemory({ exact, collected, taken }: Figures): Pick<VariantMemory, CountedFigure> {
  const live = ({ middle: { bytes, blocks }, spread }: Middle) => ({ bytes, blocks, ...spread });
  return {
    exact: exact && { ...live(exact), peakBytes: exact.middle.peak },
    collected: collected && live(collected),
    taken: taken && { ...live(taken), arenaBytes: taken.middle.mapped, arenas: taken.middle.maps },
  };
}

/** Where the bytes went between the interpreters. */
export function differences(
  sides: Readonly<Partial<Record<Variant, Figures>>>,
): Pick<MemoryPoint, 'types' | 'collectedTypes' | 'sizes'> {
  const between = <T>(figure: 'exact' | 'collected', compare: (a: Counted, b: Counted) => readonly T[]) => {
    const [a, b] = [sides.baseline?.[figure], sides.patched?.[figure]];
    return a === undefined || b === undefined ? [] : compare(a.middle, b.middle);
  };
  return {
    types: between('exact', typeDifferences),
    collectedTypes: between('collected', typeDifferences),
    sizes: between('exact', sizeDifferences),
  };
}

/** What is so at both points is told once. */
export function addProblem(problems: MemoryProblem[], { figure, variant, why }: MemoryProblem): void {
  const known = problems.some((one) => one.figure === figure && one.variant === variant && one.why === why);
  if (!known) problems.push({ figure, variant, why });
}
