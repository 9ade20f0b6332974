import { expandRefs, folderTree, gitTrees, openCheckout } from '../checkout/index.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { CommandContext, Outcome } from '../cli/frame.ts';
import type { RecipeOptions } from '../cli/shared-run-options.ts';
import { checkShipped, memoisedGenerate, type PatchHeader, type ShippedResult } from '../patch/index.ts';
import { findRecipe, resolveParams } from '../recipe/index.ts';
import { UserError } from '../system/diagnostic.ts';
import { recipeFolders } from './recipe-folders.ts';
import { tellSeries } from './series.ts';
import { shippedFolders } from './shipped-folders.ts';

export interface CheckOptions extends RecipeOptions {
  readonly check: string;
  readonly ref: readonly string[];
}

/**
 * Compares all patch files below a folder with what their recipes yield now: on the checkout, or on refs of its
 * repository. Each patch is compared on the trees of the Python version that its header names.
 * @returns exit code 1 when one is not what its recipe yields, with the interdiff.
 * @throws UserError when there is nothing to compare, so that a check that checks nothing does not pass.
 */
export async function checkPatches(options: CheckOptions, ctx: CommandContext): Promise<Outcome> {
  const folders = await shippedFolders(options.check);
  const trees = await treesFor(options, ctx);
  const generate = memoisedGenerate();
  const itemFor = async ({ recipe: { id }, params, include }: PatchHeader) => {
    const found = await findRecipe(id, recipeFolders(options.recipesDir));
    const recipe = include.length === 0 ? found : { ...found, include };
    return { recipe, params: resolveParams(recipe, params) };
  };
  const results: { readonly tree: SourceTree; readonly result: ShippedResult }[] = [];
  for (const tree of trees) {
    for (const folder of folders) {
      for (const result of await checkShipped(folder, tree, itemFor, generate)) results.push({ tree, result });
    }
  }
  const texts: string[] = [];
  const compared = new Set<string>();
  let failed = false;
  for (const { tree, result } of results) {
    if (result.verdict === 'other-version') continue;
    compared.add(result.file);
    if (result.verdict === 'equal') {
      texts.push(`${result.file}: as its recipe yields it on ${tree.label}`);
      continue;
    }
    failed = true;
    if (result.verdict === 'differs') {
      texts.push(`${result.file}: not what its recipe yields on ${tree.label} any more\n\n${result.interdiff}`);
    } else if (result.verdict === 'unusable') {
      for (const diagnostic of result.problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
      texts.push(`${result.file}: could not be compared`);
    } else {
      tellSeries([result.result], { root: tree.label }, ctx);
      texts.push(`${result.file}: its recipe yields no patch on ${tree.label}: ${result.result.result.verdict}`);
    }
  }
  const others = new Map(
    results.flatMap(({ result }) =>
      result.verdict === 'other-version' && !compared.has(result.file) ? [[result.file, result.pythonVersion]] : [],
    ),
  );
  if (compared.size === 0) throw nothingCompared(options.check, trees, [...others.values()]);
  for (const [file, version] of others) texts.push(`${file}: not compared, for it is for Python ${version}`);
  const data = results.map(({ tree, result }) => ({ tree: tree.label, python: tree.version.text, ...plain(result) }));
  return { exitCode: failed ? 1 : 0, data, text: texts.join('\n') };
}

const plain = (result: ShippedResult) =>
  result.verdict === 'no-patch' ? { file: result.file, ...result.result.result } : result;

async function treesFor(options: CheckOptions, ctx: CommandContext): Promise<readonly SourceTree[]> {
  if (options.ref.length === 0) return [folderTree(await openCheckout(options.checkout, ctx), ctx)];
  const results = await gitTrees(options.checkout, await expandRefs(options.checkout, options.ref, ctx), ctx);
  const problems = results.flatMap((r) => ('problem' in r ? [r.problem] : []));
  if (problems.length > 0) throw new UserError(problems);
  return results.flatMap((r) => ('tree' in r ? [r.tree] : []));
}

function nothingCompared(folder: string, trees: readonly SourceTree[], versions: readonly string[]): UserError {
  const have = [...new Set(trees.map((tree) => tree.version.text))].join(', ');
  const wanted = [...new Set(versions)].join(', ');
  return new UserError({
    code: 'cli/nothing-to-check',
    message:
      wanted === ''
        ? `there is no patch below ${folder}`
        : `the patches below ${folder} are for Python ${wanted}, and the tree is ${have}`,
    place: { file: folder },
    hint: 'name a checkout of that version with --checkout, or with --ref one of its repository',
  });
}
