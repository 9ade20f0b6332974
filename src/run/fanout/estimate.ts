import { median } from 'simple-statistics';
import type { Observation } from './observations.ts';
import type { Cell, CellEstimate } from './types.ts';

/**
 * How long a cell takes: medians of what earlier runs took, of the same CPython for the same target; else of any CPython
 * for that target. Nothing where no run of the target is known: a guess would be read as a number.
 * @param stages those that the cell's settings ask for.
 */
export function estimateCell(
  cell: Pick<Cell, 'target' | 'checkout'>,
  observations: readonly Observation[],
  stages: readonly string[],
): CellEstimate | undefined {
  const python = /^\d+\.\d+/.exec(cell.checkout.pythonVersion ?? '')?.[0];
  const forTarget = observations.filter(({ target, baseline }) => target === cell.target && baseline !== undefined);
  const alike = forTarget.filter((one) => one.python === python);
  const used = alike.length > 0 ? alike : forTarget;
  if (used.length === 0) return undefined;
  const middle = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : median([...known]) / 1000;
  };
  const baseline = middle(used.map((one) => one.baseline)) ?? 0;
  const rest = stages.reduce((sum, stage) => sum + (middle(used.map((one) => one.stages[stage])) ?? 0), 0);
  const which = alike.length > 0 ? `CPython ${python}` : 'other CPythons';
  return {
    baseline,
    // A patch that was never built takes what its baseline does.
    patched: middle(used.map(({ patched }) => patched)) ?? baseline,
    rest,
    from: `${used.length} ${used.length === 1 ? 'run' : 'runs'} of ${which} for ${cell.target}`,
  };
}
