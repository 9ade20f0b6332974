import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

async function edited(
  edits: string,
  text: string,
  options: { python?: string; file?: string; more?: string; given?: Record<string, string> } = {},
) {
  const file = options.file ?? 'a.c';
  const result = await generate(
    recipeWith(edits, options.more),
    memoryTree({ [file]: text }, options.python),
    options.given,
  );
  return result.verdict === 'applies' ? after(result, file) : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}

describe('drop-guarded-load', () => {
  const edit = '  - drop-guarded-load: {field: zf}';
  const code = (load: string, rest: string) =>
    `static F *\nf(C *code)\n{\n${load}    if (f != NULL) {\n        code->zf = NULL;\n        return f;\n    }\n${rest}}\n`;

  test('in an assignment, in a declaration', async () => {
    const rest = '    f = alloc();\n    return f;\n';
    expect(await edited(edit, code('    F *f;\n    f = code->zf;\n', rest))).toBe(
      `static F *\nf(C *code)\n{\n    F *f;\n${rest}}\n`,
    );
    expect(await edited(edit, code('    F *f = code->zf;\n', rest))).toBe(
      `static F *\nf(C *code)\n{\n    F *f;\n${rest}}\n`,
    );
    expect(await edited(edit, code('    F *f = (F *)code->zf, *g;\n', rest))).toBe(
      `static F *\nf(C *code)\n{\n    F *f, *g;\n${rest}}\n`,
    );
  });

  test.each([
    ['    use(f);\n    return f;\n', 'read at once'],
    ['    if (a)\n        f = alloc();\n    return f;\n', 'written on one path only'],
    ['    if (f == NULL)\n        f = alloc();\n    return f;\n', 'tested again'],
    ['    while (a)\n        f = alloc();\n    return f;\n', 'written in a loop'],
    ['    get(&f);\n    return f;\n', 'its address is taken'],
    ['    goto out;\nout:\n    return f;\n', 'there is a goto'],
  ])('what is read later stays NULL: %s', async (rest) => {
    expect(await edited(edit, code('    F *f;\n    f = code->zf;\n', rest))).toBe(
      `static F *\nf(C *code)\n{\n    F *f;\n    f = NULL;\n${rest}}\n`,
    );
  });

  test('on both paths written, it needs no value', async () => {
    const rest =
      '    if (a)\n        f = alloc();\n    else {\n        g();\n        f = other();\n    }\n    return f;\n';
    expect(await edited(edit, code('    F *f;\n    f = code->zf;\n', rest))).not.toContain('NULL');
  });

  test.each([
    [
      '    F *f;\n    f = code->zf;\n    g();\n',
      'patch/load-not-guarded a.c:5 load of zf not guarded: if (f != NULL) is expected',
    ],
    ['    F *f;\n    f = h(code->zf);\n', 'drifted'],
    ['    F *f;\n    if (a)\n        f = code->zf;\n', 'patch/load-not-guarded'],
  ])('refused: %s', async (load, message) => {
    expect(await edited(edit, code(load, '    return f;\n'))).toContain(message);
  });

  test('a guard with an else is refused', async () => {
    const text =
      'void\nf(C *code)\n{\n    F *f = code->zf;\n    if (f != NULL)\n        a();\n    else\n        b();\n}\n';
    expect(await edited(edit, text)).toContain('patch/guard-has-else a.c:5');
  });
});

describe('drop-statement', () => {
  const edit = '  - drop-statement: {match: "$X->zf = NULL;", times: 1..n}';
  test.each([
    ['{\n    a();\n    co->zf = NULL;\n    b();\n}\n', '{\n    a();\n    b();\n}\n'],
    [
      '{\n    a();\n    co->zf = NULL; /* why\n                      and how */\n    b();\n}\n',
      '{\n    a();\n    b();\n}\n',
    ],
    ['{\n    a(); co->zf = NULL; b();\n}\n', '{\n    a(); b();\n}\n'],
    ['{\n    a(); co->zf = NULL;\n}\n', '{\n    a();\n}\n'],
    ['{\n    if (co)\n        co->zf = NULL;\n    b();\n}\n', '{\n    b();\n}\n'],
    ['{\n    if (g(co))\n        co->zf = NULL;\n    b();\n}\n', '{\n    if (g(co))\n        { }\n    b();\n}\n'],
    ['{\n    for (;;)\n        co->zf = NULL;\n}\n', '{\n    for (;;)\n        { }\n}\n'],
    ['{\n    (co->head)->zf = NULL;\n}\n', '{\n}\n'],
  ])('%j', async (from, to) => {
    expect(await edited(edit, `void\nf(void)\n${from}`)).toBe(`void\nf(void)\n${to}`);
  });

  test('another shape is not meant', async () => {
    expect(await edited(edit, 'void\nf(void)\n{\n    co->zf = x;\n}\n')).toContain('drifted');
    expect(await edited(edit, 'void\nf(void)\n{\n    co->zf = co->other = NULL;\n}\n')).toContain('drifted');
  });
});

