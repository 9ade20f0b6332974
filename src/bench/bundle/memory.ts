import type { Variant } from '../../builds/types.ts';
import { whyInexact } from '../memory/counted.ts';
import {
  addProblem,
  type CountedFigure,
  counting,
  countingWords,
  differences,
  type Figures,
  MEMORY_REPEATS,
  type Middle,
  middleCount,
  POINTS,
  variantMemory,
} from '../memory/figures.ts';
import type { MemoryPointName, MemoryProblem, StartupMemory } from '../memory/types.ts';
import type { ResultLine } from './results.ts';
import type { BundleResults } from './samples.ts';

const HOW = 'malloc counter in the bundle; addresses fixed where that system could';

/** What a bundle's counter reported. @returns `undefined` when it was not asked. */
export function memoryOf({ plan, steps }: BundleResults): StartupMemory | undefined {
  const found: Record<MemoryPointName, Partial<Record<Variant, Figures>>> = { pass: {}, imports: {} };
  const methods: Partial<Record<CountedFigure, string>> = {};
  const problems: MemoryProblem[] = [{ figure: 'resident', why: 'a bundle does not ask that system for its pages' }];
  let asked = false;
  for (const step of plan.steps) {
    const [side, lines] = [plan.sides[step.side], steps.get(step.step)];
    if (step.kind !== 'memory' || side === undefined || lines === undefined) continue;
    asked = true;
    const { variant, pythonVersion } = side;
    const { figure, point } = step;
    const count = countedIn(lines, figure, pythonVersion);
    if (typeof count === 'string') addProblem(problems, { figure, variant, why: count });
    else {
      found[point][variant] = { ...found[point][variant], [figure]: count };
      methods[figure] = countingWords(figure, HOW, pythonVersion);
    }
  }
  if (!asked) return undefined;
  const points = POINTS.map(({ name, code }) => {
    const sides = Object.entries(found[name]).map(([variant, figures]) => [variant, variantMemory(figures)]);
    return { name, code, variants: Object.fromEntries(sides), ...differences(found[name]) };
  });
  return { schemaVersion: 1, repeats: MEMORY_REPEATS, points, methods, problems };
}

function countedIn(lines: readonly ResultLine[], figure: CountedFigure, pythonVersion: string): Middle | string {
  const refused = lines.find((line) => line.type === 'no-memory');
  if (refused !== undefined) return refused.why;
  const reports = lines.flatMap((line) => (line.type === 'memory' ? [line.counted] : []));
  const { check } = counting(figure, '', 'at the end', pythonVersion);
  const why = reports.map((one) => whyInexact(one) ?? check(one)).find((one) => one !== undefined);
  return reports.length === 0 || why !== undefined ? (why ?? 'the counter reported nothing') : middleCount(reports);
}
