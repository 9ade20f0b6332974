import { shippedFolders } from '../change/patch-files.ts';
import type { Context } from '../system/context.ts';
import { compareWithRecipes } from '../work/check-current.ts';
import { tellSeries } from '../work/series.ts';
import type { Outcome } from './frame.ts';

/**
 * `generate --check`: a line a patch file, and what differs.
 * @returns exit code 1 when one is not what its recipe yields.
 * @throws UserError when there is nothing to compare.
 */
export async function checkPatches(
  folder: string,
  where: Parameters<typeof compareWithRecipes>[1],
  ctx: Context,
): Promise<Outcome> {
  const all = await compareWithRecipes(await shippedFolders(folder, ctx), where, ctx);
  const compared = all.filter(({ state }) => state !== 'not-done');
  const texts = compared.map(({ tree, result, diagnostics }) => {
    const { file, verdict } = result;
    if (verdict === 'equal') return `${file}: as its recipe yields it on ${tree.label}`;
    if (verdict === 'differs') return `${file}: ${diagnostics[0]?.message}\n\n${result.interdiff}`;
    if (verdict === 'no-patch') {
      tellSeries([result.result], { root: tree.label }, ctx);
      return `${file}: its recipe yields no patch on ${tree.label}: ${result.result.result.verdict}`;
    }
    for (const diagnostic of diagnostics) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    return `${file}: could not be compared`;
  });
  const files = new Set(compared.map(({ result }) => result.file));
  const others = new Map(
    all.flatMap(({ result }) =>
      result.verdict === 'other-version' && !files.has(result.file) ? [[result.file, result.pythonVersion]] : [],
    ),
  );
  for (const [file, version] of others) texts.push(`${file}: not compared, for it is for Python ${version}`);
  const data = all.map(({ tree, result }) => ({
    tree: tree.label,
    python: tree.version.text,
    ...(result.verdict === 'no-patch' ? { file: result.file, ...result.result.result } : result),
  }));
  return { exitCode: compared.every(({ state }) => state === 'passed') ? 0 : 1, data, text: texts.join('\n') };
}
