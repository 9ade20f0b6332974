import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const store = recipeWith(
  `
  - fold: {if: "$CO->zf == NULL", is: false, dead: "$CO->zf = $F", times: 1..n}
`,
  'expect: {gone: [zf]}',
);

/** A function body before and after, at one level of indentation. */
const body = (code: string) => `static void\nf(O *co, F *f)\n{\n${code}}\n`;

async function folded(code: string, python = '2.7.18', recipe = store): Promise<string> {
  const text = after(await generate(recipe, memoryTree({ 'a.c': body(code) }, python)), 'a.c');
  return text.slice(body('').length - 2, -2);
}

async function refused(code: string, recipe = store): Promise<string> {
  const result = await generate(recipe, memoryTree({ 'a.c': body(code) }, '2.7.18'));
  expect(result.verdict).toBe('drifted');
  expect('patch' in result).toBe(false);
  return problemsOf(result).join('\n');
}

describe('what stays of an if', () => {
  test.each<[string, string, string]>([
    [
      'Allman braces',
      '    if (co->zf == NULL)\n    {\n        co->zf = f;\n    }\n    else\n    {\n        del(f);\n    }\n',
      '    del(f);\n',
    ],
    [
      'K&R else',
      '    if (co->zf == NULL) {\n        co->zf = f;\n    } else {\n        del(f);\n    }\n',
      '    del(f);\n',
    ],
    ['no braces', '    if (co->zf == NULL)\n        co->zf = f;\n    else\n        del(f);\n', '    del(f);\n'],
    ['one line', '    if (co->zf == NULL) co->zf = f; else del(f);\n', '    del(f);\n'],
    ['no else', '    a();\n    if (co->zf == NULL)\n        co->zf = f;\n    b();\n', '    a();\n    b();\n'],
    [
      'tabs',
      '\tif (co->zf == NULL)\n\t\tco->zf = f;\n\telse {\n\t\tdel(f);\n\t\tdel(co);\n\t}\n',
      '\tdel(f);\n\tdel(co);\n',
    ],
    [
      'comments stay with what they are about',
      '    if (co->zf == NULL) /* free? */\n        co->zf = f;  /* keep */\n    /* else delete it */\n    else\n        del(f);  /* gone */\n',
      '    /* else delete it */\n    del(f);  /* gone */\n',
    ],
    [
      'a comment on the brace keeps the block',
      '    if (co->zf == NULL)\n        co->zf = f;\n    else {  /* really */\n        del(f);\n    }\n',
      '    {  /* really */\n        del(f);\n    }\n',
    ],
    [
      'declarations keep their block before C99',
      '    if (co->zf == NULL)\n        co->zf = f;\n    else {\n        int i;\n        del(f, &i);\n    }\n',
      '    {\n        int i;\n        del(f, &i);\n    }\n',
    ],
    [
      'after another else',
      '    if (a)\n        b();\n    else if (co->zf == NULL)\n        co->zf = f;\n    else\n        del(f);\n',
      '    if (a)\n        b();\n    else\n        del(f);\n',
    ],
    [
      'after another else, with nothing left',
      '    if (a)\n        b();\n    else if (co->zf == NULL)\n        co->zf = f;\n    c();\n',
      '    if (a)\n        b();\n    c();\n',
    ],
    [
      'the only statement of another if',
      '    if (a) {\n        b();\n    }\n    if (c)\n        if (co->zf == NULL)\n            co->zf = f;\n',
      '    if (a) {\n        b();\n    }\n',
    ],
    [
      'the only statement of a loop',
      '    while (a())\n        if (co->zf == NULL)\n            co->zf = f;\n',
      '    while (a())\n        { }\n',
    ],
    [
      'one blank line where two would meet',
      '    a();\n\n    if (co->zf == NULL)\n        co->zf = f;\n\n    b();\n',
      '    a();\n\n    b();\n',
    ],
    ['none at the end of a block', '    a();\n\n    if (co->zf == NULL)\n        co->zf = f;\n', '    a();\n'],
    [
      'Latin-1 bytes stay',
      '    /* L\xf6wis \xe9 */\n    if (co->zf == NULL)\n        co->zf = f;\n    s = "\xff";\n',
      '    /* L\xf6wis \xe9 */\n    s = "\xff";\n',
    ],
    [
      'stored twice',
      '    if (co->zf == NULL)\n        co->zf = f;\n    else\n        a();\n    if (co->zf == NULL) {\n        co->zf = f;\n    }\n    else\n        b();\n',
      '    a();\n    b();\n',
    ],
    [
      'nested in what stays',
      '    if (co->zf == NULL)\n        co->zf = f;\n    else {\n        if (co->zf == NULL)\n            co->zf = f;\n        else\n            del(f);\n        x();\n    }\n',
      '    del(f);\n    x();\n',
    ],
  ])('%s', async (_, from, to) => {
    expect(await folded(from)).toBe(to);
  });

  test('from 3.6 on declarations need no block, unless a name would meet another', async () => {
    const code = (name: string) =>
      `    if (co->zf == NULL) {\n        co->zf = f;\n    }\n    else {\n        int ${name} = 1;\n        del(f, ${name});\n    }\n    use(i);\n`;
    expect(await folded(code('j'), '3.8.1')).toBe('    int j = 1;\n    del(f, j);\n    use(i);\n');
    expect(await folded(code('i'), '3.8.1')).toBe(
      '    {\n        int i = 1;\n        del(f, i);\n    }\n    use(i);\n',
    );
  });
});

