import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const isNever = recipeWith('  - fold: {if: $P->spare != NULL, is: false, times: 1..n}');
const isAlways = recipeWith('  - fold: {if: $P->spare != NULL, is: true, times: 1..n}');
const drop = recipeWith('  - drop-statement: {match: "$P->spare = NULL;", times: 1..n}');
const load = recipeWith('  - drop-guarded-load: {field: spare}');

const body = (code: string) => `int\nf(Pool *p)\n{\n${code}    return 0;\n}\n`;

/** Indentation is not what is asked here. */
const evenly = (text: string) => text.replace(/^ +/gm, '    ');

describe('what an #if of its own adds to a statement', () => {
  test.each<[string, typeof drop, string, string]>([
    [
      'the else of what goes',
      isNever,
      '    if (p->spare) {\n        a();\n    }\n#ifndef FORK\n    else {\n        b();\n    }\n#endif\n',
      '#ifndef FORK\n    {\n        b();\n    }\n#endif\n',
    ],
    [
      'an else that would fall to the if before',
      isNever,
      '    if (y) x();\n    if (p->spare)\n        a();\n\n#ifndef FORK\n    else\n        b();\n#endif\n',
      '    if (y) x();\n\n#ifndef FORK\n    b();\n#endif\n',
    ],
    [
      'the else of an if in one branch, behind that branch',
      isNever,
      '#ifdef FORK\n    if (p->spare)\n        a();\n#else\n    if (q)\n        c();\n#endif\n    else\n        b();\n',
      '#ifndef FORK\n    if (q)\n        c();\n    else\n#endif\n    b();\n',
    ],
    [
      'the else behind an empty #if',
      isNever,
      '    if (p->spare)\n        a();\n#ifdef FORK\n    /* nothing */\n#endif\n#ifndef OTHER\n    else\n        b();\n#endif\n',
      '#ifdef FORK\n    /* nothing */\n#endif\n#ifndef OTHER\n    b();\n#endif\n',
    ],
    [
      'a link of a chain',
      isNever,
      '    if (q)\n        c();\n    else if (p->spare)\n        a();\n#ifndef FORK\n    else if (r)\n        d();\n#endif\n    else\n        b();\n',
      '    if (q)\n        c();\n    else\n#ifndef FORK\n    if (r)\n        d();\n    else\n#endif\n    b();\n',
    ],
    [
      'the first link of a chain',
      isAlways,
      '    if (p->spare)\n        a();\n#ifndef FORK\n    else if (r)\n        d();\n#endif\n    c();\n',
      '    a();\n    c();\n',
    ],
    [
      'the condition before',
      isNever,
      '#ifndef FORK\n    if (q)\n#endif\n    if (p->spare)\n        a();\n    b();\n',
      '    b();\n',
    ],
    [
      'a condition before whose body an #if of its own may leave out',
      drop,
      '#ifndef FORK\n    if (q)\n#ifdef OTHER\n        c();\n#endif\n#endif\n    p->spare = NULL;\n    b();\n',
      'refused',
    ],
    [
      'a loop before whose body stands under an #if',
      drop,
      '    for (;;)\n#ifdef FORK\n        c();\n#endif\n    p->spare = NULL;\n    b();\n',
      'refused',
    ],
    [
      'a loop before, and more than one #if between',
      drop,
      '    for (;;)\n#ifdef FORK\n        c();\n#else\n#endif\n#ifdef OTHER\n    d();\n#endif\n    p->spare = NULL;\n    b();\n',
      'refused',
    ],
    [
      'an else before',
      isNever,
      '    if (q)\n        c();\n#ifndef FORK\n    else\n#endif\n    if (p->spare)\n        a();\n    b();\n',
      '    if (q)\n        c();\n    b();\n',
    ],
    [
      'the else of an if whose only statement goes',
      drop,
      '    if (q)\n        p->spare = NULL;\n#ifndef FORK\n    else\n        b();\n#endif\n',
      'refused',
    ],
    [
      'the guard of a load with an else',
      load,
      '    s = p->spare;\n    if (s != NULL)\n        a();\n#ifndef FORK\n    else\n        b();\n#endif\n',
      'refused',
    ],
    [
      'a use of what was loaded',
      load,
      '    s = p->spare;\n    if (s != NULL)\n        a();\n#ifndef FORK\n    b(s);\n#endif\n    s = c();\n',
      '    s = NULL;\n#ifndef FORK\n    b(s);\n#endif\n    s = c();\n',
    ],
    [
      'a brace that only one setting has',
      isNever,
      '    if (q) {\n    if (p->spare)\n        a();\n#ifdef FORK\n    }\n#endif\n',
      'refused',
    ],
    [
      'a block around it that only one setting has',
      isNever,
      '#ifdef FORK\n    if (q) {\n#endif\n    if (p->spare)\n        a();\n    b();\n#ifdef FORK\n    }\n#endif\n',
      '#ifdef FORK\n    if (q) {\n#endif\n    b();\n#ifdef FORK\n    }\n#endif\n',
    ],
  ])('%s', async (_, recipe, from, to) => {
    const result = await generate(recipe, memoryTree({ 'a.c': body(from) }));
    if (to === 'refused') {
      expect(result.verdict).toBe('drifted');
      expect(problemsOf(result)[0]).toMatch(/^patch\/[\w-]+ a\.c:\d/);
    } else expect(evenly(after(result, 'a.c'))).toBe(evenly(body(to)));
  });
});
