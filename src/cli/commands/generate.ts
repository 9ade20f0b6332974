import path from 'node:path';
import type { Command } from 'commander';
import { writeFileAtomic } from '../../system/files.ts';
import { explain } from '../explain.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import { type RecipeOptions, withRecipes } from '../shared-run-options.ts';

interface GenerateOptions extends SharedOptions, RecipeOptions {
  readonly output?: string;
  readonly outDir?: string;
  readonly explain?: boolean;
}

export function register(program: Command): void {
  withRecipes(
    program
      .command('generate')
      .summary('print the patch that a recipe yields')
      .description(
        'Generate the patch for a checkout: verified, the same bytes on every machine, for `git am` and `patch -p1`. Nothing is written to the checkout.',
      )
      .argument('<recipe...>', 'recipes, by name or file; several form a series in this order'),
  )
    .option('-o, --output <file>', 'write the patch (of a series: all of them) to a file')
    .option('--out-dir <dir>', 'write a file a recipe, and an order file `series`')
    .option('--explain', 'say edit by edit what was looked for, found, where, and why it was decided so')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright generate remove-zombieframe --checkout ../cpython | git -C ../cpython am
  $ forkwright generate remove-zombieframe -C ../cpython -p abi=keep-field --explain`,
    )
    .action((recipes: string[], options: GenerateOptions) =>
      execute('generate', options, (ctx) => generate(recipes, options, ctx)),
    );
}

async function generate(recipes: readonly string[], options: GenerateOptions, ctx: CommandContext): Promise<Outcome> {
  const { seriesExitCode, seriesFor, tellSeries } = await import('../series.ts');
  const { checkout, series } = await seriesFor(recipes, options, ctx);
  tellSeries(series, checkout, ctx);
  const exitCode = seriesExitCode(series);
  const patches = series.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));
  const data = series.map(({ recipe, params, result }) => ({ recipe: recipe.recipe.id, params, ...result }));
  const explanation = options.explain ? explain(series, ctx) : '';
  // A series of which a part does not apply is not written at all: a half is worse than none.
  if (exitCode === 1) return { exitCode, data, text: explanation };
  const bytes = Buffer.from(patches.map((patch) => patch.text).join(''), 'latin1');
  const written: string[] = [];
  if (options.output !== undefined && options.output !== '-') {
    await writeFileAtomic(path.resolve(options.output), bytes);
    written.push(options.output);
  }
  if (options.outDir !== undefined) {
    for (const patch of patches) {
      const file = path.join(options.outDir, `${patch.recipe.id}.patch`);
      await writeFileAtomic(path.resolve(file), Buffer.from(patch.text, 'latin1'));
      written.push(file);
    }
    const order = patches.map((patch) => `${patch.recipe.id}.patch\n`).join('');
    await writeFileAtomic(path.resolve(options.outDir, 'series'), order);
  }
  if (options.explain) return { exitCode, data, text: explanation };
  if (written.length > 0) return { exitCode, data, text: written.map((file) => `wrote ${file}`).join('\n') };
  return { exitCode, data, text: bytes };
}