test('an else that goes leaves no other else without its if', async () => {
  const from =
    '    if (a)\n        if (b)\n            x();\n        else\n            gone();\n    else\n        y();\n';
  const made = await edited('  - drop-statement: {match: "gone();"}', `void\nf(void)\n{\n${from}}\n`);
  expect(made).toContain('        else\n            { }\n    else\n        y();\n');
});

describe('drop-field', () => {
  const edit = '  - drop-field: {struct: S, field: zf}';
  test.each([
    ['struct S {\n    int a;\n    void *zf;\t/* x */\n    int b;\n};\n', 'struct S {\n    int a;\n    int b;\n};\n'],
    ['typedef struct {\n    PyObject_HEAD\n    void *zf;\n} S;\n', 'typedef struct {\n    PyObject_HEAD\n} S;\n'],
    ['typedef struct _s {\n    void *a, *zf;\n} S;\n', 'typedef struct _s {\n    void *a;\n} S;\n'],
    ['typedef struct _s {\n    void *zf, *a;\n} S;\n', 'typedef struct _s {\n    void *a;\n} S;\n'],
    ['struct S {\n#ifdef X\n    void *zf;\n#endif\n    int b;\n};\n', 'struct S {\n    int b;\n};\n'],
  ])('%j', async (from, to) => {
    expect(await edited(edit, from, { file: 'a.h' })).toBe(to);
  });

  test('of another struct it is not meant', async () => {
    expect(await edited(edit, 'struct T {\n    void *zf;\n};\n', { file: 'a.h' })).toContain('patch/not-as-declared');
  });

  test('a user elsewhere makes it drifted, a mention elsewhere is a warning', async () => {
    const recipe = recipeWith(edit).recipe;
    expect(recipe.files).toBeDefined();
    const narrow = { ...recipeWith(edit) };
    const loaded = { ...narrow, recipe: { ...narrow.recipe, files: ['a.h'] } };
    const tree = (c: string) => memoryTree({ 'a.h': 'struct S {\n    void *zf;\n    int b;\n};\n', 'Modules/m.c': c });
    const used = await generate(loaded, tree('int f(struct S *s) { return s->zf != 0; }\n'));
    expect(used.verdict).toBe('drifted');
    expect(problemsOf(used)).toEqual(["patch/other-user Modules/m.c:1 zf is used outside of the recipe's files"]);
    for (const name of ['Jit/jit.cpp', 'Modules/x.hpp', 'Modules/y.pyx', 'Python/z.S', 'Modules/part.inc']) {
      const files = { 'a.h': 'struct S {\n    void *zf;\n    int b;\n};\n', [name]: 's->zf\n' };
      expect(problemsOf(await generate(loaded, memoryTree(files)))).toEqual([
        `patch/other-user ${name}:1 zf is used outside of the recipe's files`,
      ]);
    }
    const mentioned = await generate(loaded, tree('/* see zf */\nint x;\n#if 0\nint zf;\n#endif\n'));
    expect(mentioned.verdict).toBe('applies');
    expect(problemsOf(mentioned)).toEqual([
      "patch/other-mention Modules/m.c:1 zf is mentioned outside of the recipe's files",
      "patch/other-mention Modules/m.c:4 zf is mentioned outside of the recipe's files",
    ]);
  });
});

