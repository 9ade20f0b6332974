import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const indentedBy = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const edit = (match: string, by: string, more = '') =>
  recipeWith(
    `  - rewrite:\n      match: |\n${indentedBy(match, '        ')}\n      with: |\n${indentedBy(by, '        ')}\n${more}`,
  );
const code = (lines: string) => `int\nf(int a, int b)\n{\n${lines}\n}\n`;

/** The body of the function afterwards, of which a second application makes nothing else; or the problems. */
async function become(match: string, by: string, lines: string, more = ''): Promise<string> {
  const recipe = edit(match, by, more);
  const result = await generate(recipe, memoryTree({ 'a.c': code(lines) }));
  if (result.verdict !== 'applies') return problemsOf(result).join('\n');
  const text = after(result, 'a.c');
  return text.slice(code('').indexOf('{') + 2, text.lastIndexOf('\n}'));
}

describe('statements become others', () => {
  test.each([
    ['one, of a shape', 'old($X);', 'new($X, 1);', '    old(a + 1);', '    new(a + 1, 1);'],
    [
      'two in a row become three',
      'a($X);\nb();',
      'c();\nd($X);\ne();',
      '    a(1);\n    b();\n    z();',
      '    c();\n    d(1);\n    e();\n    z();',
    ],
    [
      'what is between stays',
      'lock();\n…\nunlock();',
      'enter(1);\n…\nleave(1);',
      '    lock();\n\n    /* why */\n    work( a );\n    unlock();',
      '    enter(1);\n\n    /* why */\n    work( a );\n    leave(1);',
    ],
    [
      'nothing between',
      'lock();\n...\nunlock();',
      'enter();\n...\nleave();',
      '    lock();\n    unlock();',
      '    enter();\n    leave();',
    ],
    [
      'a value that is changed between, and is taken on both sides as before',
      'begin($X);\n…\nend($X);',
      'push($X);\n…\npop($X);',
      '    begin(a);\n    a = b;\n    end(a);',
      '    push(a);\n    a = b;\n    pop(a);',
    ],
    [
      'a value that other changes between leave as it is',
      'begin($X);\n…\nend($X);',
      'push($X);\n…\npop();',
      '    begin(s->n);\n    m = b;\n    s->m++;\n    Py_INCREF(s);\n    look(*s);\n    end(s->n);',
      '    push(s->n);\n    m = b;\n    s->m++;\n    Py_INCREF(s);\n    look(*s);\n    pop();',
    ],
    [
      'only the shortest',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    x();\n    unlock();\n    y();\n    unlock();',
      '    enter();\n    x();\n    leave();\n    y();\n    unlock();',
    ],
    [
      'a block with anything in it',
      'if ($C) {\n    …\n}',
      'if (likely($C)) {\n    …\n}',
      '    if (a > b) {\n        x();\n        return 1;\n    }',
      '    if (likely(a > b)) {\n        x();\n        return 1;\n    }',
    ],
    [
      'what stays keeps its comments',
      'a();\nold();\nb();',
      'a();\nnew();\nb();',
      '    a(); /* one */\n    /* two */\n    old();\n    b(); // three',
      '    a(); /* one */\n    /* two */\n    new();\n    b(); // three',
    ],
    [
      'a line goes',
      'a();\nold();\nb();',
      'a();\nb();',
      '    a(); /* one */\n    old();\n    b();',
      '    a(); /* one */\n    b();',
    ],
    [
      'a line comes',
      'a();\nb();',
      'a();\nnew(1);\nb();',
      '    a(); /* one */\n    b();',
      '    a(); /* one */\n    new(1);\n    b();',
    ],
    [
      'a line comes last',
      'if ($X) {\n    a();\n    b();\n}',
      'if ($X) {\n    a();\n    b();\n    new();\n}',
      '    if (1) {\n        a();\n        b(); /* b */\n    }',
      '    if (1) {\n        a();\n        b(); /* b */\n        new();\n    }',
    ],
    ['all of it goes', 'a();\nb();', '', '    x();\n    a();\n    b();\n    y();', '    x();\n    y();'],
    [
      'a block becomes its statement',
      'if (fast) {\n    $X = one();\n}\nelse {\n    $X = two();\n}',
      '$X = two();',
      '    if (fast) {\n        a = one();\n    }\n    else {\n        a = two();\n    }\n    z();',
      '    a = two();\n    z();',
    ],
    [
      'a statement becomes a block',
      '$X = two();',
      'if (fast) {\n    $X = one();\n}\nelse {\n    $X = two();\n}',
      '    a = two();',
      '    if (fast) {\n        a = one();\n    }\n    else {\n        a = two();\n    }',
    ],
    [
      'tabs',
      'old($X);',
      'if ($X) {\n    new();\n}',
      '\tif (b) {\n\t\told(a);\n\t}',
      '\tif (b) {\n\t\tif (a) {\n\t\t\tnew();\n\t\t}\n\t}',
    ],
    [
      'macros without ;',
      'Py_BEGIN_ALLOW_THREADS\n…\nPy_END_ALLOW_THREADS',
      'release();\n…\nacquire();',
      '    Py_BEGIN_ALLOW_THREADS\n    x = 1;\n    Py_END_ALLOW_THREADS',
      '    release();\n    x = 1;\n    acquire();',
    ],
    [
      'macros with arguments',
      'Py_TRASHCAN_SAFE_BEGIN($O)\n…\nPy_TRASHCAN_SAFE_END($O)',
      'Py_TRASHCAN_BEGIN($O, f)\n…\nPy_TRASHCAN_END',
      '    Py_TRASHCAN_SAFE_BEGIN(op)\n    x = 1;\n    Py_TRASHCAN_SAFE_END(op)',
      '    Py_TRASHCAN_BEGIN(op, f)\n    x = 1;\n    Py_TRASHCAN_END',
    ],
    [
      'the rows of a table',
      'T rows[] = {$...ROWS, {NULL}};',
      'T rows[] = {$...ROWS, {"x", 1}, {NULL}};',
      '    T rows[] = {\n        {"a", 1},  /* a */\n        {NULL}\n    };',
      '    T rows[] = {\n        {"a", 1},  /* a */\n        {"x", 1}, {NULL}\n    };',
    ],
    [
      'where only one can stand',
      'old();',
      'a();\nb();',
      '    if (a)\n        old();\n    else\n        c();',
      '    if (a)\n        {\n            a();\n            b();\n        }\n    else\n        c();',
    ],
    [
      'an #if between',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n#ifdef A\n    x();\n#else\n    y();\n#endif\n    unlock();',
      '    enter();\n#ifdef A\n    x();\n#else\n    y();\n#endif\n    leave();',
    ],
    [
      'an #if around',
      'old();\nold2();',
      'new();',
      '#ifdef A\n    old();\n    old2();\n#endif',
      '#ifdef A\n    new();\n#endif',
    ],
    [
      'a jump to the end',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    if (a)\n        goto out;\n    x();\nout:\n    unlock();',
      '    enter();\n    if (a)\n        goto out;\n    x();\nout:\n    leave();',
    ],
    [
      'a jump to the end, which goes',
      'lock();\n…\nunlock();',
      '…',
      '    lock();\n    if (a)\n        goto out;\n    x();\nout:\n    unlock();',
      '    if (a)\n        goto out;\n    x();\nout:\n    ;',
    ],
    ['behind a label', 'old();', 'new();', 'out:\n    old();', 'out:\n    new();'],
    [
      'in a case',
      'old();\n…\nbreak;',
      'new();\n…\nreturn 1;',
      '    switch (a) {\n    case 1:\n        old();\n        x();\n        break;\n    case 2:\n        y();\n    }',
      '    switch (a) {\n    case 1:\n        new();\n        x();\n        return 1;\n    case 2:\n        y();\n    }',
    ],
    [
      'its comment, when it says so',
      '/* It is old. */\nold();',
      '/* It is new. */\nnew();',
      '    x();\n    /* It is\n     * old. */\n    old();',
      '    x();\n    /* It is new. */\n    new();',
    ],
  ])('%s', async (_, match, by, from, to) => {
    expect(await become(match, by, from)).toBe(to);
  });
});

