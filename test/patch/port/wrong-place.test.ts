/** Places that look right and are not, and changes that look done and are not: a person decides. */
import { describe, expect, test } from 'vitest';
import type { SourceTree } from '../../../src/checkout/types.ts';
import { portPatches } from '../../../src/patch/port/port.ts';
import { memoryTree } from '../memory-tree.ts';
import { diffOf, outcomes, portChange } from './rig.ts';

const c = 'Objects/a.c';
const py = 'Lib/x.py';
const calls = ['alpha', 'bravo', 'charlie', 'delta_it', 'echo_it', 'foxtrot', 'golf_it'];
const body = (indent: string, end: string) => calls.map((name) => `${indent}${name}(v)${end}\n`).join('');
const edit = (text: string) => text.replace('delta_it(v)', 'delta_it(v, 1)');
const fn = (...lines: string[]) => `static int\nf(int v)\n{\n${lines.join('')}    return v;\n}\n`;
const plain = fn(body('    ', ';'));

async function refused(path: string, from: string, after: string, to: string, why: string): Promise<void> {
  const result = await portChange({ [path]: from }, { [path]: after }, { [path]: to });
  expect(result.complete).toBe(false);
  expect(result.patches[0]?.text).toBe('');
  expect(outcomes(result).join()).toContain(why);
}

describe('the same lines in another statement', () => {
  const inside = (header: string) => fn(`    ${header} {\n${body('        ', ';')}    }\n`);
  const cases = (load: string, store: string) =>
    fn(
      `    switch (v) {\n    case LOAD: {\n${load}        break;\n    }\n    case STORE: {\n${store}        break;\n    }\n    }\n`,
    );
  const [b, x] = [body('        ', ';'), '        x();\n'];
  const deep = (mode: string) =>
    fn(`    if (mode == ${mode}) {\n        while (v) {\n${body('            ', ';')}        }\n    }\n`);
  const orElse = (mode: string) =>
    fn(`    if (${mode}) {\n        x();\n    } else {\n${body('        ', ';')}    }\n`);

  test.each([
    ['another condition', inside('if (mode == READ)'), inside('if (mode == WRITE)'), 'it is likely, not proven'],
    ['another condition further out', deep('READ'), deep('WRITE'), 'it is likely, not proven'],
    ['another case', cases(b, x), cases(x, b), 'the statement around it'],
    ['the else of another if', orElse('READ'), orElse('WRITE'), 'it is likely, not proven'],
  ])('C: %s', (_, from, to, why) => refused(c, from, edit(from), to, why));

  const tries = (a: string, e: string) =>
    `def go(v):\n    try:\n        begin(v)\n${a}    except OSError:\n        begin(v)\n${e}`;
  const platforms = (a: string, e: string) =>
    `import sys\n\nif sys.platform == 'win32':\n    def go(v):\n${a}else:\n    def go(v):\n${e}`;
  const p = body('        ', '');
  test.each([
    ['except for try', tries(p, ''), tries('', p), 'the statement around it'],
    ['else for if, around the function', platforms(p, '        x()\n'), platforms('        x()\n', p), 'it is under'],
  ])('Python: %s', (_, from, to, why) => refused(py, from, edit(from), to, why));

  test('Makefile: another target', async () => {
    const make = (a: string, e: string) => `one: all\n${a}\ntwo: all\n${e}`;
    const steps = body('\t', '');
    const away = make('\techo\n', steps);
    await refused(
      'Makefile.pre.in',
      make(steps, '\techo\n'),
      edit(make(steps, '\techo\n')),
      away,
      '"two: all", not "one: all"',
    );
  });
});

test('code that is no code any more', async () => {
  const comment = plain
    .replace('    alpha', '    return 0;\n    /*\n    alpha')
    .replace('    return v', '    */\n    return v');
  await refused(c, plain, edit(plain), comment, 'in a comment, not code');
  const def = (text: string) => `def go(v):\n${text}    end_it(v)\n`;
  const [from, to] = [def(body('    ', '')), def(`    """Was:\n${body('    ', '')}    """\n`)];
  await refused(py, from, edit(from), to, 'in a string, not code');
});

