import path from 'node:path';
import type { SeriesResult } from '../../patch/series.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { option, refuseTogether, repeatable, usage } from '../../work/options.ts';
import { RECIPE_OPTIONS, REGENERATE_OPTION } from '../../work/run-options.ts';
import { type CommandContext, command } from '../frame.ts';
import { VERIFY_OPTION } from '../options.ts';

export const register = command({
  name: 'generate',
  summary: 'print the patch that a recipe yields',
  description:
    'Generate the patch for a checkout: verified, the same bytes on every machine, for `git am` and `patch -p1`. Nothing is written to the checkout.',
  args: { '[recipe...]': 'recipes, by name or file; several form a series in this order' },
  options: {
    ...RECIPE_OPTIONS,
    ...REGENERATE_OPTION,
    output: option('-o, --output <file>', 'write the patch (of a series: all of them) to a file'),
    outDir: option('--out-dir <dir>', 'write a file a recipe, and an order file `series`'),
    ref: repeatable(
      '--ref <ref>',
      "of the checkout's repository: a table over tags, branches, commits; globs too; repeatable",
    ),
    check: option(
      '--check <dir>',
      'compare the patches below a folder with what their recipes yield now; they name recipe and parameters',
    ),
    ...VERIFY_OPTION,
    pyconfig: option(
      '--pyconfig <file>',
      'with --verify: compile with this pyconfig.h, of a build of yours (else configure makes one)',
    ),
    explain: option('--explain', 'say edit by edit what was looked for, found, where, and why it was decided so'),
  },
  help: `
Examples:
  $ forkwright generate remove-zombieframe --checkout ../cpython | git -C ../cpython am
  $ forkwright generate remove-zombieframe -C ../cpython -p abi=keep-field --explain
  $ forkwright generate remove-zombieframe -C ../cpython --ref 'v3.[5-9].*' --out-dir patches
  $ forkwright generate --check patches -C ../cpython`,
  async run(recipes, options, ctx) {
    if (options.pyconfig !== undefined && !options.verify)
      throw usage('--pyconfig is what --verify compiles with', 'add --verify, or leave --pyconfig out');
    if (options.check !== undefined) {
      refuseTogether(options, '--check', ['output', 'outDir', 'explain', 'verify', 'pyconfig'], 'generate');
      if (options.ref.length > 0) refuseTogether(options, '--ref', ['regenerate'], 'generate');
      if (recipes.length > 0 || options.param.length > 0) {
        throw usage('with --check neither recipes nor parameters are named: the patches name them', 'leave them out');
      }
      const { checkPatches } = await import('../generate-check.ts');
      return checkPatches(options.check, options, ctx);
    }
    if (recipes.length === 0) {
      const hint = 'name one: `forkwright recipes` lists them; or compare patches that exist with --check';
      throw usage('a recipe is missing', hint);
    }
    if (options.ref.length > 0) {
      refuseTogether(options, '--ref', ['output', 'explain', 'regenerate'], 'generate');
      const { generateOverRefs } = await import('../generate-refs.ts');
      return generateOverRefs(recipes, options, ctx);
    }
    const { patchesOf, seriesExitCode, seriesFor, tellSeries } = await import('../../work/series.ts');
    const { checkoutNamed } = await import('../../work/checkout-named.ts');
    const named = { ...options, checkout: await checkoutNamed(options.checkout, ctx) };
    const { checkout, series } = await seriesFor(recipes, named, ctx);
    tellSeries(series, checkout, ctx);
    const exitCode = seriesExitCode(series);
    const patches = patchesOf({ series });
    const results = series.map(({ identity, params, result }) => ({ recipe: identity.id, params, ...result }));
    const explanation = options.explain ? await explain(series, ctx) : '';
    // A series of which a part does not apply is not written at all: a half is worse than none.
    if (exitCode === 1) return { exitCode, data: results, text: explanation };
    let data: unknown = results;
    if (options.verify) {
      const { verifySyntax } = await import('../../work/verify-syntax.ts');
      const { fine, checks } = await verifySyntax(checkout, patches, ctx, options.pyconfig);
      data = { series: results, syntax: checks };
      if (!fine) return { exitCode: 1, data, text: explanation };
    }
    ctx.signal.throwIfAborted();
    const bytes = Buffer.from(patches.map((patch) => patch.text).join(''), 'latin1');
    const written: string[] = [];
    if (options.output !== undefined && options.output !== '-') {
      await writeFileAtomic(path.resolve(options.output), bytes);
      written.push(options.output);
    }
    if (options.outDir !== undefined) {
      const { writeSeries } = await import('../write-series.ts');
      written.push(...(await writeSeries(patches, options.outDir)));
    }
    if (options.explain) return { exitCode, data, text: explanation };
    if (written.length === 0) return { exitCode, data, text: bytes };
    return { exitCode, written: true, data, text: written.map((file) => `wrote ${file}`).join('\n') };
  },
});

/** For each recipe its verdict, then edit by edit what was looked for, found, where, and why it was decided so. */
async function explain(series: readonly SeriesResult[], ctx: CommandContext): Promise<string> {
  const { default: pc } = await import('picocolors');
  const { printableText } = await import('../../document/printable.ts');
  const { explainAccount } = await import('../../patch/index.ts');
  const c = pc.createColors(ctx.terminal.colorOut);
  return series
    .flatMap(({ identity, params, result }) => {
      const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
      const more = result.verdict === 'applies' ? `, +${result.patch.insertions} −${result.patch.deletions} lines` : '';
      const title = `${identity.id}${given.length === 0 ? '' : ` (${given.join(', ')})`}: ${result.verdict}${more}`;
      return [c.bold(title), ...explainAccount(result.account).map(printableText)];
    })
    .join('\n');
}