describe('set-define', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a parameter, in YAML
  const edit = '  - set-define: {name: LIMIT, value: "${n}"}';
  const more = 'params: {n: {type: int, default: 7, min: 0}}';
  test.each([
    ['#define LIMIT 200\n', '#define LIMIT 7\n'],
    [
      '#ifndef LIMIT\n#  define LIMIT\t(1 << 4) /* why */\n#endif\n',
      '#ifndef LIMIT\n#  define LIMIT\t7 /* why */\n#endif\n',
    ],
    ['#define LIMIT 200\r\n', '#define LIMIT 7\r\n'],
    ['#define LIMITED 1\n#define LIMIT 200', '#define LIMITED 1\n#define LIMIT 7'],
  ])('%j', async (from, to) => {
    expect(await edited(edit, from, { more })).toBe(to);
  });
  test('its value now, in two lines, twice, as a macro with arguments', async () => {
    expect(await edited(edit, '#define LIMIT 7\n', { more })).toContain('already-applied');
    expect(await edited(edit, '#define LIMIT 7\n', { more, given: { n: '0' } })).toBe('#define LIMIT 0\n');
    expect(await edited(edit, '#define LIMIT \\\n   7\n', { more })).toContain('patch/text-differs');
    expect(await edited(edit, '#define LIMIT 1\n#define LIMIT 2\n', { more })).toContain('found 2 times');
    expect(await edited(edit, '#define LIMIT(x) 1\n', { more })).toContain('found nowhere');
  });
});

describe('edit-comment', () => {
  test('an empty line of the new text gets no white space at its end', async () => {
    const edit = '  - edit-comment: {about: "old", from: "old", with: "one\\n\\ntwo"}';
    expect(await edited(edit, '/* a\n   old */\n')).toBe('/* a\n   one\n\n   two */\n');
    expect(await edited(edit, '/* a\n * old\n */\n')).toBe('/* a\n * one\n *\n * two\n */\n');
  });
});

