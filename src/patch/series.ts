import { lineAt, lineText } from '../c/lex.ts';
import { overlayTree } from '../checkout/overlay-tree.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { generatePatch, recipeIdentity } from './generate.ts';
import { type Generate, memoisedGenerate } from './memo.ts';
import { mapOffset } from './ranges.ts';
import type { Regenerate, RegenerateFor } from './regenerate.ts';
import type { FileChange, GeneratedPatch, GenerateResult, Origin, RecipeIdentity } from './types.ts';

/** A change that no recipe makes: a patch that a person wrote, a commit. */
export interface GivenChange {
  readonly identity: RecipeIdentity;
  readonly origin: Origin;
  /** What it comes to on a tree: applied as it is, or why it cannot be. */
  make(tree: SourceTree): Promise<GenerateResult>;
}

interface OfRecipe {
  readonly recipe: LoadedRecipe;
  readonly given?: undefined;
  readonly params: Params;
}

interface Given {
  readonly recipe?: undefined;
  readonly given: GivenChange;
  readonly params: Readonly<Record<string, never>>;
}

export type SeriesItem = OfRecipe | Given;

export type SeriesResult = SeriesItem & {
  readonly identity: RecipeIdentity;
  readonly result: GenerateResult;
};

export const identityOf = (item: SeriesItem): RecipeIdentity =>
  item.given === undefined ? recipeIdentity(item.recipe) : item.given.identity;

/**
 * Puts recipes in an order that their `after` and `needs` allow; those that do not care keep the order given.
 * @throws UserError (exit code 2) for a recipe that is missing, twice there, in conflict with another, or a circle.
 */
