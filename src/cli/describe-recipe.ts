import pc from 'picocolors';
import { paragraph, table } from '../document/terminal/style.ts';
import { type Edit, type LoadedRecipe, MEASURED_HOW, measuredRows } from '../recipe/index.ts';
import type { CommandContext } from './frame.ts';

export function describeRecipe({ recipe, file }: LoadedRecipe, ctx: CommandContext): string {
  const c = pc.createColors(ctx.terminal.colorOut);
  const width = Math.min(ctx.terminal.width, 100);
  const part = (title: string, body: string) => (body === '' ? [] : [`${c.bold(title)}\n${body}`]);
  const params = Object.entries(recipe.params ?? {}).map(([name, param]) => {
    const values =
      param.type === 'enum' ? param.values.join(' | ') : param.type === 'bool' ? 'true | false' : intRange(param);
    return [`  ${name}`, `${values} (default ${param.default})${param.why === undefined ? '' : `: ${param.why}`}`];
  });
  const edits = recipe.edits.map((edit, index) => [`  ${index + 1}`, ...editLine(edit)]);
  const tests = (recipe.expect?.['cpython-tests'] ?? []).map(({ test, versions = 'all', fails, edited }) => [
    `  ${test}`,
    versions,
    fails === undefined ? `edited: ${edited}` : `fails: ${fails}`,
  ]);
  const speed = (['slower', 'faster'] as const).flatMap((how) => {
    const names = recipe.expect?.[how] ?? [];
    return names.length === 0 ? [] : [paragraph(`${how}: ${names.join(', ')}`, width, '  ')];
  });
  const measured = measuredRows(recipe).map((row) => [`  ${row.what}`, row.python, row.baseline, row.patched]);
  return [
    `${c.bold(recipe.id)}  ${recipe.title}`,
    paragraph(recipe.why, width, '  '),
    ...part('Versions', `  CPython ${recipe.cpython}`),
    ...part('Parameters', table(params, width)),
    ...part('Edits', table(edits, width)),
    ...part('CPython’s tests that change', table(tests, width)),
    ...part('Expected in pybench', speed.join('\n')),
    ...(measured.length === 0
      ? []
      : [
          ...part('Measured', table([['  WHAT', 'CPYTHON', 'WITHOUT', 'WITH'], ...measured], width)),
          paragraph(MEASURED_HOW, width, '  '),
        ]),
    ...part('File', `  ${file}`),
  ].join('\n\n');
}

type IntParam = Extract<NonNullable<LoadedRecipe['recipe']['params']>[string], { readonly type: 'int' }>;

function intRange({ min, max, also }: IntParam): string {
  const range = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` to ${max}`].join('');
  return `whole number${range}${also === undefined ? '' : ` or ${also.join(', ')}`}`;
}

/** The member that says what an edit is about, first of these that it has. */
const SUBJECTS = ['if', 'match', 'field', 'name', 'about', 'find', 'in', 'configure'];

function editLine(edit: Edit): [string, string] {
  const members = new Map<string, unknown>(Object.entries(edit));
  const subject = SUBJECTS.map((name) => members.get(name)).find((value) => typeof value === 'string') ?? '';
  const why = edit.why === undefined ? '' : ` — ${edit.why.trim()}`;
  return [edit.kind, `${subject.split('\n')[0]?.trim()}${why}`];
}
