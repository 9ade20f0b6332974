import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const ROW = '{"new", f, METH_NOARGS, doc},';

async function made(where: string, code: string, text = ROW, file = 'a.c'): Promise<string> {
  const recipe = recipeWith(`  - add-row: {table: rows, ${where}, text: '${text}'}`);
  const result = await generate(recipe, memoryTree({ [file]: code }));
  return result.verdict === 'applies' ? after(result, file) : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}
const table = (...rows: string[]) => `static PyMethodDef rows[] = {\n${rows.map((r) => `    ${r}\n`).join('')}};\n`;

describe('add-row', () => {
  test.each([
    ['at: end', table('{"a", g},', '{NULL}'), table('{"a", g},', ROW, '{NULL}')],
    ['at: end', table('{"a", g},', '{NULL, NULL, 0, NULL},'), table('{"a", g},', ROW, '{NULL, NULL, 0, NULL},')],
    ['at: end', table('/* Sentinel */', '{0, 0}'), table(ROW, '/* Sentinel */', '{0, 0}')],
    ['at: end', table('{"a", g}'), table('{"a", g},', ROW)],
    ['at: end', table('{"a", g} /* last */'), table('{"a", g}, /* last */', ROW)],
    ['at: end', table('{"a", g},'), table('{"a", g},', ROW)],
    ['at: end', table('A_METHODDEF', 'B_METHODDEF'), table('A_METHODDEF', 'B_METHODDEF', ROW)],
    ['at: start', table('A_METHODDEF', '{NULL}'), table(ROW, 'A_METHODDEF', '{NULL}')],
    ['before: B_METHODDEF', table('A_METHODDEF', 'B_METHODDEF'), table('A_METHODDEF', ROW, 'B_METHODDEF')],
    ['after: A_METHODDEF', table('A_METHODDEF', 'B_METHODDEF'), table('A_METHODDEF', ROW, 'B_METHODDEF')],
    [
      `after: '{"a", ...}'`,
      table('{"a", (PyCFunction)(void(*)(void))g,', ' METH_O}, /* a */', '{"b", h},'),
      table('{"a", (PyCFunction)(void(*)(void))g,', ' METH_O}, /* a */', ROW, '{"b", h},'),
    ],
    [`before: '{$N, h}'`, table('{"a", g},', '/* b */', '{"b", h},'), table('{"a", g},', ROW, '/* b */', '{"b", h},')],
    ['at: end', 'int rows[] = {{1}, {0}};\n', `int rows[] = {{1}, ${ROW} {0}};\n`],
    ['at: start', 'int rows[] = {{1}, {0}};\n', `int rows[] = {${ROW} {1}, {0}};\n`],
    [`after: '{1}'`, 'int rows[] = {{1}, {0}};\n', `int rows[] = {{1}, ${ROW} {0}};\n`],
    [
      'at: end',
      table('#ifdef A', '{"a", g},', '#endif', '{NULL}').replace(/^ +#/gm, '#'),
      table('#ifdef A', '{"a", g},', '#endif', ROW, '{NULL}').replace(/^ +#/gm, '#'),
    ],
  ])('%s %j', async (where, code, wanted) => {
    expect(await made(where, code)).toBe(wanted);
    expect(await made(where, code.replaceAll('\n', '\r\n'))).toBe(wanted.replaceAll('\n', '\r\n'));
    expect(await made(where, wanted)).toContain('already-applied');
  });

  test('a parameter in the pattern, and dots as one character', async () => {
    const recipe = recipeWith(
      `  - add-row: {table: rows, after: '{"\${name}", …}', text: '${ROW}'}`,
      'params: {name: {type: enum, values: [a, b], default: b}}',
    );
    const code = table('{"a", g},', '{"b", h},', '{NULL}');
    const result = await generate(recipe, memoryTree({ 'a.c': code }));
    expect(after(result, 'a.c')).toBe(table('{"a", g},', '{"b", h},', ROW, '{NULL}'));
  });

  test('in a template that is no C file by its name', async () => {
    const code = 'extern int a;\n@MARKER@\nstruct _inittab rows[] = {\n\t{"m", init_m},\n\t{0, 0}\n};\n';
    expect(await made('at: end', code, '{"new", init_new}', 'config.c')).toContain('\t{"new", init_new},\n\t{0, 0}');
  });

  test.each([
    ['at: end', table('{"new", other},', '{NULL}'), 'patch/text-differs a.c:2'],
    ['at: end', table('#ifdef A', ROW, '#endif', '{NULL}').replace(/^ +#/gm, '#'), 'patch/text-differs a.c:3'],
    [
      `after: '{"a", ...}'`,
      table('#ifdef A', '{"a", g},', '#endif').replace(/^ +#/gm, '#'),
      'patch/text-differs a.c:3',
    ],
    [`after: '{"c", ...}'`, table('{"a", g},'), 'patch/not-as-declared'],
    ['at: end', '#ifdef A\nint rows[] = {1};\n#else\nint rows[] = {2};\n#endif\n', 'patch/not-as-declared a.c:2'],
    ['at: end', 'int rows[2] = {{1}, {2}};\n', 'patch/text-differs a.c:1'],
    ['at: end', 'int rows[N] = {{1}, {2}};\n', 'patch/text-differs a.c:1'],
    ['at: end', 'int rows(void) { return 1; }\nint *p = rows;\n', 'patch/not-as-declared'],
  ])('refused: %s %j', async (where, code, said) => {
    expect(await made(where, code)).toContain(said);
  });

  test.each([['{"a", f'], ['}; int x = 1;'], [',']])('no row: %s', async (text) => {
    await expect(made('at: end', table('{NULL}'), text)).rejects.toThrow();
  });
});