describe('conditions', () => {
  const keep = (condition: string) => `    if (${condition})\n        co->zf = f;\n    else\n        del(f);\n`;
  const inverted = (condition: string) => `    if (${condition})\n        del(f);\n    else\n        co->zf = f;\n`;

  test.each([
    'co->zf == NULL',
    'NULL == co->zf',
    '!co->zf',
    '(co->zf == NULL)',
    'co->zf == 0',
    '!(co->zf != NULL)',
    'co->zf/* here */==\n        NULL',
    'a && co->zf == NULL',
    'a && (b || !c) && co->zf == NULL',
    'co->zf == NULL && g()',
    'Py_UNLIKELY(co->zf == NULL)',
    '!(co->zf != NULL || a)',
    'co->zf == NULL && co->zf == NULL',
  ])('%s is known to be false', async (condition) => {
    expect(await folded(keep(condition))).toBe('    del(f);\n');
  });

  test.each(['co->zf != NULL', 'co->zf', '!(co->zf == NULL)', 'a || co->zf', 'NULL != co->zf', '!!co->zf'])(
    '%s is known to be true',
    async (condition) => {
      expect(await folded(inverted(condition))).toBe('    del(f);\n');
    },
  );

  test.each(['a || co->zf == NULL', 'a', 'co->zf == other', 'f->zf == NULL'])(
    '%s is not known: refused',
    async (condition) => {
      expect(await refused(keep(condition))).toContain('a.c:');
    },
  );

  test('a condition that does something is refused', async () => {
    expect(await refused(keep('g(co) && co->zf == NULL'))).toContain(
      'patch/effects a.c:4 the condition also does something: g(co) (in f)',
    );
    expect(await refused(keep('x++ && co->zf == NULL'))).toContain('x++');
  });

  test('an if whose dead branch does not store is another matter: refused, not guessed', async () => {
    const code = '    if (co->zf == NULL)\n        f = alloc();\n    else\n        f = co->zf;\n';
    expect(await refused(code)).toContain('patch/not-as-declared a.c:4');
  });
});