export function orderSeries(items: readonly SeriesItem[]): SeriesItem[] {
  const problems: Diagnostic[] = [];
  const byId = new Map<string, SeriesItem>();
  for (const item of items) {
    const { id } = identityOf(item);
    if (byId.has(id)) problems.push({ code: 'patch/twice', message: `${id} is asked for twice`, hint: 'name it once' });
    byId.set(id, item);
  }
  for (const { recipe } of items) {
    if (recipe === undefined) continue;
    const { id, needs = [], conflicts = [] } = recipe.recipe;
    for (const [i, other] of needs.entries()) {
      if (byId.has(other)) continue;
      problems.push({
        code: 'patch/needs',
        message: `${id} needs ${other}, which is not asked for`,
        place: recipe.placeOf(['needs', i]),
        hint: `add ${other}`,
      });
    }
    for (const [i, other] of conflicts.entries()) {
      if (!byId.has(other)) continue;
      problems.push({
        code: 'patch/declared-conflict',
        message: `${id} cannot be together with ${other}`,
        place: recipe.placeOf(['conflicts', i]),
        hint: 'leave one of them out',
      });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  const before = ({ recipe }: SeriesItem) => [...(recipe?.recipe.after ?? []), ...(recipe?.recipe.needs ?? [])];
  const out: SeriesItem[] = [];
  const rest = [...items];
  while (rest.length > 0) {
    const waiting = new Set(rest.map((r) => identityOf(r).id));
    const next = rest.findIndex((r) => before(r).every((id) => !waiting.has(id)));
    if (next < 0) {
      const message = `these recipes each want to come after another: ${[...waiting].join(', ')}`;
      throw new UserError({ code: 'patch/circle', message, hint: 'correct their after and needs' });
    }
    out.push(...rest.splice(next, 1));
  }
  return out;
}

/**
 * Makes several changes as a series, in order, each on what the previous ones made.
 * One that applies to the tree alone, but not on top of the others, is in conflict with one of them.
 * @returns one result a change, in the order of the series. After one that does not apply, the others are made
 * without it, so that all problems are told at once.
 * @param generate `memoisedGenerate()` when many trees have files in common.
 * @param regenerate for recipes that ask for what CPython generates; without it they are refused.
 * @throws UserError as `orderSeries` does.
 */
export async function generateSeries(
  items: readonly SeriesItem[],
  tree: SourceTree,
  generate: Generate = generatePatch,
  regenerate?: Regenerate,
): Promise<readonly SeriesResult[]> {
  const out: SeriesResult[] = [];
  const done: GeneratedPatch[] = [];
  let current = tree;
  for (const item of orderSeries(items)) {
    const earlier = done.flatMap((patch) => patch.files);
    const remake: RegenerateFor | undefined = regenerate && ((files, targets) => regenerate(earlier, files, targets));
    let result = await make(item, current, generate, remake);
    if (done.length > 0 && result.verdict !== 'applies')
      result = await explainConflict(item, result, tree, done, generate);
    if (result.verdict === 'applies') {
      current = overlayTree(current, result.patch.files);
      done.push(result.patch);
    }
    out.push({ ...item, identity: identityOf(item), result });
  }
  return out;
}

const make = (
  item: SeriesItem,
  tree: SourceTree,
  generate: Generate,
  regenerate?: RegenerateFor,
): Promise<GenerateResult> =>
  item.given === undefined ? generate(item.recipe, item.params, tree, regenerate) : item.given.make(tree);

/** When the recipe applies without the others, says which of them is in its way, and where. */
async function explainConflict(
  item: SeriesItem,
  result: GenerateResult,
  tree: SourceTree,
  earlier: readonly GeneratedPatch[],
  generate: Generate,
): Promise<GenerateResult> {
  const { id } = identityOf(item);
  const alone = await make(item, tree, generate);
  if (alone.verdict !== 'applies') return result;
  const problems: Diagnostic[] = [];
  for (const mine of alone.patch.files) {
    // Places are told in the sources as they are, before the series: each earlier patch is mapped back to them.
    const others = earlier.flatMap((p) =>
      p.files.filter((f) => f.path === mine.path).map((f) => ({ id: p.recipe.id, f })),
    );
    const changes = others.map(({ f }) => f);
    for (const other of others) problems.push(...touching(id, mine, other.id, other.f, changes));
  }
  if (problems.length === 0) {
    problems.push({
      code: 'patch/conflict',
      message: `${id} applies alone, but not after ${earlier.map((p) => p.recipe.id).join(', ')}`,
      hint: 'try another order, or leave one of them out',
      detail: result.verdict === 'drifted' ? result.problems.map((p) => p.message) : [],
    });
  }
  return { verdict: 'conflict', problems, account: result.account };
}

function touching(
  id: string,
  mine: FileChange,
  otherId: string,
  other: FileChange,
  series: readonly FileChange[],
): Diagnostic[] {
  const out: Diagnostic[] = [];
  const first = series[0] === other;
  for (const theirs of other.edits) {
    for (const edit of mine.edits) {
      const [start, end] = first
        ? [edit.start, edit.end]
        : [mapOffset(edit.start, series[0]?.edits ?? []), mapOffset(edit.end, series[0]?.edits ?? [])];
      if (start > theirs.end || theirs.start > end) continue;
      const place = { file: mine.path, line: lineAt(mine.before, edit.start) };
      const there = { file: mine.path, line: lineAt(other.before, theirs.start) };
      if (out.some((d) => d.place?.line === place.line)) continue;
      out.push({
        code: 'patch/conflict',
        message: `${id} (edit ${edit.edit + 1}) and ${otherId} (edit ${theirs.edit + 1}) change the same text`,
        place,
        detail: [lineText(mine.before, edit.start)],
        related: [{ place: there, message: `${otherId} changes this: ${lineText(other.before, theirs.start)}` }],
        hint: 'leave one of them out',
      });
    }
  }
  return out;
}

export interface TreeResult {
  readonly tree: SourceTree;
  readonly series: readonly (SeriesResult & { readonly durationMs: number })[];
}

/**
 * Generates a series on many trees, one after the other: what is the same in two of them is worked out once. A recipe's
 * time is that of its own, its look into files that nobody had read before included.
 * @throws UserError as `generateSeries` does.
 */
export async function* generateOverTrees(
  items: readonly SeriesItem[],
  trees: Iterable<SourceTree>,
): AsyncGenerator<TreeResult> {
  const generate = memoisedGenerate();
  for (const tree of trees) {
    const spent = new Map<string, number>();
    const series = await generateSeries(items, tree, async (recipe, params, at) => {
      const started = performance.now();
      const result = await generate(recipe, params, at);
      spent.set(recipe.recipe.id, (spent.get(recipe.recipe.id) ?? 0) + performance.now() - started);
      return result;
    });
    yield { tree, series: series.map((s) => ({ ...s, durationMs: spent.get(s.identity.id) ?? 0 })) };
  }
}
