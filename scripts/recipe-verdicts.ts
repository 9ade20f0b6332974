/** What every shipped recipe says of source trees. */
import { folderTree, openCheckout } from '../src/checkout/index.ts';
import type { SourceTree } from '../src/checkout/types.ts';
import { generatePatch } from '../src/patch/index.ts';
import { listRecipes, resolveParams } from '../src/recipe/index.ts';
import type { Context } from '../src/system/context.ts';

/** Opens a source tree by its folder. */
export async function openFolder(dir: string, ctx: Context): Promise<SourceTree> {
  return folderTree(await openCheckout(dir, ctx), ctx);
}

/** A Markdown table: recipe × tree, with default parameters. */
export async function verdictsOn(recipes: string, trees: readonly SourceTree[]): Promise<string> {
  const lines = [
    `| Recipe | ${trees.map((t) => t.version.text).join(' | ')} |`,
    `|---|${trees.map(() => '---|').join('')}`,
  ];
  for (const loaded of (await listRecipes([recipes])).loaded) {
    const cells: string[] = [];
    for (const tree of trees) {
      const result = await generatePatch(loaded, resolveParams(loaded, {}), tree);
      if (result.verdict !== 'applies') cells.push(result.verdict.replace('-', ' '));
      else if (result.patch.files.length === 0) cells.push('build option');
      else cells.push(`applies, +${result.patch.insertions} −${result.patch.deletions}`);
    }
    lines.push(`| ${loaded.recipe.id} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}
