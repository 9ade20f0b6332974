import path from 'node:path';
import { folderTree, openCheckout } from '../checkout/index.ts';
import type { SourceTree } from '../checkout/types.ts';
import { generateOverTrees } from '../patch/index.ts';
import { identityOf } from '../patch/series.ts';
import type { GenerateResult } from '../patch/types.ts';
import { makeCells, type PlannedRecipes, type PlannedTree } from '../run/fanout/cells.ts';
import { estimateCell, observationsBelow, observationsIn } from '../run/fanout/observations.ts';
import type { Plan } from '../run/fanout/types.ts';
import { readHistory } from '../run/history.ts';
import { ALL_STAGES, STAGES } from '../run/stages/list.ts';
import { isWanted } from '../run/stages/stage.ts';
import { packageVersion } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep, type Step } from '../system/events.ts';
import { isFile } from '../system/files.ts';
import { toPosix } from '../system/paths.ts';
import { factsOf } from '../targets/drivers.ts';
import { targetFor } from '../targets/resolve.ts';
import { changesAsked, rangeNamed } from './changes.ts';
import { refuseTogether, usage, type WrittenOption, written } from './options.ts';
import { refuseStrayOptions, requestFrom } from './request.ts';
import { RUNS_DIR, type RunOptions } from './run-options.ts';
import { lookAt } from './trees.ts';

export type PlanOptions = Omit<RunOptions, 'checkout' | 'ref'> & {
  readonly checkout: readonly string[];
  readonly ref: readonly string[];
  readonly runs: string;
  /** The options as they were written: what was made of their values may not be written back. */
  readonly given: readonly WrittenOption[];
};

/** What a plan says itself of each cell, and what is about the command that plans. */
const OWN = new Set([
  ...['checkout', 'target', 'runner', 'param', 'out', 'history', 'ref'],
  ...['json', 'quiet', 'verbose', 'cache', 'jobs'],
  ...['format', 'from', 'chunk', 'runs', 'machines', 'price'],
]);
/** Options that `run` refuses when its target does not take them. */
const OF_SOME_TARGETS = new Set(['sysroot', 'externals']);
/** Of these a build is made differently. */
const OF_BUILDS = new Set(['pgo', 'modules', 'configure-option', 'cflags', 'sysroot', 'externals', 'launcher']);

type Group = Awaited<ReturnType<typeof groupOf>>;

/**
 * Works out the matrix, generating every patch, building nothing.
 * @throws UserError for what would be wrong in every cell: a recipe, a parameter, a target, a ref that is not there.
 */
export async function makePlan(recipes: readonly string[], options: PlanOptions, ctx: Context): Promise<Plan> {
  const named = await Promise.all(recipes.map(splitNames));
  const given = options.given.filter(({ name }) => !OWN.has(name));
  const { ref: _, checkout: __, ...rest } = options;
  refuseTogether(options, 'a plan', ['head', 'upstream', 'dirty', 'portFrom'], 'plan');
  const groups = await Promise.all(named.map((names) => groupOf(names, options, ctx)));
  // What `run` would refuse is refused before it is told to many machines.
  const changes = groups.flatMap((group) => group.changes);
  const request = await requestFrom(changes, { ...rest, checkout: '.' }, ALL_STAGES, ctx);
  const targets = await Promise.all(request.targets.map((name) => targetFor(name, ctx)));
  refuseStrayOptions(request, targets);
  const trees = await runStep(ctx.emit, { id: 'checkout', title: 'Checkouts' }, async (step) => {
    const found = await treesOf(options, ctx);
    step.note(`${found.length}`);
    return found;
  });
  const readable = trees.flatMap(({ tree }) => tree ?? []);
  const results = await runStep(ctx.emit, { id: 'patch', title: 'Patches' }, (step) =>
    generateAll(groups, readable, step),
  );
  const cells = makeCells({
    recipes: groups.map(({ planned }) => planned),
    trees,
    targets: targets.map((target) => {
      const runner = request.runners?.[target.name];
      const ofRunner = runner === undefined ? [] : [`--runner=${target.name}=${runner}`];
      const taken = given.filter(({ name }) => factsOf(target).takes.some((option) => option === name));
      return { target, args: [...ofRunner, ...taken.map(written)] };
    }),
    resultOf: (planned, { tree }) => (tree && results.get(planned)?.get(tree)) ?? [],
    args: given.filter(({ name }) => !OF_SOME_TARGETS.has(name)).map(written),
    buildArgs: given.filter(({ name }) => OF_BUILDS.has(name)).map(written),
    out: toPosix(options.out ?? RUNS_DIR),
    forkwright: packageVersion(),
  });
  const known = [
    ...(await observationsBelow(path.resolve(options.runs))),
    ...(options.history === undefined ? [] : observationsIn(await readHistory(path.resolve(options.history)))),
  ];
  // Which measurements take time in each cell.
  const stages = STAGES.filter((stage) => isWanted(stage, request)).map(({ name }) => name);
  return {
    schemaVersion: 1,
    type: 'plan',
    forkwright: packageVersion(),
    cells: cells.map((cell) => {
      const estimate = cell.state === 'run' ? estimateCell(cell, known, stages) : undefined;
      return estimate === undefined ? cell : { ...cell, estimate };
    }),
  };
}

