import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { recipeFolders } from '../../work/recipe-folders.ts';
import { RECIPE_OPTIONS, type RecipeOptions } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

type RecipesOptions = SharedOptions & Pick<RecipeOptions, 'recipesDir'>;

const withDir = (command: Command) => withShared(command, { recipesDir: RECIPE_OPTIONS.recipesDir });

export function register(program: Command): void {
  const recipes = program
    .command('recipes')
    .summary('list, show, check and start recipes')
    .description('Recipes: what Forkwright can change in an interpreter.');
  recipes.addHelpText('after', '\nExample:\n  $ forkwright recipes show remove-zombieframe');
  withDir(recipes.command('list', { isDefault: true }).description('List the recipes that are found here.'))
    .addHelpText('after', '\nExample:\n  $ forkwright recipes list --json')
    .action((options: RecipesOptions) => execute('recipes list', options, (ctx) => list(options, ctx)));
  withDir(
    recipes
      .command('show')
      .argument('<recipe>', 'a recipe’s name or file')
      .description('Show what a recipe does, for which versions, and why.'),
  )
    .addHelpText('after', '\nExample:\n  $ forkwright recipes show remove-zombieframe')
    .action((name: string, options: RecipesOptions) =>
      execute('recipes show', options, (ctx) => show(name, options, ctx)),
    );
  withShared(
    recipes
      .command('lint')
      .argument('<file...>', 'recipe files')
      .description('Check recipes; exit code 1 when something is wrong.'),
  )
    .addHelpText('after', '\nExample:\n  $ forkwright recipes lint recipes/*.yaml')
    .action((files: string[], options: SharedOptions) => execute('recipes lint', options, (ctx) => lint(files, ctx)));
  withShared(
    recipes
      .command('new')
      .argument('<id>', 'lower-case words joined by “-”')
      .description('Start a recipe from a template.'),
  )
    .option('-o, --output <file>', 'where to write it (default: recipes/ID.yaml)')
    .addHelpText('after', '\nExample:\n  $ forkwright recipes new smaller-arenas -o recipes/smaller-arenas.yaml')
    .action((id: string, options: SharedOptions & { output?: string }) =>
      execute('recipes new', options, () => create(id, options.output)),
    );
}

async function list(options: RecipesOptions, ctx: CommandContext): Promise<Outcome> {
  const { listRecipes } = await import('../../recipe/index.ts');
  const { table } = await import('../../document/terminal/table.ts');
  const { loaded, bad } = await listRecipes(recipeFolders(options.recipesDir));
  for (const { diagnostics } of bad) {
    for (const diagnostic of diagnostics) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
  }
  const rows = loaded.map(({ recipe }) => [recipe.id, recipe.cpython, recipe.title]);
  const text = table([['RECIPE', 'CPYTHON', 'WHAT IT DOES'], ...rows], ctx.terminal.tableWidth);
  const data = loaded.map(({ recipe, file, hash }) => ({ ...recipe, file, hash }));
  return { exitCode: 0, data: { recipes: data, bad }, text: `${text}\n\nMore of one: forkwright recipes show NAME` };
}

async function show(name: string, options: RecipesOptions, ctx: CommandContext): Promise<Outcome> {
  const { findRecipe } = await import('../../recipe/index.ts');
  const { describeRecipe } = await import('../describe-recipe.ts');
  const loaded = await findRecipe(name, recipeFolders(options.recipesDir));
  return {
    exitCode: 0,
    data: { ...loaded.recipe, file: loaded.file, hash: loaded.hash },
    text: describeRecipe(loaded, ctx),
  };
}

async function lint(files: readonly string[], ctx: CommandContext): Promise<Outcome> {
  const { lintRecipe } = await import('../../recipe/index.ts');
  const { lintEdits } = await import('../../patch/index.ts');
  const { renderDiagnostic } = await import('../../document/terminal/diagnostic.ts');
  const results = [];
  for (const file of files) {
    const { loaded, diagnostics } = await lintRecipe(path.resolve(file));
    results.push({ file, diagnostics: loaded === undefined ? diagnostics : await lintEdits(loaded) });
  }
  const bad = results.filter((result) => result.diagnostics.length > 0);
  const lines = results.flatMap(({ file, diagnostics }) =>
    diagnostics.length === 0
      ? [`${file}: fine`]
      : diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, 'error', ctx.terminal.colorOut)),
  );
  return { exitCode: bad.length > 0 ? 1 : 0, data: results, text: lines.join('\n') };
}

async function create(id: string, output: string | undefined): Promise<Outcome> {
  const { parseRecipe, recipeTemplate } = await import('../../recipe/index.ts');
  const file = path.resolve(output ?? path.join('recipes', `${id}.yaml`));
  if (existsSync(file)) {
    throw new UserError({
      code: 'cli/exists',
      message: 'there is such a file already',
      place: { file },
      hint: 'choose another --output',
    });
  }
  const text = recipeTemplate(id);
  const { diagnostics } = parseRecipe(file, Buffer.from(text));
  if (diagnostics.length > 0) {
    throw new UserError({
      code: 'cli/bad-id',
      message: `"${id}" is not a recipe's name: ${diagnostics[0]?.message}`,
      hint: 'use lower-case words joined by "-", such as smaller-arenas',
    });
  }
  await writeFileAtomic(file, text);
  return {
    exitCode: 0,
    data: { file },
    text: `wrote ${path.relative(process.cwd(), file)}: edit it, then: forkwright recipes lint ${path.relative(process.cwd(), file)}`,
  };
}
