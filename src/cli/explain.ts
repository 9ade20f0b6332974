import pc from 'picocolors';
import { printableText } from '../document/printable.ts';
import { explainAccount } from '../patch/index.ts';
import type { SeriesResult } from '../patch/series.ts';
import type { CommandContext } from './frame.ts';

/** For each recipe its verdict, then edit by edit what was looked for, found, where, and why it was decided so. */
export function explain(series: readonly SeriesResult[], ctx: CommandContext): string {
  const c = pc.createColors(ctx.terminal.colorOut);
  return series
    .flatMap(({ recipe, params, result }) => {
      const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
      const more = result.verdict === 'applies' ? `, +${result.patch.insertions} −${result.patch.deletions} lines` : '';
      const title = `${recipe.recipe.id}${given.length === 0 ? '' : ` (${given.join(', ')})`}: ${result.verdict}${more}`;
      return [c.bold(title), ...explainAccount(result.account).map(printableText)];
    })
    .join('\n');
}