describe('other edits', () => {
  test('drop-function: definition and prototype', async () => {
    const text = 'static int old(int);\nint x;\n\nstatic int\nold(int a)\n{\n    return a;\n}\n\nint y;\n';
    expect(await edited('  - drop-function: {name: old, times: 2}', text)).toBe('int x;\n\nint y;\n');
  });

  test('drop-function: a caller elsewhere makes it drifted', async () => {
    const text = 'static int\nold(int a)\n{\n    return a;\n}\n\nint y(void) { return old(1); }\n';
    expect(await edited('  - drop-function: {name: old}', text, { more: 'expect: {gone: [old]}' })).toContain(
      'patch/left a.c:7',
    );
  });

  test('replace-expression with metavariables, in one function', async () => {
    const text = 'int f(void) { return big(a, 3); }\nint g(void) { return big(b, 4); }\n';
    const edit = '  - replace-expression: {match: "big($A, $B)", with: "small($B, $A)", in: g}';
    expect(await edited(edit, text)).toBe('int f(void) { return big(a, 3); }\nint g(void) { return small(4, b); }\n');
  });

  test.each([
    ['drop-statement: {match: hit($X);, in: g}', 'hit(a);', ''],
    ['fold: {if: kept($X), is: false, in: g}', 'if (kept(a))\n        b();', ''],
    ['drop-guarded-load: {field: zf, in: g}', 'F *x = a->zf;\n    if (x != NULL)\n        return x;', 'F *x;'],
    ['replace-expression: {match: hit($X), with: miss($X), in: g}', 'hit(a);', 'miss(a);'],
    ['insert: {before: hit($X);, text: miss($X);, in: g}', 'hit(a);', 'miss(a);\n    hit(a);'],
  ])('in one of two functions: %s', async (edit, from, to) => {
    const body = (name: string, text: string) =>
      `F *\n${name}(C *a)\n{\n    start();\n${text === '' ? '' : `    ${text}\n`}    end();\n}\n`;
    const text = (g: string) => `${body('f', from)}\n${body('g', g)}\n${body('h', from)}`;
    expect(await edited(`  - ${edit}`, text(from))).toBe(text(to));
    expect(await edited(`  - ${edit.replace('in: g', 'in: none')}`, text(from))).toContain(', in none()');
  });

  test('insert before and after, idempotent', async () => {
    const text = 'int\nf(void)\n{\n    int a = 1;\n    use(a);\n    return a;\n}\n';
    const edits = `
  - insert: {text: "count++;\\nif (count > 9)\\n    return 0;", before: "use($A);", in: f}
  - insert: {text: "done($A);", after: "use($A);", in: f}`;
    const once = await edited(edits, text);
    expect(once).toBe(
      'int\nf(void)\n{\n    int a = 1;\n    count++;\n    if (count > 9)\n        return 0;\n    use(a);\n    done(a);\n    return a;\n}\n',
    );
    expect(await edited(edits, once)).toContain('already-applied');
    expect(await edited(edits, text.replace('    use', '    if (a)\n        use'))).toContain('patch/insert-place');
  });

  test("edit-comment keeps the comment's margin", async () => {
    const edit =
      '  - edit-comment: {about: "the cache of frames", from: "It has\\nno bound.", with: "It is\\nbounded."}';
    const text = '/*\n * This is the cache\n * of frames. It has no\n * bound.\n */\nint x;\n';
    expect(await edited(edit, text)).toBe(
      '/*\n * This is the cache\n * of frames. It is\n   bounded.\n */\nint x;\n'.replace('   bounded', '    bounded'),
    );
    expect(await edited(edit, text.replace('no\n', 'a\n'))).toContain('patch/not-as-declared');
  });

  test("edit-text: exact, as often as declared, with the file's line ends", async () => {
    const edit = '  - edit-text: {find: "a = 1\\nb", with: "a = 2\\nb"}';
    expect(await edited(edit, 'a = 1\nb\n', { file: 't.py' })).toBe('a = 2\nb\n');
    expect(await edited(edit, 'a = 1\r\nb\r\n', { file: 't.py' })).toBe('a = 2\r\nb\r\n');
    expect(await edited(edit, 'a = 1\nb\na = 1\nb\n', { file: 't.py' })).toContain('found 2 times');
    expect(await edited(edit, 'a = 2\nb\n', { file: 't.py' })).toContain('already-applied');
  });

  test('build-option: no edit, a configure option', async () => {
    const result = await generate(
      recipeWith('  - build-option: {configure: --without-doc-strings}'),
      memoryTree({ 'a.c': 'int x;\n' }),
    );
    expect(result).toMatchObject({ verdict: 'applies', patch: { buildOptions: ['--without-doc-strings'], files: [] } });
  });

  test('when: and versions: choose', async () => {
    const more = 'params: {abi: {type: enum, values: [a, b], default: a}}';
    const edits = `
  - set-define: {name: A, value: 1, when: {abi: a}}
  - set-define: {name: B, value: 1, when: {abi: b}}
  - set-define: {name: C, value: 1, versions: "<3.0"}
  - set-define: {name: D, value: 1, versions: "3.0 - 3.9", times: 0..1}`;
    const text = '#define A 0\n#define B 0\n#define C 0\n#define D 0\n';
    expect(await edited(edits, text, { more })).toBe('#define A 1\n#define B 0\n#define C 0\n#define D 1\n');
    expect(await edited(edits, text, { more, python: '2.7.1', given: { abi: 'b' } })).toBe(
      '#define A 0\n#define B 1\n#define C 1\n#define D 0\n',
    );
  });

  test('two edits that want the same text', async () => {
    const edits = '\n  - edit-text: {find: "abc", with: "x"}\n  - edit-text: {find: "bcd", with: "y"}';
    expect(await edited(edits, 'abcd\n', { file: 't.py' })).toContain('patch/overlap t.py:1 edits 1 and 2');
  });
});

describe('an edit that matches too often or too rarely says what its author can do', () => {
  const hintOf = async (edit: string, text: string) => {
    const result = await generate(recipeWith(edit), memoryTree({ 'a.c': text }));
    return 'problems' in result ? result.problems[0]?.hint : result.verdict;
  };
  test.each([
    [
      'replace-expression: {match: f($X), with: g($X)}',
      'x = f(1) + f(2);',
      '`times: 2`',
      'narrow it: in:, given:, files:',
    ],
    [
      'fold: {if: kept($X), is: false}',
      'if (kept(a))\n        b();\n    if (kept(c))\n        d();',
      '`times: 2`',
      'dead:, in:, given:, files:',
    ],
    ['drop-statement: {match: f($X);, times: 2}', 'f(1);', '`times: 1`', 'differs at the other places'],
    ['drop-statement: {match: f($X);}', 'g(1);', 'correct the edit if the recipe is new', '--explain'],
  ])('%s on %s', async (edit, line, ...wanted) => {
    const hint = await hintOf(`  - ${edit}`, `void\nh(void)\n{\n    ${line}\n}\n`);
    for (const part of wanted) expect(hint).toContain(part);
  });
});
