import { type CellsInput, makeCells, type PlannedRecipes, type PlannedTree } from '../../../src/run/fanout/cells.ts';
import type { Cell, Plan } from '../../../src/run/fanout/types.ts';

/** Plans for tests, made by what makes real ones. */

export const named = (...names: readonly string[]): PlannedRecipes => ({
  names,
  recipes: names.map((id) => ({ id, params: {} })),
  args: [],
});

export const commit = (n: number): string => n.toString(16).padStart(40, '0');

/** A commit with these names; its text tells its version. */
export const tree = (n: number, version: string, ...refs: readonly string[]): PlannedTree =>
  ({
    dir: '../cpython',
    refs,
    tree: {
      version: parseVersion(version),
      base: { kind: 'git', commit: commit(n), treeHash: `tree-${n}`, describe: '', dirty: false },
    },
  }) as unknown as PlannedTree;

function parseVersion(text: string) {
  const [major, minor, micro] = text.split('.').map(Number);
  return { text, major, minor, micro, level: 'final', serial: 0 };
}

export const target = (name: string, python = '>=2.5') => ({
  target: { name, title: name, python, driver: 'configure-make' } as unknown as CellsInput['targets'][number]['target'],
  args: [],
});

export const cellsOf = (more: Partial<CellsInput> = {}): readonly Cell[] =>
  makeCells({
    recipes: [named('a'), named('b')],
    trees: [tree(1, '2.7.18', 'v2.7.18'), tree(2, '3.9.2', 'v3.9.2')],
    targets: [target('host'), target('other')],
    resultOf: () => [],
    args: ['--quick'],
    buildArgs: [],
    out: 'runs',
    forkwright: '0.1.0',
    ...more,
  });

export const planOf = (cells: readonly Cell[]): Plan => ({
  schemaVersion: 1,
  type: 'plan',
  forkwright: '0.1.0',
  cells,
});

/** So many cells to run, `each` of them with one baseline. */
export const manyCells = (count: number, each: number): readonly Cell[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `cell-${i}`,
    recipes: [{ id: `r${i % each}`, params: {} }],
    checkout: { dir: '.', refs: ['v1'], commit: commit(Math.floor(i / each)) },
    target: 'host',
    state: 'run' as const,
    args: ['run', '--checkout=.', `--out=runs/cell-${i}`, '--', `r${i % each}`],
    baseline: `baseline-${Math.floor(i / each)}`,
  }));
