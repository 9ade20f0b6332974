import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith, after as textAfter } from './recipes.ts';

const edit = (match: string, by: string) =>
  recipeWith(`  - replace-expression: {match: '${match}', with: '${by}', times: 1..n}`);
const code = (line: string) => `#define own(x) x * 2\nint g(int, int);\nint\nf(int a, int b)\n{\n    ${line}\n}\n`;

async function become(match: string, by: string, line: string): Promise<string> {
  const result = await generate(edit(match, by), memoryTree({ 'a.c': code(line) }));
  return result.verdict === 'applies'
    ? (textAfter(result, 'a.c').split('\n')[5]?.trim() ?? '')
    : problemsOf(result).join('\n');
}

describe('parentheses where the new text would fall apart', () => {
  test.each([
    ['grown($X)', '$X + 1', 'x = 2 * grown(b);', 'x = 2 * (b + 1);'],
    ['grown($X)', '$X + 1', 'x = grown(b) + 2;', 'x = b + 1 + 2;'],
    ['grown($X)', '$X + 1', 'x = y - grown(b);', 'x = y - (b + 1);'],
    ['grown($X)', '$X + 1', 'x = grown(b);', 'x = b + 1;'],
    ['grown($X)', '$X + 1', 'return (grown(b));', 'return (b + 1);'],
    ['grown($X)', '$X + 1', 'x = t[grown(b)];', 'x = t[b + 1];'],
    ['grown($X)', '$X + 1', 'x = (long)grown(b);', 'x = (long)(b + 1);'],
    ['grown($X)', '$X + 1', 'x = -grown(b);', 'x = -(b + 1);'],
    ['grown($X)', '$X + 1', 'x = g(grown(b), 2);', 'x = g(b + 1, 2);'],
    ['grown($X)', '$X + 1', 'x = PyInt_Foo(grown(b));', 'x = PyInt_Foo(b + 1);'],
    ['grown($X)', '$X + 1', 'x = elsewhere(grown(b));', 'x = elsewhere((b + 1));'],
    ['grown($X)', '$X + 1', 'x = TWICE(grown(b));', 'x = TWICE((b + 1));'],
    ['grown($X)', '$X + 1', 'x = own(grown(b));', 'x = own((b + 1));'],
    ['grown($X)', '$X + 1', 'x = grown(b) ? grown(a) : grown(b);', 'x = b + 1 ? a + 1 : b + 1;'],
    ['grown($X)', '$X ? 1 : 0', 'x = grown(b) ? grown(a) : grown(b);', 'x = (b ? 1 : 0) ? a ? 1 : 0 : b ? 1 : 0;'],
    ['grown($X)', '$X ? 1 : 0', 'x = grown(a) == 0;', 'x = (a ? 1 : 0) == 0;'],
    ['grown($X)', '$X, 1', 'x = grown(a);', 'x = (a, 1);'],
    ['grown($X)', '$X, 1', 'g(grown(a));', 'g((a, 1));'],
    ['grown($X)', '-$X', 'x = a -grown(b);', 'x = a -(-b);'],
    ['grown($X)', '-$X', 'x = grown(-b);', 'x = - -b;'],
    ['grown($X)', '$X->n', 'x = grown(*b);', 'x = (*b)->n;'],
    ['grown($X)', '(long)$X', 'x = grown(a + b);', 'x = (long)(a + b);'],
    ['grown($X)', '(long)$X', 'x = sizeof grown(a);', 'x = sizeof ((long)a);'],
    ['grown($X)', 'other($X)', 'x = grown((a, b));', 'x = other((a, b));'],
    ['grown($X)', 'other($X)', 'x = grown(a + /* why */ b);', 'x = other(a + /* why */ b);'],
    ['grown($X)', 'other($X)', 'x = grown(" a  b");', 'x = other(" a  b");'],
    ['SQUARE($X)', '$X * $X', 'x = SQUARE(a + b);', 'x = (a + b) * (a + b);'],
    ['SQUARE($X)', '$X * $X', 'x = SQUARE((a + b));', 'x = (a + b) * (a + b);'],
    ['SQUARE($X)', '$X * $X', 'x = 8 / SQUARE(a);', 'x = 8 / (a * a);'],
    ['$A == lots($B)', '$A != $B', 'x = (a & 1) == lots(b | 2);', 'x = (a & 1) != (b | 2);'],
    ['old($X);', 'now($X + 1);', 'old(a, 1);', 'patch/not-as-declared'],
    ['old($X);', 'now($X + 1);', 'old(a ? b : 1);', 'now((a ? b : 1) + 1);'],
    ['old($X);', 'if ($X) now();', 'if (a) old(b); else c();', 'if (a) { if (b) now(); } else c();'],
    ['second($X, $Y)', '$Y', 'x = second(1, a + b) * 2;', 'x = (a + b) * 2;'],
    ['grown($X)', '$X * 2', 'x = grown((a) -b * c);', 'x = ((a) -b * c) * 2;'],
    ['grown($X)', '$X + 1', 'x = (g(a, b)) && (a) - grown(0);', 'x = (g(a, b)) && (a) - (0 + 1);'],
    ['grown($X)', '$X + 1', 'x = (g(a, b)) & (a) - grown(0);', 'x = (g(a, b)) & (a) - (0 + 1);'],
    ['grown($X)', '$X | 1', 'x = grown((a) && b);', 'x = ((a) && b) | 1;'],
    ['grown($X)', '$X * 2', 'x = grown((t[1]) -b);', 'x = ((t[1]) -b) * 2;'],
    ['grown($X)', '(size)($X)', 'x = grown(b)->n;', 'x = ((size)(b))->n;'],
    ['say("a longer word")', 'tell()', 'x = say("a longer word");', 'x = tell();'],
    ['say("$X", $X)', 'tell($X)', 'x = say("n", b) + say("$X", a);', 'x = say("n", b) + tell(a);'],
    ['(size)($X)', 'sized($X)', 'x = (size)(b) + 1;', 'x = sized(b) + 1;'],
    ['(size)($X)', 'sized($X)', 'x = (size)(b)->n;', 'patch/ambiguous'],
  ])('%s → %s in %s', async (match, by, line, wanted) => {
    expect(await become(match, by, line)).toContain(wanted);
  });
});

