import pc from 'picocolors';
import { paragraph } from '../document/terminal/columns.ts';
import { table } from '../document/terminal/table.ts';
import { type Edit, type LoadedRecipe, MEASURED_HOW, measuredRows } from '../recipe/index.ts';
import type { CommandContext } from './frame.ts';

/** A recipe's page on the terminal. */
export function describeRecipe({ recipe, file }: LoadedRecipe, ctx: CommandContext): string {
  const c = pc.createColors(ctx.terminal.colorOut);
  const width = Math.min(ctx.terminal.width, 100);
  const part = (title: string, body: string) => `${c.bold(title)}\n${body}`;
  const params = Object.entries(recipe.params ?? {}).map(([name, param]) => {
    const values =
      param.type === 'enum' ? param.values.join(' | ') : param.type === 'bool' ? 'true | false' : intRange(param);
    return [`  ${name}`, `${values} (default ${param.default})${param.why === undefined ? '' : `: ${param.why}`}`];
  });
  const edits = recipe.edits.map((edit, index) => [`  ${index + 1}`, ...editLine(edit)]);
  const tests = (recipe.expect?.['cpython-tests'] ?? []).map((t) => [
    `  ${t.test}`,
    t.versions ?? 'all',
    t.fails === undefined ? `edited: ${t.edited}` : `fails: ${t.fails}`,
  ]);
  const slower = recipe.expect?.slower ?? [];
  const faster = recipe.expect?.faster ?? [];
  const speed = [
    slower.length > 0 ? `slower: ${slower.join(', ')}` : undefined,
    faster.length > 0 ? `faster: ${faster.join(', ')}` : undefined,
  ].filter((line) => line !== undefined);
  const measured = measuredRows(recipe).map(({ what, python, baseline, patched }) => [
    `  ${what}`,
    python,
    baseline,
    patched,
  ]);
  return [
    `${c.bold(recipe.id)}  ${recipe.title}`,
    paragraph(recipe.why, width, '  '),
    part('Versions', `  CPython ${recipe.cpython}`),
    ...(params.length > 0 ? [part('Parameters', table(params, width))] : []),
    part('Edits', table(edits, width)),
    ...(tests.length > 0 ? [part('CPython’s tests that change', table(tests, width))] : []),
    ...(speed.length > 0
      ? [part('Expected in pybench', speed.map((line) => paragraph(line, width, '  ')).join('\n'))]
      : []),
    ...(measured.length > 0
      ? [
          part('Measured', table([['  WHAT', 'CPYTHON', 'WITHOUT', 'WITH'], ...measured], width)),
          paragraph(MEASURED_HOW, width, '  '),
        ]
      : []),
    part('File', `  ${file}`),
  ].join('\n\n');
}

function intRange(param: {
  min?: number | undefined;
  max?: number | undefined;
  also?: readonly number[] | undefined;
}): string {
  const also = param.also === undefined ? '' : ` or ${param.also.join(', ')}`;
  return `whole number${param.min === undefined ? '' : ` from ${param.min}`}${param.max === undefined ? '' : ` to ${param.max}`}${also}`;
}

/** The member that says what an edit is about, first of these that it has. */
const SUBJECTS = ['if', 'match', 'field', 'name', 'about', 'find', 'in', 'configure'];

function editLine(edit: Edit): [string, string] {
  const members = new Map<string, unknown>(Object.entries(edit));
  const subject = SUBJECTS.map((name) => members.get(name)).find((value) => typeof value === 'string') ?? '';
  return [
    edit.kind,
    `${String(subject).split('\n')[0]?.trim()}${edit.why === undefined ? '' : ` — ${edit.why.trim()}`}`,
  ];
}