/** `a+b` is a series, unless it is a file's name. */
async function splitNames(name: string): Promise<readonly string[]> {
  const names = (await isFile(name)) ? [name] : name.split('+');
  if (names.every((one) => one !== '')) return names;
  throw new UserError({
    code: 'cli/plan-recipe',
    message: `${JSON.stringify(name)} names no recipes`,
    hint: 'a+b is one cell with the recipes a and b, in this order',
  });
}

async function groupOf(names: readonly string[], { ref: _, ...options }: PlanOptions, ctx: Context) {
  if (names.some((name) => rangeNamed(name) !== undefined)) {
    const message = `${names.join('+')}: commits are of one checkout, and a plan is for many`;
    throw usage(message, 'make patches of them: git format-patch');
  }
  const { items, changes } = await changesAsked(names, { ...options, checkout: '.' }, ctx);
  const ids = items.map((item) => identityOf(item).id);
  const args = options.param
    .filter(({ recipe }) => recipe === undefined || ids.includes(recipe))
    .map(({ recipe, name, value }) => `--param=${recipe === undefined ? '' : `${recipe}.`}${name}=${value}`);
  const recipes = items.map((item) => {
    const { id, hash } = identityOf(item);
    return { id, params: item.params, hash };
  });
  return { planned: { names, recipes, args }, items, changes };
}

async function treesOf({ checkout, ref }: PlanOptions, ctx: Context): Promise<readonly PlannedTree[]> {
  const trees: PlannedTree[] = [];
  for (const named of checkout.length === 0 ? ['.'] : new Set(checkout)) {
    const dir = toPosix(named);
    if (ref.length === 0) {
      trees.push({ dir, tree: folderTree(await openCheckout(named, ctx), ctx) });
      continue;
    }
    // A commit that has several names is one tree.
    const byCommit = Map.groupBy(await lookAt(named, ref, ctx), (found) => {
      if ('problem' in found) return `ref ${found.ref}`;
      const { base } = found.tree;
      return base.kind === 'git' ? base.commit : base.treeHash;
    });
    for (const found of byCommit.values()) {
      const refs = found.map(({ ref }) => ref);
      const [first] = found;
      if (first === undefined) continue;
      trees.push({ dir, refs, ...('problem' in first ? { why: first.problem.message } : { tree: first.tree }) });
    }
  }
  return trees;
}

async function generateAll(groups: readonly Group[], trees: readonly SourceTree[], step: Step) {
  const all = new Map<PlannedRecipes, Map<SourceTree, readonly GenerateResult[]>>();
  for (const [index, { planned, items }] of groups.entries()) {
    const told = function* () {
      for (const [done, tree] of trees.entries()) {
        step.progress(planned.names.join('+'), index * trees.length + done, groups.length * trees.length);
        yield tree;
      }
    };
    for await (const { tree, series } of generateOverTrees(items, told())) {
      const results = series.map(({ result }) => result);
      all.set(planned, (all.get(planned) ?? new Map<SourceTree, readonly GenerateResult[]>()).set(tree, results));
    }
  }
  return all;
}
