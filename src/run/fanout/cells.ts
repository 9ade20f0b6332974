import path from 'node:path';
import type { PythonVersion, SourceTree } from '../../checkout/types.ts';
import type { GenerateResult } from '../../patch/types.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { fingerprint, sha256 } from '../../system/hash.ts';
import { forVersion } from '../../targets/for-version.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import type { Cell } from './types.ts';

/** Recipes that make one change together, as they were named and as they are called. */
export interface PlannedRecipes {
  readonly names: readonly string[];
  readonly recipes: Cell['recipes'];
  /** Options of these recipes alone: `--param`. */
  readonly args: readonly string[];
}

export interface PlannedTree {
  /** As the user named it. */
  readonly dir: string;
  readonly refs?: readonly string[];
  /** Absent: the ref is no CPython tree, and `why` says so. */
  readonly tree?: SourceTree;
  readonly why?: string;
}

export interface CellsInput {
  readonly recipes: readonly PlannedRecipes[];
  readonly trees: readonly PlannedTree[];
  readonly targets: readonly { readonly target: TargetDescriptor; readonly args: readonly string[] }[];
  /** What the recipes yield on the tree, in their order. */
  readonly resultOf: (recipes: PlannedRecipes, tree: PlannedTree) => readonly GenerateResult[];
  /** Options of all cells. */
  readonly args: readonly string[];
  /** Those of them that a build depends on. */
  readonly buildArgs: readonly string[];
  /** The folder that the cells' run folders are to be in. */
  readonly out: string;
  readonly forkwright: string;
}

/**
 * The matrix recipes × trees × targets, a cell each; those of one tree and one target, which share a baseline, stand
 * beside each other.
 */
export function makeCells(input: CellsInput): readonly Cell[] {
  const ids = new Set<string>();
  return input.trees.flatMap((tree) =>
    input.targets.flatMap((target) => input.recipes.map((recipes) => makeCell(input, recipes, tree, target, ids))),
  );
}

function makeCell(
  input: CellsInput,
  recipes: PlannedRecipes,
  planned: PlannedTree,
  { target, args: targetArgs }: CellsInput['targets'][number],
  ids: Set<string>,
): Cell {
  const { tree, refs, dir } = planned;
  const base = tree?.base;
  const commit = base?.kind === 'git' ? base.commit : undefined;
  const [name = path.basename(path.resolve(dir))] = refs ?? [];
  const id = cellId([recipes.recipes.map((recipe) => recipe.id).join('+'), name, target.name], ids);
  const { state, why } = stateOf(input.resultOf, recipes, planned, target);
  const cell = {
    id,
    recipes: recipes.recipes,
    checkout: { dir, refs, commit, treeHash: base?.treeHash, pythonVersion: tree?.version.text },
    target: target.name,
    state,
    why,
    args: [
      'run',
      `--checkout=${dir}`,
      // Not the name: a branch moves on while the cells are run.
      ...(refs === undefined || commit === undefined ? [] : [`--ref=${commit}`]),
      `--target=${target.name}`,
      ...targetArgs,
      ...recipes.args,
      ...input.args,
      `--out=${input.out}/${id}`,
      '--',
      ...recipes.names,
    ],
  };
  if (state !== 'run') return cell;
  const { forkwright, buildArgs } = input;
  // What a build is told by on one machine, without what only that machine knows: its compilers, its folders.
  const key = fingerprint({ forkwright, tree: base?.treeHash, commit, target, args: buildArgs }).slice(0, 16);
  return { ...cell, baseline: `forkwright-baseline-${key}` };
}

function stateOf(
  resultOf: CellsInput['resultOf'],
  recipes: PlannedRecipes,
  planned: PlannedTree,
  target: TargetDescriptor,
): Pick<Cell, 'state' | 'why'> {
  if (planned.tree === undefined) return { state: 'no-tree', why: planned.why };
  const results = resultOf(recipes, planned);
  // What is a no comes before what is nobody's fault.
  for (const verdict of ['drifted', 'conflict', 'not-applicable', 'already-applied'] as const) {
    const index = results.findIndex((one) => one.verdict === verdict);
    const result = results[index];
    if (result === undefined || result.verdict === 'applies') continue;
    const why = 'why' in result ? result.why : result.problems.slice(0, 1).map(placed).join('');
    const who = results.length > 1 ? `${recipes.recipes[index]?.id}: ` : '';
    return { state: verdict, why: `${who}${why}` };
  }
  return refusal(target, planned.tree.version);
}

function placed({ message, place }: Diagnostic): string {
  if (place === undefined) return message;
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${message}`;
}

function refusal(target: TargetDescriptor, version: PythonVersion) {
  try {
    forVersion(target, version);
    return { state: 'run' as const };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { state: 'target-refuses' as const, why: error.diagnostics[0]?.message };
  }
}

const MOST = 90;

/** A name of letters, digits and a few signs that is nobody else's. What a ref or a folder may hold besides becomes `_`. */
function cellId(parts: readonly string[], taken: Set<string>): string {
  const exact = parts.join(' ');
  const plain = parts.map((part) => part.replace(/[^\w.+-]+/g, '_').replace(/^[.-]+/, '_')).join('-');
  const short = plain.length > MOST ? `${plain.slice(0, MOST - 9)}-${sha256(exact).slice(0, 8)}` : plain;
  // Without regard to case: they are folders on machines that do not tell either.
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? short : `${short}.${n}`;
    if (taken.has(id.toLowerCase())) continue;
    taken.add(id.toLowerCase());
    return id;
  }
}