describe('statements that are refused', () => {
  test.each([
    ['a comment would be lost', 'a();\nb();', 'c();', '    a();\n    /* why */\n    b();', 'patch/comment a.c:5'],
    [
      'a return between',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    if (a)\n        return 1;\n    unlock();',
      'patch/gap a.c:6',
    ],
    [
      'a goto between',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    if (a)\n        goto out;\n    unlock();\nout:\n    return 1;',
      'patch/gap a.c:6',
    ],
    [
      'a break between',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    for (;;) {\n        lock();\n        if (a)\n            break;\n        unlock();\n    }',
      'patch/gap a.c:7',
    ],
    [
      'a label between',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\nagain:\n    x();\n    unlock();\n    goto again;',
      'patch/gap a.c:5',
    ],
    [
      'a label at the end',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    x();\nout:\n    unlock();\n    goto out;',
      'patch/gap a.c:6',
    ],
    [
      'a label that is jumped to from elsewhere',
      'lock();\n…\nunlock();',
      'enter();\n…\nleave();',
      '    lock();\n    if (a)\n        goto out;\n    x();\nout:\n    unlock();\n#ifdef A\n    goto out;\n#endif',
      'patch/gap a.c:8',
    ],
    ['a label in the middle', 'a();\nb();', 'c();', '    a();\nout:\n    b();\n    goto out;', 'patch/label a.c:5'],
    ['an #if in it', 'a();\nb();', 'c();', '    a();\n#ifdef A\n    x();\n#endif\n    b();', 'patch/'],
    [
      'an #if that takes a half of it',
      'a();\n…\nb();',
      'c();\n…\nd();',
      '    a();\n#ifdef A\n    b();\n#endif\n    x();\n    b();',
      'patch/depends-on-if',
    ],
    ['two that overlap', 'a();\na();', 'b();', '    a();\n    a();\n    a();', 'patch/overlap'],
    [
      'another block for a declaration',
      '{\n    …\n}',
      '{\n    if (on) {\n        …\n    }\n}',
      '    {\n        int x = 1;\n        use(x);\n    }',
      'names no identifier',
    ],
    [
      'another block for a declaration',
      'if (on) {\n    …\n}',
      'if (on) {\n    {\n        …\n    }\n    x();\n}',
      '    if (on) {\n        int y = 1;\n        use(y);\n    }',
      'patch/gap a.c:5',
    ],
    [
      'another loop for a break',
      'for (;;) {\n    $X = old();\n    …\n}',
      'if (1) {\n    $X = new();\n    …\n}',
      '    for (;;) {\n        a = old();\n        if (a)\n            break;\n    }',
      'patch/gap a.c:7',
    ],
    [
      'a value that is changed between, and would be taken before that only',
      'begin($X);\n…\nend($X);',
      'push($X);\n…\npop();',
      '    begin(a);\n    while (b)\n        a += b--;\n    end(a);',
      'patch/gap a.c:6 a is changed here, and would be taken on the other side of it',
    ],
    [
      'a member that may be changed between through its address, and would be taken behind that',
      'begin($X);\n…\nend();',
      'start();\n…\nend($X);',
      '    begin(s->n);\n    look(&s->n);\n    end();',
      'patch/gap a.c:5 n is changed here',
    ],
    ['effects twice', 'old($X);', 'new($X);\nnew($X);', '    old(next());', 'patch/effects a.c:4'],
  ])('%s', async (_, match, by, from, message) => {
    const said = await become(match, by, from).catch((error: Error) => error.message);
    expect(said).toContain(message);
  });
});

