import { completeSamples } from '../samples/complete.ts';
import { letterOf } from '../schedule.ts';
import type { Family, Measured, SampleLine } from '../types.ts';
import { controlOf, type Declared, declaredOf, evidenceOf } from './compare.ts';

/** One of the comparisons that a session of several interpreters is made for. */
export interface Compared {
  readonly baseline: Measured;
  readonly patched: Measured;
  readonly declared: Declared;
}

/**
 * The samples of each comparison of a session, as a session of two would have written them, with what the others found:
 * `compare` judges each of them in the family of all.
 * @param lines of the session, with a header.
 */
export function samplesOfEach(
  lines: readonly SampleLine[],
  comparisons: readonly Compared[],
): readonly (readonly SampleLine[])[] {
  const own = comparisons.map((one) => samplesOf(lines, one));
  const found = own.map((each, i) => {
    const complete = completeSamples(each);
    const ps = complete === undefined ? [] : [...evidenceOf(complete).ps];
    const declared = comparisons[i]?.declared ?? {};
    const [theirs, others] = [true, false].map((wanted) =>
      ps.filter(([test]) => (declaredOf(declared, test) !== undefined) === wanted).map(([, p]) => p),
    );
    return { declared: theirs ?? [], others: others ?? [] };
  });
  const complete = completeSamples(lines);
  const control = complete && controlOf(complete);
  return own.map(([header, ...rest], i) => {
    const beside = found.filter((_, other) => other !== i);
    const family: Family = {
      type: 'family',
      declared: beside.flatMap((one) => one.declared),
      others: beside.flatMap((one) => one.others),
      ...(control === undefined ? {} : { control }),
    };
    return [...(header === undefined ? [] : [header]), family, ...rest];
  });
}

/** What a session wrote of two of its interpreters, called baseline and patched. */
function samplesOf(lines: readonly SampleLine[], { baseline, patched }: Compared): readonly SampleLine[] {
  const names = new Map<Measured, 'baseline' | 'patched'>([
    [patched, 'patched'],
    [baseline, 'baseline'],
  ]);
  const letters = new Map([...names].map(([from, to]) => [letterOf(from), letterOf(to)]));
  const two = <T>(of: Readonly<Partial<Record<Measured, T>>>): Partial<Record<Measured, T>> =>
    Object.fromEntries([...names].flatMap(([from, to]) => (of[from] === undefined ? [] : [[to, of[from]]])));
  return lines.flatMap((line): SampleLine[] => {
    if (line.type === 'header') {
      const { variants, workers, layouts, planted, ...rest } = line;
      return [
        {
          ...{ ...rest, variants: two(variants), workers: two(workers) },
          ...(layouts === undefined ? {} : { layouts: two(layouts) }),
          ...(planted === undefined ? {} : { planted: two(planted) }),
        },
      ];
    }
    if (line.type !== 'sample' && line.type !== 'problem') return [line];
    const variant = names.get(line.variant);
    if (variant === undefined) return [];
    if (line.type === 'problem') return [{ ...line, variant }];
    const order = [...line.order].map((letter) => letters.get(letter) ?? '').join('');
    return [{ ...line, variant, order }];
  });
}
