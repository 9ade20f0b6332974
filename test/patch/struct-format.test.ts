import { describe, expect, test } from 'vitest';
import { countPointers } from '../../src/patch/edits/struct-format.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith, after as textAfter } from './recipes.ts';

const recipe = recipeWith(`
  - drop-field: { struct: Thing, field: cache }
  - struct-format: { struct: Thing, names: [func_code, __code__], files: ["**/test_sys.py"], times: 0..n }
`);
const struct = (members: string) => `typedef struct {\n    PyObject_HEAD\n    int n;\n${members}} Thing;\n`;
const pointers = (n: number) => [...Array(n).keys()].map((i) => `    PyObject *p${i};\n`).join('');
const field = '    void *cache;\n';
const tree = (line: string, members: string) =>
  memoryTree({ 'Include/thing.h': struct(members), 'Lib/test/test_sys.py': `${line}\n` });
const edited = async (line: string, members: string) =>
  textAfter(await generate(recipe, tree(line, members)), 'Lib/test/test_sys.py').trimEnd();

describe('a format of a test that knows the size of a struct', () => {
  test.each([
    ["check(get_cell().func_code, size(h + '4i8Pi2P'))", "check(get_cell().func_code, size(h + '4i8PiP'))", 9],
    ["check(get_cell().func_code, size('4i8Pi3P'))", "check(get_cell().func_code, size('4i8Pi2P'))", 10],
    ["check(get_cell().__code__, size('5i8Pi3P'))", "check(get_cell().__code__, size('5i8Pi2P'))", 10],
    ["check(get_cell2.__code__, size('5i9Pi3P') + 1)", "check(get_cell2.__code__, size('5i9Pi2P') + 1)", 11],
    [
      "check_code_size(f.__code__, size('6i13P') + calcsize('n'))",
      "check_code_size(f.__code__, size('6i12P') + calcsize('n'))",
      12,
    ],
    ["check(f.__code__, calcvsize('2iP'))", "check(f.__code__, calcvsize('2i'))", 0],
  ])('%s has a pointer less', async (line, wanted, others) => {
    expect(await edited(line, field + pointers(others))).toBe(wanted);
  });

  describe('with members that the recipe adds', () => {
    const adding = (declare: string, where: string, more = '') =>
      recipeWith(`${more}
  - add-field: { struct: Thing, declare: "${declare}", ${where} }
  - struct-format: { struct: Thing, names: [__code__], files: ["**/test_sys.py"], times: 0..n }
`);
    const line = "check(f.__code__, size('5i8Pi3P'))";
    const of = async (made: ReturnType<typeof recipeWith>, members: string) => {
      const result = await generate(made, tree(line, members));
      if (result.verdict !== 'applies') return problemsOf(result).join();
      return textAfter(result, 'Lib/test/test_sys.py').trimEnd();
    };
    const more = "check(f.__code__, size('5i8Pi4P'))";
    test.each([
      ['a pointer beside a pointer', 'void *more;', 'after: p3', '', more],
      ['a pointer at the end', 'void *more;', 'at: end', '', more],
      ['two', 'void *more; int (*call)(void);', 'before: p0', '', "check(f.__code__, size('5i8Pi5P'))"],
      [
        'one, and one that goes',
        'void *more;',
        'at: end',
        '  - drop-field: { struct: Thing, field: p5 }',
        '(unchanged)',
      ],
      [
        'a number',
        'int more;',
        'at: end',
        '',
        'patch/text-differs Lib/test/test_sys.py:1 the format of Thing beside __code__: more, which is added, is no pointer: what the format becomes cannot be told',
      ],
    ])('%s', async (_, declare, where, edits, wanted) => {
      expect(await of(adding(declare, where, edits), pointers(11))).toBe(wanted);
    });
    test('a pointer between numbers, which may bring room with it', async () => {
      const said = await of(adding('void *more;', 'after: a'), `    int a;\n    int b;\n${pointers(11)}`);
      expect(said).toContain('more is added beside no pointer: what the format becomes cannot be told');
    });
    test('a member that is there already is not counted again', async () => {
      const made = adding('void *more;', 'at: end');
      const result = await generate(made, tree(more, `${pointers(11)}    void *more;\n`));
      expect(result.verdict).toBe('already-applied');
    });
  });

  test('every line that names the object, and no other', async () => {
    const line =
      "check(f.__code__, size('i2P'))\ncheck(f.__closure__, size('i2P'))\ncheck(g.__code__, size('i2P') + 1)";
    const wanted =
      "check(f.__code__, size('iP'))\ncheck(f.__closure__, size('i2P'))\ncheck(g.__code__, size('iP') + 1)";
    expect(await edited(line, field + pointers(1))).toBe(wanted);
  });

  test('a format that tells less than the struct has leaves room, and stays', async () => {
    expect(await edited("check_code_size(f.__code__, size('6i13P'))", field + pointers(14))).toBe('(unchanged)');
  });

  test('a pointer that stands under an #if may be counted or not', async () => {
    const members = `${field}${pointers(3)}#ifdef FORK\n    void *more;\n#endif\n`;
    expect(await edited("check(f.__code__, size('i4P'))", members)).toBe("check(f.__code__, size('i3P'))");
    expect(await edited("check(f.__code__, size('i5P'))", members)).toBe("check(f.__code__, size('i4P'))");
  });

  test('a format that tells more than the struct has is refused, with its place', async () => {
    const result = await generate(recipe, tree("\n\ncheck(f.__code__, size('i9P'))", field + pointers(3)));
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result)).toEqual([
      'patch/text-differs Lib/test/test_sys.py:3 the format of Thing beside func_code or __code__: the format has 9 pointers, and Thing 4',
    ]);
  });

  test.each(["check(f.__code__, size(f'{head}'))", "check(f.__code__, size('2P') + size('3P'))"])(
    'a line that cannot be read is refused: %s',
    async (line) => {
      expect((await generate(recipe, tree(line, field + pointers(3)))).verdict).toBe('drifted');
    },
  );

  test('a second time it is already as wanted', async () => {
    const result = await generate(recipe, tree("check(f.__code__, size('i3P'))", pointers(3)));
    expect(result.verdict).not.toBe('applies');
  });

  test('two definitions that differ say nothing', () => {
    expect(countPointers([struct(pointers(1)), struct(pointers(2))], 'Thing', new Set())).toBeUndefined();
    expect(countPointers([struct(pointers(2)), 'int x;\n'], 'Thing', new Set(['p1']))).toEqual({
      least: 2,
      most: 2,
      change: -1,
    });
  });
});
