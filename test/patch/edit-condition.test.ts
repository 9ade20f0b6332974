import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

async function made(edit: string, code: string): Promise<string> {
  const result = await generate(recipeWith(`  - ${edit}`), memoryTree({ 'a.c': code }));
  return result.verdict === 'applies' ? after(result, 'a.c') : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}
const block = (head: string, name = 'x', end = '#endif') => `${head}\nint ${name};\n${end}\n`;

describe('edit-condition', () => {
  test.each([
    ['{if: defined(A), with: defined(B)}', block('#ifdef A'), block('#ifdef B')],
    ['{if: defined(A), with: defined(B)}', block('#  ifndef A /* why */'), block('#  ifndef B /* why */')],
    ['{if: "!defined(A)", with: defined(B)}', block('#ifndef A'), block('#ifdef B')],
    ['{if: defined(A), with: "!defined(A)"}', block('#ifdef A'), block('#ifndef A')],
    ['{if: defined(A), with: defined(A) && !defined(B)}', block('#ifdef A'), block('#if defined(A) && !defined(B)')],
    ['{if: defined(A), with: defined(A) && B}', block('#ifndef A'), block('#if !(defined(A) && B)')],
    ['{if: defined(A), with: defined(A) || B}', block('#if X && defined(A)'), block('#if X && (defined(A) || B)')],
    ['{if: A, with: A || B}', block('#if A'), block('#if A || B')],
    ['{if: A > 3, with: A > 4}', block('#if defined(A) \\\n    && A > 3'), block('#if defined(A) \\\n    && A > 4')],
    ['{if: defined(A), with: defined(B)}', block('#if X\n#elif defined ( A )'), block('#if X\n#elif defined(B)')],
    [
      '{if: defined(A), with: defined(B)}',
      block('#if defined(A) || !defined(A)'),
      block('#if defined(B) || !defined(B)'),
    ],
    [
      '{if: defined(A), with: defined(B), holds: y}',
      block('#ifdef A') + block('#ifdef A', 'y'),
      block('#ifdef A') + block('#ifdef B', 'y'),
    ],
    [
      '{if: defined(A), with: defined(B), labels: {A: B}}',
      block('#ifdef A', 'x', '#else /* !A */\n#endif /* A */'),
      block('#ifdef B', 'x', '#else /* !B */\n#endif /* B */'),
    ],
    [
      '{if: defined(A), with: defined(B), in: g}',
      `int f(void)\n{\n${block('#ifdef A')}}\nint g(void)\n{\n${block('#ifdef A')}}\n`,
      `int f(void)\n{\n${block('#ifdef A')}}\nint g(void)\n{\n${block('#ifdef B')}}\n`,
    ],
  ])('%s', async (edit, code, wanted) => {
    expect(await made(`edit-condition: ${edit}`, code)).toBe(wanted);
    expect(await made(`edit-condition: ${edit}`, code.replaceAll('\n', '\r\n'))).toBe(wanted.replaceAll('\n', '\r\n'));
    if (!/with: "?!?defined\(A\)(?: \|\| B)?/.test(edit))
      expect(await made(`edit-condition: ${edit}`, wanted)).toContain('already-applied');
  });

  test('two places are told, nothing is written', async () => {
    const twice = block('#ifdef A') + block('#if defined(A)', 'y');
    expect(await made('edit-condition: {if: defined(A), with: defined(B)}', twice)).toMatch(/drifted.*a\.c:1/);
  });

  test('a name in a comment, or of another macro, is none', async () => {
    const other = block('#ifdef AB /* A */') + block('#if defined(X) // defined(A)', 'y');
    expect(await made('edit-condition: {if: defined(A), with: defined(B)}', other)).toMatch(/^drifted/);
  });
});

describe('lines of C', () => {
  const code = '#include <a.h>\n#include <b.h>\n\nint\nf(void)\n{\n    return 1;\n}\n';
  test.each([
    [
      'add-lines: {after: "#include <a.h>", text: "#ifdef X\\n#include <x.h>\\n#endif"}',
      code.replace('<a.h>\n', '<a.h>\n#ifdef X\n#include <x.h>\n#endif\n'),
    ],
    ['drop-lines: {find: "#include <b.h>"}', code.replace('#include <b.h>\n', '')],
  ])('%s', async (edit, wanted) => {
    expect(await made(edit, code)).toBe(wanted);
  });

  test.each([
    ['add-lines: {after: "return 1;", text: "g();"}', 'inside of a function', 'a.c:8'],
    ['add-lines: {after: "#include <a.h>", text: "#ifdef X"}', 'a part of an #if only', 'a.c:2'],
    ['add-lines: {after: "#include <b.h>", text: "int g( {"}', 'would not be C any more', 'a.c:3'],
    ['drop-lines: {find: "return 1;"}', 'there is code in the lines', 'a.c:7'],
  ])('%s is refused', async (edit, why, place) => {
    const result = await generate(recipeWith(`  - ${edit}`), memoryTree({ 'a.c': code }));
    expect(result).toMatchObject({ verdict: 'drifted', problems: [{ message: expect.stringContaining(why) }] });
    expect(problemsOf(result)[0]).toContain(place);
  });
});
