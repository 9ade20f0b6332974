import type { Recipe } from './schema.ts';

/** How the numbers under `measured` came about: shown beside them. */
export const MEASURED_HOW =
  'Measured on 64-bit Linux, with default parameters and with all the other recipes for the version beside it; ' +
  'test/e2e/recipes-effect.test.ts measures again.';

/** What a recipe did to built interpreters, a row a release, in the recipe's order. */
export function measuredRows({ measured = [] }: Pick<Recipe, 'measured'>) {
  return measured.flatMap(({ what, unit, values }) => {
    const withUnit = (value: number) => `${value.toLocaleString('en-US')}${unit === undefined ? '' : ` ${unit}`}`;
    return Object.entries(values).map(([python, { baseline, patched }]) => ({
      what,
      python,
      baseline: withUnit(baseline),
      patched: withUnit(patched),
    }));
  });
}