test('lines end as those of the file do', async () => {
  const recipe = edit('old($X);\n…\nlast();', 'if ($X) {\n    new("é");\n}\n…\nfirst();\nlast();');
  const lines = (text: string) => code(text).replaceAll('\n', '\r\n');
  const text = lines('    old(a +\n        1); /* a */\n    b();\n    last();');
  expect(after(await generate(recipe, memoryTree({ 'a.c': text })), 'a.c')).toBe(
    lines('    if (a +\n        1) {\n        new("\xc3\xa9");\n    } /* a */\n    b();\n    first();\n    last();'),
  );
});

describe('expressions become others', () => {
  test.each([
    ['f($...A)', 'g(0, $...A)', 'x = f() + f(1) + f(a + 1, (b, 2));', 'x = g(0) + g(0, 1) + g(0, a + 1, (b, 2));'],
    ['f($...A)', 'g($...A, 0)', 'x = f() + f(1, 2);', 'x = g(0) + g(1, 2, 0);'],
    ['f($A, $...B)', 'g($...B, $A)', 'x = f(1) + f(1, 2, 3);', 'x = g(1) + g(2, 3, 1);'],
    ['f($...A, NULL)', 'g($...A)', 'x = f(1, 2, NULL) + f(NULL) + f(1);', 'x = g(1, 2) + g() + f(1);'],
    ['f($...A)', 'TWICE($...A)', 'x = f(a + 1, b);', 'x = TWICE((a + 1), b);'],
    ['f($...A)', 'g($...A)', 'x = f(a, /* b */\n          b);', 'x = g(a, /* b */\n          b);'],
    ['f($...A)', 'f(ctx, $...A)', 'x = f() + f(a, b);', 'x = f(ctx) + f(ctx, a, b);'],
    ['f($...A)', 'f(NULL, $...A)', 'x = f(a, b);', 'x = f(NULL, a, b);'],
    ['(T)($X)', 'made($X)', 'x = (T)(a) - 1 + (T)(b);', 'x = made(a) - 1 + made(b);'],
    ['f($...A)', 'g($...A)', 'x = f(f(f(1), 2), 3);', 'x = g(g(g(1), 2), 3);'],
    ['grown($X)', '$X + 1', 'x = 2 * grown(grown(b));', 'x = 2 * (b + 1 + 1);'],
    ['doubled($X)', '$X * 2', 'x = doubled(N) + doubled(a + N);', 'x = (N) * 2 + (a + N) * 2;'],
    [
      'same($X)',
      '$X == 1',
      'x = same(a + N) + same(t[N]) + same(g(N));',
      'x = ((a + N) == 1) + (t[N] == 1) + (g(N) == 1);',
    ],
    ['same($X)', '$X == 1', 'x = same(TEN) + same(own(a));', 'x = (TEN == 1) + ((own(a)) == 1);'],
    [
      'PyMem_Malloc($...A)',
      'my_malloc(__FILE__, $...A)',
      'p = PyMem_Malloc(a * 2);',
      'p = my_malloc(__FILE__, a * 2);',
    ],
  ])('%s → %s in %s', async (match, by, from, to) => {
    const text = (line: string) => `#define TEN 10\n#define own(x) x * 2\n${code(`    ${line}`)}`;
    const recipe = edit(match, by, '      times: 1..n\n');
    const made = after(await generate(recipe, memoryTree({ 'a.c': text(from) })), 'a.c');
    expect(made).toBe(text(to));
  });

  test.each([
    [
      'grown($X)',
      'larger($X)',
      'x = grown(a /* first */) + grown(/* why */ b);',
      'patch/comment a.c:4 this comment would be lost',
    ],
    ['f(f($X))', 'g($X)', 'x = f(f(f(a)));', 'patch/overlap a.c:4 two places that match have code in common'],
    ['f($...A)', 'f(ctx, $...A)', 'x = f(a) + f(ctx, b);', 'patch/unclear a.c:4 edit 1 may be made here already'],
    ['f($X)', 'f($X + 1)', 'x = f(a);', 'would be matched again'],
    ['(T)($X)', 'made($X)', 'x = (T)(T)-1;', 'patch/ambiguous a.c:4 what (T)(T) is depends on what is a type'],
    ['f($...A)', 'g(2, $...A, $...A)', 'x = f(next());', 'next() would be evaluated once more'],
    ['f($...A)', 'g(h($...A), on && h($...A))', 'x = f(i++);', 'i++ would be evaluated once more'],
  ])('refused: %s → %s in %s', async (match, by, from, message) => {
    const said = await become(match, by, `    ${from}`, '      times: 1..n\n').catch((error: Error) => error.message);
    expect(said).toContain(message);
  });
});

