import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const TEXT = 'static int\nadded(void)\n{\n    return 1;\n}';
const edit = (where: string, text = TEXT) =>
  recipeWith(`  - add-function:\n      ${where}\n      text: |\n${text.replace(/^/gm, '        ')}\n`);
const FUNCTION = 'int\nmain(void)\n{\n    return 0;\n}\n';

async function made(where: string, code: string, text = TEXT, file = 'a.c'): Promise<string> {
  const result = await generate(edit(where, text), memoryTree({ [file]: code }));
  return result.verdict === 'applies' ? after(result, file) : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}

describe('add-function', () => {
  test.each([
    ['before: main', FUNCTION, `${TEXT}\n\n${FUNCTION}`],
    ['after: main', FUNCTION, `${FUNCTION}\n${TEXT}\n`],
    ['after: main', `${FUNCTION}\nint x;\n`, `${FUNCTION}\n${TEXT}\n\nint x;\n`],
    ['at: end', FUNCTION, `${FUNCTION}\n${TEXT}\n`],
    ['at: start', `#include "a.h"\n\n${FUNCTION}`, `#include "a.h"\n\n${TEXT}\n\n${FUNCTION}`],
    [
      'at: start',
      `#include "a.h"\n#ifdef B\n#include "b.h"\n#endif\n${FUNCTION}#include "c.h"\n`,
      `#include "a.h"\n#ifdef B\n#include "b.h"\n#endif\n\n${TEXT}\n\n${FUNCTION}#include "c.h"\n`,
    ],
    ['before: main', `int x;\n\n/* Why. */\n${FUNCTION}`, `int x;\n\n${TEXT}\n\n/* Why. */\n${FUNCTION}`],
    [
      'before: main',
      `int x;\n\n/*[clinic input]\nmain\n[clinic start generated code]*/\n\n${FUNCTION}`,
      `int x;\n\n${TEXT}\n\n/*[clinic input]\nmain\n[clinic start generated code]*/\n\n${FUNCTION}`,
    ],
    ['before: main', `int x;\n\n/* Of x. */\n\n${FUNCTION}`, `int x;\n\n/* Of x. */\n\n${TEXT}\n\n${FUNCTION}`],
    ['before: main', `#ifdef A\n${FUNCTION}#endif\n`, `${TEXT}\n\n#ifdef A\n${FUNCTION}#endif\n`],
    ['after: main', `#ifdef A\n${FUNCTION}#endif\nint x;\n`, `#ifdef A\n${FUNCTION}#endif\n\n${TEXT}\nint x;\n`],
    [
      'after: main',
      `#ifdef A\n${FUNCTION}#else\n${FUNCTION}#endif\n`,
      `#ifdef A\n${FUNCTION}#else\n${FUNCTION}#endif\n\n${TEXT}\n`,
    ],
    [
      'after: main',
      '#ifdef A\nint\nmain(void)\n#else\nlong\nmain(void)\n#endif\n{\n}\n',
      `#ifdef A\nint\nmain(void)\n#else\nlong\nmain(void)\n#endif\n{\n}\n\n${TEXT}\n`,
    ],
  ])('%s %j', async (where, code, wanted) => {
    expect(await made(where, code)).toBe(wanted);
    expect(await made(where, code.replaceAll('\n', '\r\n'))).toBe(wanted.replaceAll('\n', '\r\n'));
    expect(await made(where, wanted)).toContain('already-applied');
  });

  test('a file whose last line nothing ends; a docstring', async () => {
    expect(await made('at: end', 'int x;')).toBe(`int x;\n\n${TEXT}`);
    const doc = 'PyDoc_STRVAR(main_doc, "main()\\n\\nIt.");';
    expect(await made('after: main', FUNCTION, doc)).toBe(`${FUNCTION}\n${doc}\n`);
    expect(await made('after: main', `${FUNCTION}\n${doc}\n`, doc)).toContain('already-applied');
  });

  test('in a header', async () => {
    const head = '#ifndef A_H\n#define A_H\n#ifdef __cplusplus\nextern "C" {\n#endif\n\nPyAPI_FUNC(int) old(void);\n';
    const tail = '\n#ifdef __cplusplus\n}\n#endif\n#endif /* !A_H */\n';
    const added = 'PyAPI_FUNC(int) added(void);';
    expect(await made('at: end', head + tail, added, 'a.h')).toBe(`${head}\n${added}\n${tail}`);
    expect(await made('after: old', head + tail, added, 'a.h')).toBe(`${head}${added}\n${tail}`);
    expect(await made('before: old', head + tail, added, 'a.h')).toBe(
      `${head.replace('PyAPI', `${added}\nPyAPI`)}${tail}`,
    );
  });

  test.each([
    ['after: main', `int\nadded(void)\n{ return 2; }\n${FUNCTION}`, 'patch/text-differs a.c:2'],
    ['after: main', `#ifdef A\n#else\nstatic int added;\n#endif\n${FUNCTION}`, 'patch/text-differs a.c:3'],
    ['after: main', `#define added 1\n${FUNCTION}`, 'patch/text-differs a.c:1'],
    ['after: main', 'int x;\n', 'patch/not-as-declared'],
    ['after: main', `#ifdef A\n${FUNCTION}#endif\n#ifdef B\n${FUNCTION}#endif\n`, 'patch/not-as-declared'],
    ['at: start', FUNCTION, 'patch/text-differs a.c:1'],
    ['after: main', `#ifdef A\n${TEXT}\n#endif\n${FUNCTION}`, 'patch/text-differs a.c:3'],
  ])('refused: %s %j', async (where, code, said) => {
    expect(await made(where, code)).toContain(said);
  });

  test('a prototype is no definition; two go in beside each other', async () => {
    expect(await made('after: main', `static int added(void);\n${FUNCTION}`)).toContain(TEXT);
    const two = recipeWith(
      '  - add-function: {after: main, text: "int a(void);"}\n  - add-function: {after: main, text: "int b(void);"}',
    );
    const tree = memoryTree({ 'a.c': 'int main(void);\n' });
    expect(after(await generate(two, tree), 'a.c')).toBe('int main(void);\nint a(void);\nint b(void);\n');
  });

  test('what another file of the tree defines', async () => {
    const exported = edit('after: main\n      files: [a.c]', TEXT.replace('static ', ''));
    const files = { 'a.c': FUNCTION, 'b.c': 'int\nadded(void)\n{ return 2; }\n' };
    expect(problemsOf(await generate(exported, memoryTree(files)))[0]).toContain('patch/defined-twice b.c:2');
    const own = { ...files, 'b.c': `static ${files['b.c']}` };
    expect((await generate(exported, memoryTree(own))).verdict).toBe('applies');
  });

  test.each([['int a(void);\nint b(void);'], ['int a(void) {'], ['return 1;'], ['#ifdef A\nint a(void);']])(
    'no function: %j',
    async (text) => {
      await expect(generate(edit('at: end', text), memoryTree({ 'a.c': 'int x;\n' }))).rejects.toThrow();
    },
  );
});
