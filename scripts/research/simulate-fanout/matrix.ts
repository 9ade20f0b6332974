/** The cells of CPython's releases × recipes × targets, by what makes real plans; no source is read. */
import { fileURLToPath } from 'node:url';
import type { PythonVersion, SourceTree } from '../../../src/checkout/types.ts';
import type { GenerateResult } from '../../../src/patch/types.ts';
import { findRecipe, inRange, parseVersionRange } from '../../../src/recipe/index.ts';
import { makeCells } from '../../../src/run/fanout/cells.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { sha256 } from '../../../src/system/hash.ts';
import { resolveTarget } from '../../../src/targets/descriptors.ts';

const FOLDER = fileURLToPath(new URL('../../../recipes', import.meta.url));

/** Those that change the interpreter, and are for more than one series. */
export const RECIPES = [
  ...['arena-size', 'data-stack-chunk', 'frame-freelist', 'gc-thresholds', 'int-max-str-digits', 'method-cache-size'],
  ...['no-docstrings', 'remove-zombieframe', 'small-freelists', 'small-int-range', 'specialization-warmup'],
  'thread-stack-size',
];
export const TARGETS = ['host', 'linux-arm64', 'linux-ppc32', 'ps3-linux', 'msvc-x64'];

/**
 * Which cells are to be run is what the recipes' and the targets' ranges of versions say. That sources have drifted from a
 * recipe is not known without them: this is the most that a real plan would run.
 */
export async function matrixOf(
  versions: readonly PythonVersion[],
  recipes: readonly string[] = RECIPES,
  targets: readonly string[] = TARGETS,
): Promise<readonly Cell[]> {
  const ranges = new Map<string, ReturnType<typeof parseVersionRange>>();
  for (const id of recipes) {
    const { recipe } = await findRecipe(id, [FOLDER]);
    ranges.set(id, parseVersionRange(recipe.cpython));
  }
  return makeCells({
    recipes: recipes.map((id) => ({ names: [id], recipes: [{ id, params: {} }], args: [] })),
    trees: versions.map((version) => ({ dir: '.', refs: [`v${version.text}`], tree: standIn(version) })),
    targets: await Promise.all(
      targets.map(async (name) => ({ target: await resolveTarget(name, FOLDER, 'linux'), args: [] })),
    ),
    resultOf: ({ names: [id = ''] }, { tree }) => {
      const range = ranges.get(id);
      if (tree === undefined || range === undefined || inRange(range, tree.version)) return [];
      const no: GenerateResult = { verdict: 'not-applicable', why: 'another version', account: [] };
      return [no];
    },
    args: ['--quick'],
    buildArgs: [],
    out: 'forkwright-runs',
    forkwright: '0.1.0',
  });
}

/** Cells ask a tree for its version and its commit alone. */
function standIn(version: PythonVersion): SourceTree {
  const commit = sha256(version.text).slice(0, 40);
  const base = { kind: 'git', commit, treeHash: commit, describe: '', dirty: false };
  return { version, base } as unknown as SourceTree;
}