describe('a macro of a header that falls apart beside operators', () => {
  const bare = '#define bare(x) x * 2\n#define whole(x) ((x) * 2)\n#define part 1 | 2\n';
  const made = async (match: string, by: string, line: string) => {
    const tree = memoryTree({
      'a.c': code(`    ${line}`),
      'Include/h.h': bare,
      'Modules/other.c': '#define own(x) x * 2\n',
    });
    const result = await generate(edit(match, by, '      times: 1..n\n'), tree);
    return result.verdict === 'applies' ? after(result, 'a.c') : problemsOf(result).join('\n');
  };
  test.each([
    ['grown($X)', '$X + 1', 'b = grown(bare(a | b));', 1],
    ['grown($X)', '$X + 1', 'b = grown(part);', 3],
    ['same($X)', '$X', 'b = 2 * same(bare(a));', 1],
    ['then($X);', 'put($X + 1);', 'then(a ? bare(b) : 2);', 0],
    ['then($X);', 'put($X + 1);', 'then(-bare(b));', 1],
    ['grown($X)', '$X + 1', 'b = grown(grown(bare(a)));', 1],
  ])('%s → %s in %s', async (match, by, line, where) => {
    const said = await made(match, by, line);
    if (where === 0) expect(said).toContain('put((a ? bare(b) : 2) + 1);');
    else
      expect(said).toMatch(
        new RegExp(`^patch/bare-macro a\\.c:4 (?:bare|part) is a macro of Include/h\\.h:${where} that falls apart`),
      );
  });
  test.each([
    ['grown($X)', '$X + 1', 'b = grown(whole(a | b));', 'b = whole(a | b) + 1;'],
    ['grown($X)', '$X + 1', 'b = grown(own(a | b));', 'b = own(a | b) + 1;'],
    ['bare($X)', 'doubled($X)', 'b = bare(a) + 1;', 'b = doubled(a) + 1;'],
    ['then($X);', 'put($X);', 'then(bare(a));', 'put(bare(a));'],
    ['bare($X)', '$X * 2', 'b = bare(bare(a));', 'b = a * 2 * 2;'],
  ])('is none: %s → %s in %s', async (match, by, line, wanted) => {
    expect(await made(match, by, line)).toContain(wanted);
  });
});