describe('#if around and inside', () => {
  test('the whole statement in a branch', async () => {
    const code = (s: string) => `    a();\n#ifdef X\n${s}    x();\n#else\n    y();\n#endif\n`;
    expect(await folded(code('    if (co->zf == NULL)\n        co->zf = f;\n'))).toBe(code(''));
  });

  test('the only thing in its #if: the #if goes too', async () => {
    const code = '    a();\n#ifdef X\n    if (co->zf == NULL)\n        co->zf = f;\n#endif\n    b();\n';
    expect(await folded(code)).toBe('    a();\n    b();\n');
  });

  test('an #if of which one half has become empty keeps the other half', async () => {
    const code = (head: string, s: string) => `${head}${s}    y();\n#endif\n`;
    const gone = '    if (co->zf == NULL)\n        co->zf = f;\n';
    expect(await folded(code('#ifdef X\n', `${gone}#else\n`))).toBe(code('#ifndef X\n', ''));
    expect(await folded(code('#  ifndef X\n', `${gone}#else\n`))).toBe(code('#  ifdef X\n', ''));
    expect(await folded(`#if X > 1\n    y();\n#else /* X */\n${gone}#endif\n`)).toBe('#if X > 1\n    y();\n#endif\n');
    expect(await folded(code('#if X > 1\n', `${gone}#else\n`))).toBe(code('#if X > 1\n#else\n', ''));
  });

  test('in the branch that is not taken first', async () => {
    const code = (s: string) => `#ifdef X\n    x();\n#else\n${s}    y();\n#endif\n`;
    expect(await folded(code('    if (co->zf == NULL)\n        co->zf = f;\n'))).toBe(code(''));
  });

  test('an else in an #if: right with and without it', async () => {
    const code =
      '    if (co->zf == NULL) {\n        co->zf = f;\n    }\n#if MAX > 0\n    else if (n < MAX) {\n        n++;\n    }\n#endif\n    else {\n        del(f);\n    }\n';
    expect(await folded(code)).toBe(
      '#if MAX > 0\n    if (n < MAX) {\n        n++;\n    }\n    else\n#endif\n    {\n        del(f);\n    }\n',
    );
  });

  test('two of them', async () => {
    const code =
      '    if (co->zf == NULL) {\n        co->zf = f;\n    }\n#ifdef A\n    else if (a) {\n        a1();\n    }\n#endif\n#ifdef B\n    else if (b) {\n        b1();\n    }\n#endif\n    else {\n        del(f);\n    }\n';
    expect(await folded(code)).toBe(
      '#ifdef A\n    if (a) {\n        a1();\n    }\n    else\n#endif\n#ifdef B\n    if (b) {\n        b1();\n    }\n    else\n#endif\n    {\n        del(f);\n    }\n',
    );
  });

  test('a header that is there twice, over one body', async () => {
    const code =
      '    a();\n#ifdef X\n    if (co->zf == NULL && x) {\n#else\n    if (co->zf == NULL) {\n#endif\n        co->zf = f;\n    }\n    else {\n        del(f);\n    }\n';
    expect(await folded(code)).toBe('    a();\n    {\n        del(f);\n    }\n');
  });

  test('a header that is there twice, of which only one is known: refused at the place', async () => {
    const code =
      '#ifdef X\n    if (other) {\n#else\n    if (co->zf == NULL) {\n#endif\n        co->zf = f;\n    }\n    else {\n        del(f);\n    }\n';
    expect(await refused(code)).toMatch(/patch\/depends-on-if a\.c:\d+/);
  });

  test('a last else that only one #if has: refused', async () => {
    const code =
      '    if (co->zf == NULL) {\n        co->zf = f;\n    }\n    else if (n < 9) {\n        n++;\n    }\n#ifdef X\n    else {\n        del(f);\n    }\n#endif\n    b();\n';
    expect(await folded(code)).toBe(
      '    if (n < 9) {\n        n++;\n    }\n#ifdef X\n    else {\n        del(f);\n    }\n#endif\n    b();\n',
    );
  });

  test('an else chain that ends inside an #if', async () => {
    const code =
      '    if (co->zf == NULL) {\n        co->zf = f;\n    }\n#ifdef X\n    else {\n        del(f);\n    }\n#endif\n    b();\n';
    expect(await folded(code)).toBe('#ifdef X\n    {\n        del(f);\n    }\n#endif\n    b();\n');
  });

  test('part of the condition in an #if', async () => {
    const code =
      '    if (co->zf == NULL\n#ifdef X\n        && x\n#endif\n        ) {\n        co->zf = f;\n    }\n    else {\n        del(f);\n    }\n';
    expect(await folded(code)).toBe('    {\n        del(f);\n    }\n');
  });

  test('under #if 0 it cannot be seen: what is left is told', async () => {
    const code = '    if (co->zf == NULL)\n        co->zf = f;\n#if 0\n    co->zf = f;\n#endif\n';
    expect(await refused(code)).toContain('patch/left a.c:7 zf is still used here');
  });

  test('a #define inside of what goes: nothing is torn apart', async () => {
    const code = '    if (co->zf == NULL) {\n#define N 3\n        co->zf = f;\n    }\n    b(N);\n';
    expect(await folded(code)).toBe('#define N 3\n    b(N);\n');
  });

  test('an #endif without #if: refused', async () => {
    expect(await refused('    if (co->zf == NULL)\n        co->zf = f;\n#endif\n')).toContain('patch/unbalanced-if');
  });
});

