import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { option, repeatable, usage } from '../../work/options.ts';
import { recipeFolders } from '../../work/recipes.ts';
import { RECIPE_OPTIONS, STRIP_OPTION } from '../../work/run-options.ts';
import { command, group } from '../frame.ts';

const FOLDERS = { recipesDir: RECIPE_OPTIONS.recipesDir };

const list = command({
  name: 'recipes list',
  description: 'List the recipes that are found here.',
  options: FOLDERS,
  help: '\nExample:\n  $ forkwright recipes list --json',
  async run(_, { recipesDir }, ctx) {
    const { listRecipes } = await import('../../recipe/index.ts');
    const { table } = await import('../../document/terminal/style.ts');
    const { loaded, bad } = await listRecipes(recipeFolders(recipesDir));
    for (const diagnostic of bad.flatMap(({ diagnostics }) => diagnostics)) {
      ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
    }
    const rows = loaded.map(({ recipe }) => [recipe.id, recipe.cpython, recipe.title]);
    const text = table([['RECIPE', 'CPYTHON', 'WHAT IT DOES'], ...rows], ctx.terminal.tableWidth);
    const recipes = loaded.map(({ recipe, file, hash }) => ({ ...recipe, file, hash }));
    return { exitCode: 0, data: { recipes, bad }, text: `${text}\n\nMore of one: forkwright recipes show NAME` };
  },
});

const show = command({
  name: 'recipes show',
  description: 'Show what a recipe does, for which versions, and why.',
  args: { '<recipe>': 'a recipe’s name or file' },
  options: FOLDERS,
  help: '\nExample:\n  $ forkwright recipes show remove-zombieframe',
  async run([name], { recipesDir }, ctx) {
    const { findRecipe } = await import('../../recipe/index.ts');
    const { describeRecipe } = await import('../describe-recipe.ts');
    const loaded = await findRecipe(name, recipeFolders(recipesDir));
    const { recipe, file, hash } = loaded;
    return { exitCode: 0, data: { ...recipe, file, hash }, text: describeRecipe(loaded, ctx) };
  },
});

const lint = command({
  name: 'recipes lint',
  description: 'Check recipes; exit code 1 when something is wrong.',
  args: { '<file...>': 'recipe files' },
  help: '\nExample:\n  $ forkwright recipes lint recipes/*.yaml',
  async run(files, _, ctx) {
    const { lintRecipe } = await import('../../recipe/index.ts');
    const { lintEdits } = await import('../../patch/index.ts');
    const { renderDiagnostic } = await import('../../document/terminal/diagnostic.ts');
    const data = [];
    for (const file of files) {
      const { loaded, diagnostics } = await lintRecipe(path.resolve(file));
      const edits = loaded === undefined || diagnostics.length > 0 ? [] : await lintEdits(loaded);
      data.push({ file, diagnostics: [...diagnostics, ...edits] });
    }
    const lines = data.flatMap(({ file, diagnostics }) =>
      diagnostics.length === 0
        ? [`${file}: fine`]
        : diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, 'error', ctx.terminal.colorOut)),
    );
    const fine = data.every(({ diagnostics }) => diagnostics.length === 0);
    return { exitCode: fine ? 0 : 1, data, text: lines.join('\n') };
  },
});

const create = command({
  name: 'recipes new',
  description:
    'Start a recipe from a template, or draft it from a patch that a person wrote: the most general edits that yield that patch, each tried by the generator. The exit code is 1 when the draft does not make the whole patch.',
  args: { '<id>': 'lower-case words joined by “-”' },
  options: {
    output: option('-o, --output <file>', 'where to write it (default: recipes/ID.yaml)'),
    from: option('--from <patch>', 'draft it from this patch'),
    checkout: { ...RECIPE_OPTIONS.checkout, text: 'with --from: the tree that the patch was made for' },
    also: repeatable('--also <dir|ref>', 'with --from: try the draft on this tree, too; repeatable'),
    strip: STRIP_OPTION,
  },
  help: `
Examples:
  $ forkwright recipes new smaller-arenas -o recipes/smaller-arenas.yaml
  $ forkwright recipes new my-change --from my.patch -C ../Python-3.9.2 --also ../cpython-3.13`,
  async run([id], { output = path.join('recipes', `${id}.yaml`), from, checkout, also, strip }, ctx) {
    const { parseRecipe, recipeTemplate } = await import('../../recipe/index.ts');
    const file = path.resolve(output);
    if (existsSync(file)) {
      throw new UserError({
        code: 'cli/exists',
        message: 'there is such a file already',
        place: { file },
        hint: 'choose another --output',
      });
    }
    const template = recipeTemplate(id, path.dirname(file));
    const [problem] = parseRecipe(file, Buffer.from(template)).diagnostics;
    if (problem !== undefined) {
      throw new UserError({
        code: 'cli/bad-id',
        message: `"${id}" is not a recipe's name: ${problem.message}`,
        hint: 'use lower-case words joined by "-", such as smaller-arenas',
      });
    }
    const name = path.relative(process.cwd(), file);
    if (from === undefined) {
      if (also.length > 0) throw usage('--also tries a draft, and nothing is drafted', 'name a patch with --from');
      await writeFileAtomic(file, template);
      return { exitCode: 0, data: { file }, text: `wrote ${name}: edit it, then: forkwright recipes lint ${name}` };
    }
    const { draftFromPatch } = await import('../../work/draft.ts');
    const { draftReport } = await import('../draft-report.ts');
    const record = await draftFromPatch({ id, file, patch: from, checkout, also, strip }, ctx);
    ctx.signal.throwIfAborted();
    await writeFileAtomic(file, record.yaml);
    const text = `${draftReport(record, ctx.terminal.tableWidth)}\n\nwrote ${name}: read it, then: forkwright recipes lint ${name}`;
    const { drafted, also: others, whole } = record;
    return { exitCode: whole ? 0 : 1, written: true, data: { file, whole, ...drafted, also: others }, text };
  },
});

export const register = group(
  'recipes',
  'list, show, check and start recipes',
  'Recipes: what Forkwright can change in an interpreter.',
  '\nExample:\n  $ forkwright recipes show remove-zombieframe',
  [list, show, lint, create],
);