describe('macros that the recipe declares', () => {
  const made = async (macros: string, match: string, by: string, lines: string) => {
    const recipe = recipeWith(
      `  - rewrite: {match: ${JSON.stringify(match)}, with: ${JSON.stringify(by)}, times: 1..n}`,
      `macros: ${macros}`,
    );
    const result = await generate(recipe, memoryTree({ 'a.c': code(lines) }));
    return result.verdict === 'applies' ? after(result, 'a.c') : problemsOf(result).join('\n');
  };

  test('let code be read, and stay as they are', async () => {
    const lines = (call: string) =>
      `    each(node) {\n        ${call};\n    }\n    x = CAST ${call};\n    begin ${call}; end\n    check(unsigned int, ${call});`;
    const macros = '{each: loop, CAST: nothing, begin: block-start, end: block-end, check: type-arguments}';
    expect(await made('{CAST: nothing}', 'old($X)', 'new($X)', lines('old(1)'))).toContain(
      'f() could not be read as C',
    );
    expect(await made(macros, 'old($X)', 'new($X)', lines('old(1)'))).toBe(code(lines('new(1)')));
  });

  test('are found as statements', async () => {
    const by = await made(
      '{begin: statement, end: statement}',
      'begin\n…\nend',
      'x();\n…',
      '    begin\n    y();\n    end',
    );
    expect(by).toBe(code('    x();\n    y();'));
  });

  test.each([
    [
      '{CAST: nothing}',
      'old($X)',
      'new($X)',
      '    old(CAST x);',
      'patch/hidden a.c:4 CAST is no part of the pattern here',
    ],
    [
      '{on: if}',
      'if ($X) {\n…\n}',
      'if (y($X)) {\n…\n}',
      '    if (a)\n        on(1) {\n        }',
      'patch/hidden a.c:5 on is no part of the pattern here',
    ],
    ['{on: if}', 'on($X)', 'y($X)', '    on(1) {\n    }', 'on is declared as if under macros: no pattern finds it'],
  ])('%s hinders %s in %s', async (macros, match, by, lines, message) => {
    expect(await made(macros, match, by, lines).catch((error: Error) => error.message)).toContain(message);
  });
});

describe('a second application', () => {
  test.each([
    ['old($X);', 'new($X);', '    old(1);\n    old(2);', 2],
    ['f($...A)', 'f(ctx, $...A)', '    x = f(1) + f(2, 3);', 2],
    ['if ($C) {\n    …\n}', 'if (likely($C)) {\n    …\n}', '    if (a) {\n        b();\n    }', 1],
    ['a();\n…\nb();', 'a();\n…\nc();\nb();', '    a();\n    x();\n    b();', 1],
    ['take($N)', 'counted(take($N))', '    x = take(take(1));', 2],
  ])('%s → %s is known', async (match, by, lines, times) => {
    const recipe = edit(match, by, `      times: ${times}\n`);
    const text = after(await generate(recipe, memoryTree({ 'a.c': code(lines) })), 'a.c');
    expect((await generate(recipe, memoryTree({ 'a.c': text }))).verdict).toBe('already-applied');
  });

  test('what looks like the result, and less often than the edit makes it, says nothing', async () => {
    const recipe = edit('old($X);', 'new($X);', '      times: 2\n');
    const result = await generate(recipe, memoryTree({ 'a.c': code('    new(1);') }));
    expect(problemsOf(result)[0]).toContain('was found nowhere: old($X);');
  });

  test('a place that is between others is taken for none of theirs', async () => {
    const lines = '    a();\n    b();\n    a();\n    c();\n    b();';
    expect(await become('a();\n…\nb();', 'a();\n…\nc();\nb();', lines)).toBe(lines.replace('b();', 'c();\n    b();'));
  });
});