describe('an #if in the statement', () => {
  test.each([
    ['grown($X)', '$X + 1', 'x = grown(b)\n#ifndef A\n    * 2\n#endif\n    ;', 'patch/depends-on-if'],
    [
      'grown($X)',
      '$X + 1',
      'x = 2 *\n#ifndef A\n    2 -\n#endif\n    grown(b);',
      'x = 2 *\n#ifndef A\n    2 -\n#endif\n    (b + 1);',
    ],
    [
      'note($X);',
      'if ($X) hit();',
      '#ifdef A\n    note(b);\n#elif defined(B)\n#endif',
      '#ifdef A\n    if (b) hit();\n#elif',
    ],
  ])('%s → %s in %j', async (match, by, line, wanted) => {
    const result = await generate(edit(match, by), memoryTree({ 'a.c': code(line) }));
    const text = result.verdict === 'applies' ? textAfter(result, 'a.c') : problemsOf(result).join('\n');
    expect(text).toContain(wanted);
  });

  test('what goes with another edit is not edited', async () => {
    const recipe = recipeWith(
      "  - replace-expression: {match: 'note($X);', with: 'if ($X) hit();', times: 0..n}\n  - fold: {if: $P->spare != NULL, is: false}",
    );
    const result = await generate(recipe, memoryTree({ 'a.c': code('if (p->spare) { note(a); }') }));
    expect(textAfter(result, 'a.c')).not.toContain('hit');
  });
});

describe('what has effects is evaluated as often as before', () => {
  test.each([
    ['SQUARE($X)', '$X * $X', 'x = SQUARE(i++);', 'i++ would be evaluated once more'],
    ['SQUARE($X)', '$X * $X', 'x = SQUARE(next());', 'next() would be evaluated once more'],
    ['SQUARE($X)', '$X * $X', 'x = SQUARE(t[(next()) & 3]);', 'would be evaluated once more'],
    ['second($A, $B)', '$B', 'x = second(next(), 1);', 'next() would not be evaluated any more'],
    ['both($A, $B)', '$A && $B', 'x = both(1, next());', 'next() would not be evaluated under the same conditions'],
    ['size($A)', 'sizeof($A)', 'x = size(t[i++]);', 'i++ would not be evaluated under the same conditions'],
    ['both($A, $B)', '$A && $B', 'x = both(next(), 1);', 'x = next() && 1;'],
    ['second($A, $B)', '$B', 'x = second(1, next());', 'x = next();'],
  ])('%s → %s in %s', async (match, by, line, wanted) => {
    expect(await become(match, by, line)).toContain(wanted);
  });

  test('a function that the recipe calls pure has none', async () => {
    const recipe = recipeWith("  - replace-expression: {match: 'SQUARE($X)', with: '$X * $X'}", 'pure: [next]');
    const result = await generate(recipe, memoryTree({ 'a.c': code('x = SQUARE(next());') }));
    expect(textAfter(result, 'a.c')).toContain('x = next() * next();');
  });

  test('lines to insert are read under every #if', async () => {
    const text = '#ifdef A\n            seen($A);\n#else\n            other($A + 1);\n#endif';
    const recipe = recipeWith(
      `  - insert:\n      in: f\n      before: use($A);\n      text: |\n        ${text.replace(/\n +/g, '\n        ').replace(/\n#/g, '\n        #')}`,
    );
    const made = await generate(recipe, memoryTree({ 'a.c': code('use(a | b);') }));
    expect(textAfter(made, 'a.c')).toContain(
      '#ifdef A\n    seen(a | b);\n#else\n    other((a | b) + 1);\n#endif\n    use(a | b);',
    );
  });

  test('an insert may not do it again', async () => {
    const recipe = recipeWith("  - insert: {in: f, before: 'use($A);', text: 'seen($A + 1);'}");
    const made = async (line: string) => generate(recipe, memoryTree({ 'a.c': code(line) }));
    expect(problemsOf(await made('use(next());'))[0]).toContain('next() would be evaluated once more');
    const text = textAfter(await made('use(a ? b : 1);'), 'a.c');
    expect(text).toContain('    seen((a ? b : 1) + 1);\n    use(a ? b : 1);');
  });
});