describe('a last line without a newline', () => {
  test.each([
    [py, 'def go(v):\n    first_it(v)\n    second_it(v)\n    return third\n', 'x = 5\n'],
    ['Lib/x.txt', 'first line\nsecond line\nthird line\nreturn third\n', 'more\n'],
    [c, 'int first;\nint second;\nint return third\n', 'int more;\n'],
  ])('%s: is not put before others', async (path, text, more) => {
    const after = text.replace('third\n', 'fourth');
    await refused(path, text, after, text + more, '');
    expect((await portChange({ [path]: text }, { [path]: after }, { [path]: text })).complete).toBe(true);
  });
});

test.each([
  ['removed', plain.replace('    delta_it(v);\n', '')],
  ['replaced', edit(plain)],
])('what is %s is not "there already" while it stands elsewhere in the function', (_, after) =>
  refused(
    c,
    plain,
    after,
    after.replace('    alpha', '    delta_it(v);\n    alpha'),
    'what it removes still stands there',
  ),
);

describe('what would be there twice', () => {
  const table = (...rows: string[]) =>
    `static PyMethodDef things[] = {\n${rows.map((row) => `    {"${row}", ${row}_func, METH_O},\n`).join('')}    {NULL, NULL}\n};\n`;
  const top = `#include "Python.h"\n\n${plain}\nint later_on;\n`;
  const add = (text: string, what: string) => text.replace('int later_on', `${what}\nint later_on`);
  const early = (what: string) => top.replace('#include "Python.h"\n', `#include "Python.h"\n\n${what}`);
  const helper = 'static int\nhelper(int x)\n{\n    return x * 2;\n}\n';
  const t = ['alpha', 'bravo', 'charlie'];
  const struct = (...fields: string[]) => `struct Thing {\n${fields.map((f) => `    ${f};\n`).join('')}};\n`;
  const s = ['int alpha', 'int bravo', 'int charlie', 'int delta'];
  test.each([
    ['a function', top, add(top, helper), early(helper)],
    ['a macro with another value', top, add(top, '#define LIMIT 5\n'), early('#define LIMIT 7\n')],
    ['an include', top, add(top, '#include "osdefs.h"\n'), early('#include "osdefs.h"\n')],
    ['a table row', table(...t), table(...t, 'new_one'), table('new_one', ...t)],
    [
      'a row of the same name',
      table(...t),
      table(...t, 'new_one'),
      table('new_one', ...t).replace('new_one_func', 'its_func'),
    ],
    ['a field of another type', struct(...s), struct(...s, 'int more'), struct('long more', ...s)],
    [
      'a statement',
      plain,
      plain.replace('    delta', '    INCREF(v);\n    delta'),
      plain.replace('    return v', '    INCREF(v);\n    return v'),
    ],
  ])('%s', async (_, from, after, to) => {
    await refused(c, from, after, to, 'already');
    expect((await portChange({ [c]: from }, { [c]: after }, { [c]: from })).complete).toBe(true);
  });

  test('a method of Python', async () => {
    const method = (name: string) => `    def ${name}(self):\n        return self.${name}_it\n\n`;
    const made = (...names: string[]) => `class A:\n${names.map(method).join('')}`;
    await refused(py, made('f', 'g', 'h'), made('f', 'g', 'h', 'i'), made('i', 'f', 'g', 'h'), 'already');
  });
});

describe('links', () => {
  const ctx = { env: { PATH: process.env.PATH }, signal: new AbortController().signal };
  const linked = (tree: SourceTree): SourceTree => ({
    ...tree,
    read: async (path) => {
      const file = await tree.read(path);
      return file === undefined ? undefined : { ...file, link: true };
    },
  });
  const patches = [{ name: 'my.patch', text: diffOf({ [c]: plain }, { [c]: edit(plain) }) }];
  const tree = memoryTree({ [c]: plain });

  test('in the old tree the patch is refused, in the new one a person is needed', async () => {
    await expect(portPatches({ patches, from: linked(tree), to: tree }, ctx)).rejects.toThrow('symbolic link');
    const result = await portPatches({ patches, from: tree, to: linked(tree) }, ctx);
    expect(outcomes(result)[0]).toContain('symbolic link');
    expect(result.patches[0]?.text).toBe('');
  });
});
