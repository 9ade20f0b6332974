import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipesFolder } from './recipes.ts';
import { field, header, headerPath, shapes, sourcesAfter, sourcesBefore } from './zombie-sources.ts';

const recipe = await loadRecipe(path.join(recipesFolder, 'remove-zombieframe.yaml'));

/** All files of a tree after the patch. */
async function patched(files: Record<string, string>, python: string, params: Record<string, string> = {}) {
  const result = await generate(recipe, memoryTree(files, python), params);
  if (result.verdict !== 'applies') throw new Error(`${result.verdict}: ${problemsOf(result).join('\n')}`);
  return { ...files, ...Object.fromEntries(result.patch.files.map((f) => [f.path, f.after])) };
}

describe.each(shapes)('CPython $python ($store, $load)', (shape) => {
  test('the field, its stores, loads and comments go, and nothing else changes', async () => {
    expect(await patched(sourcesBefore(shape), shape.python)).toEqual(sourcesAfter(shape));
  });

  test('a second time it is already applied', async () => {
    const result = await generate(recipe, memoryTree(sourcesAfter(shape), shape.python));
    expect(result.verdict).toBe('already-applied');
  });

  test('with CRLF line ends it changes the same lines and keeps CRLF', async () => {
    const crlf = (files: Record<string, string>) =>
      Object.fromEntries(Object.entries(files).map(([k, v]) => [k, v.replace(/\n/g, '\r\n')]));
    expect(await patched(crlf(sourcesBefore(shape)), shape.python)).toEqual(crlf(sourcesAfter(shape)));
  });

  test('keep-field: nothing uses the field, which stays and is set to NULL', async () => {
    const files = await patched(sourcesBefore(shape), shape.python, { abi: 'keep-field' });
    expect(files['Objects/frameobject.c']).toBe(sourcesAfter(shape)['Objects/frameobject.c']);
    expect(files['Objects/codeobject.c']).toContain('        co->co_zombieframe = NULL;\n');
    expect(files['Objects/codeobject.c']?.match(/zombie/g)).toHaveLength(1);
    expect(files[headerPath(shape)]).toContain(
      '    void *co_zombieframe;     /* unused, always NULL: kept for binary compatibility */\n',
    );
    const again = await generate(recipe, memoryTree(files, shape.python), { abi: 'keep-field' });
    expect(again.verdict).toBe('already-applied');
  });

  test('half applied is drifted, whichever file was done already', async () => {
    for (const done of Object.keys(sourcesBefore(shape))) {
      const files = { ...sourcesBefore(shape), [done]: sourcesAfter(shape)[done] ?? '' };
      const result = await generate(recipe, memoryTree(files, shape.python));
      expect(result.verdict, done).toBe('drifted');
      expect(problemsOf(result).join('\n'), done).toMatch(/half patched|must match/);
    }
  });
});

test("with only CPython's test edited the tree is half patched: the rest is not made", async () => {
  const shape = shapes.find(({ python }) => python.startsWith('2.7'));
  if (shape === undefined) throw new Error('no shape of 2.7');
  const testSys = (pointers: number) => ({ 'Lib/test/test_sys.py': `check(f.func_code, size('4i8Pi${pointers}P'))\n` });
  // As many pointers as the format of 2.7 tells.
  const names = [...'abcdefghi'].map((name) => `    PyObject *co_${name};\n`).join('');
  const own = header(shape, `${field}${names}    PyObject *co_weakreflist;\n`);
  const whole = { ...sourcesBefore(shape), [headerPath(shape)]: own, ...testSys(3) };
  expect((await patched(whole, shape.python))['Lib/test/test_sys.py']).toBe(testSys(2)['Lib/test/test_sys.py']);
  const result = await generate(recipe, memoryTree({ ...whole, ...testSys(2) }, shape.python));
  expect(result.verdict).toBe('drifted');
  expect(problemsOf(result).join('\n')).toMatch(/half patched: already made: edits 9 \(struct-format\); still to make/);
});

test.each([
  ['2.5.6', false],
  ['2.6', true],
  ['2.7.18', true],
  ['3.0.1', true],
  ['3.1.3', true],
  ['3.1.4', false],
  ['3.2.0', true],
  ['3.2.1', false],
  ['3.10.0', false],
])('%s counts objects exactly in test_gc: %s', async (python, exactly) => {
  const [shape] = shapes;
  if (shape === undefined) throw new Error('no shape');
  const result = await generate(recipe, memoryTree(sourcesBefore(shape), python));
  const tests =
    result.verdict === 'applies' ? result.patch.expect.tests.map(({ test: name }) => name) : [result.verdict];
  expect(tests).toEqual(exactly ? ['test_gc.test_get_count'] : []);
});

describe('other versions', () => {
  test.each(['2.4.6', '3.11.0a1', '3.13.5'])('%s is not applicable, and why', async (python) => {
    const result = await generate(recipe, memoryTree({ 'Objects/frameobject.c': 'int x;\n' }, python));
    expect(result).toMatchObject({ verdict: 'not-applicable' });
    expect(problemsOf(result)[0]).toContain('3.11 removed it (bpo-44032)');
  });

  test('a fork in the range without the field', async () => {
    const result = await generate(recipe, memoryTree({ 'Objects/frameobject.c': 'int x;\n' }, '3.9.2'));
    expect(result).toMatchObject({
      verdict: 'not-applicable',
      why: 'remove-zombieframe: co_zombieframe is in no source file of the tree, nor a name like it',
    });
  });
});