describe("a macro's value", () => {
  test.each([
    ['1 << 4', '(1 << 4)'],
    ['(1 << 4)', '(1 << 4)'],
    ['(1) << (4)', '((1) << (4))'],
    ['a ? b : 1', '(a ? b : 1)'],
    ['(long)1', '((long)1)'],
    ['-1', '-1'],
    ['f(x)', 'f(x)'],
    ['1, 2', '1, 2'],
    ['"text"', '"text"'],
    ['static inline', 'static inline'],
    ['do { x(); } while (0)', 'do { x(); } while (0)'],
  ])('%s', async (value, wanted) => {
    const recipe = recipeWith(`  - set-define: {name: N, value: '${value}'}`);
    const text = textAfter(await generate(recipe, memoryTree({ 'a.c': '#define N 9 /* why */\n' })), 'a.c');
    expect(text).toBe(`#define N ${wanted} /* why */\n`);
    expect((await generate(recipe, memoryTree({ 'a.c': text }))).verdict).toBe('already-applied');
  });
});

describe('what is put around a call', () => {
  const wrap = edit('take($N)', 'counted(take($N))');
  const twice = async (line: string) => {
    const text = textAfter(await generate(wrap, memoryTree({ 'a.c': code(line) })), 'a.c');
    expect((await generate(wrap, memoryTree({ 'a.c': text }))).verdict).toBe('already-applied');
    return text;
  };

  test('is put there once', async () => {
    expect(await twice('return take(a) + 2 * take(b);')).toContain('return counted(take(a)) + 2 * counted(take(b));');
    expect(await twice('return counted(take(a)) + take(b);')).toContain('counted(take(a)) + counted(take(b));');
    expect(await twice('return counted(1 + take(a));')).toContain('counted(1 + counted(take(a)));');
  });

  test('one inside of another', async () => {
    expect(await twice('return take(take(a)) + take(a + take(b));')).toContain(
      'return counted(take(counted(take(a)))) + counted(take(a + counted(take(b))));',
    );
  });
});

describe('idioms that are no C by themselves', () => {
  test.each([
    ['p = va_arg(ap, char *);\n    grown(p);'],
    ['n = va_arg(ap, unsigned long) + va_arg(*get(ap), const struct a **);\n    grown(n);'],
    ['q = PyMem_New(char *, n);\n    PyMem_Resize(q, char *, n + 1);\n    grown(q);'],
    ['o = PyObject_GC_NewVar(struct o, &T, 2);\n    grown(o);'],
    ['_Py_COMP_DIAG_PUSH\n_Py_COMP_DIAG_IGNORE_DEPR_DECLS\n    u = grown(b);\n_Py_COMP_DIAG_POP'],
  ])('%j', async (line) => {
    const result = await generate(edit('grown($X)', 'larger($X)'), memoryTree({ 'a.c': code(line) }));
    expect(textAfter(result, 'a.c')).toBe(code(line.replace('grown', 'larger')));
  });

  test('are what they are in a pattern, too', async () => {
    const result = await become('va_arg($A, char *)', 'text($A)', 'x = f(va_arg(p, char *), va_arg(p, long *));');
    expect(result).toBe('x = f(text(p), va_arg(p, long *));');
  });

  test('what cannot be read in one function hinders nothing in another', async () => {
    const unreadable = 'int\nother(int a)\n{\n    return FOO(struct a *b c, a) + grown(a);\n}\n';
    const tree = memoryTree({ 'a.c': `${unreadable}\n${code('x = grown(b);')}` });
    const inF = recipeWith('  - replace-expression: {match: grown($X), with: larger($X), in: f}');
    expect(textAfter(await generate(inF, tree), 'a.c')).toContain('x = larger(b);');
    expect(problemsOf(await generate(edit('grown($X)', 'larger($X)'), tree))[0]).toContain('other() could not be read');
  });
});