describe('variables that nothing uses any more', () => {
  const warnings = async (code: string) => {
    const result = await generate(store, memoryTree({ 'a.c': body(code) }, '2.7.18'));
    expect(result.verdict).toBe('applies');
    return problemsOf(result);
  };
  const use = '    if (co->zf == NULL) {\n        g(extra);\n        co->zf = f;\n    }\n    h(co);\n';

  test('are told: the compiler would warn of them', async () => {
    const message = 'patch/unused-variable a.c:4 extra is not used any more after this change';
    expect(await warnings(`    int extra;\n${use}`)).toEqual([message]);
    expect(await warnings(`    int extra = 1;\n${use}`)).toEqual([message]);
    expect(await warnings(`    int other, extra;\n    extra = h(0);\n    other = 1;\n    h(other);\n${use}`)).toEqual([
      message,
    ]);
  });

  test('but not when they are still read, or never were', async () => {
    expect(await warnings(`    int extra;\n${use}    h(extra);\n`)).toEqual([]);
    expect(await warnings(`    int unused;\n    int extra = 2;\n    h(extra);\n${use}`)).toEqual([]);
  });
});

describe('refusals', () => {
  test('a function that cannot be read', async () => {
    const code = '    if (co->zf == NULL)\n        co->zf = f;\n    FOREACH x IN (y) { z(); }\n';
    expect(await refused(code)).toMatch(/patch\/unreadable a\.c:6 f\(\) could not be read as C/);
  });

  test('an unreadable neighbour does not matter', async () => {
    const other = 'static void\ng(void)\n{\n    FOREACH x IN (y) { z(); }\n}\n\n';
    const text = other + body('    if (co->zf == NULL)\n        co->zf = f;\n    b();\n');
    const result = await generate(store, memoryTree({ 'a.c': text }, '2.7.18'));
    expect(after(result, 'a.c')).toBe(other + body('    b();\n'));
  });

  test('a label in what goes', async () => {
    const code = '    if (co->zf == NULL) {\n  again:\n        co->zf = f;\n    }\n    goto again;\n';
    expect(await refused(code)).toContain('patch/label a.c:5');
  });

  test("what stays would take another if's else", async () => {
    const code =
      '    if (a)\n        x();\n    else if (b)\n        while (c)\n            if (co->zf == NULL)\n                co->zf = f;\n            else if (d)\n                y();\n            else\n                w();\n    else\n        z();\n';
    expect(await folded(code)).toContain(
      'if (d)\n                y();\n            else\n                w();\n    else\n        z();',
    );
    const open = code
      .replace('            else\n                w();\n', '            else { if (d) y(); }\n')
      .replace('else if (d)\n                y();\n', 'else if (d)\n                y();\n            else { }\n');
    expect(open).toContain('zf');
  });

  test('an if unbraced in another', async () => {
    const code =
      '    if (a)\n        if (co->zf == NULL)\n            co->zf = f;\n        else\n            b();\n    else\n        c();\n';
    expect(await refused(code)).toContain('patch/unbraced a.c:5');
  });

  test('a use that no edit knows is told with its line and who looked', async () => {
    const code = '    if (co->zf == NULL)\n        co->zf = f;\n    g(co->zf);\n';
    const result = await generate(store, memoryTree({ 'a.c': body(code) }, '2.7.18'));
    expect(problemsOf(result)).toEqual(['patch/left a.c:6 zf is still used here: no edit of the recipe fits']);
    expect(result.verdict === 'drifted' && result.problems[0]?.detail).toContain('g(co->zf);');
  });

  test('in a comment or a macro it is told as well', async () => {
    const code = '    if (co->zf == NULL)\n        co->zf = f;\n    /* zf! */\n#define Z(co) ((co)->zf)\n    b();\n';
    expect(await refused(code)).toMatch(/a\.c:6 zf is still mentioned[\s\S]*a\.c:7 zf is still used/);
  });

  test('more often than declared', async () => {
    const once = recipeWith(`\n  - fold: {if: "$CO->zf == NULL", is: false}\n`);
    const code = '    if (co->zf == NULL)\n        a();\n    if (co->zf == NULL)\n        b();\n';
    expect(await refused(code, once)).toContain('edit 1 (fold) must match exactly once, but was found 2 times');
  });
});
