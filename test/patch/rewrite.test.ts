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
    ['effects twice', 'old($X);', 'new($X);\nnew($X);', '    old(next());', 'patch/effects a.c:4'],
  ])('%s', async (_, match, by, from, message) => {
    const said = await become(match, by, from).catch((error: Error) => error.message);
    expect(said).toContain(message);
  });
});
