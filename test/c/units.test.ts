import { expect, test } from 'vitest';
import { unitsOf } from '../../src/c/units.ts';

test('top-level items end where C says', () => {
  const text =
    'int a = 1;\nstruct s {\n int x;\n} v;\nstatic int\nf(int a)\n{\n    if (a) { b(); }\n}\nint t[] = { 1, {2} };\nenum { A };\n';
  expect(unitsOf(text).map((u) => text.slice(u.start, u.end).replace(/\s+/g, ' '))).toEqual([
    'int a = 1;',
    'struct s { int x; } v;',
    'static int f(int a) { if (a) { b(); } }',
    'int t[] = { 1, {2} };',
    'enum { A };',
  ]);
});

test('a function of the old style is one, with the declarations of its parameters', () => {
  const text = 'int x;\nint f(a, b)\n    int a;\n    char *b;\n{\n    return a;\n}\nint g() { return 1; }\nint y;\n';
  expect(unitsOf(text).map((u) => [u.keys.join(), text.slice(u.start, u.end).replace(/\s+/g, ' ')])).toEqual([
    ['decl x', 'int x;'],
    ['f()', 'int f(a, b) int a; char *b; { return a; }'],
    ['g()', 'int g() { return 1; }'],
    ['decl y', 'int y;'],
  ]);
});

test('a block that a macro begins takes nothing before it along', () => {
  const text = 'int f(int a) ATTRIBUTE;\nint t[] = {1};\n{\n    x;\n}\nint y;\n';
  expect(unitsOf(text).map((u) => text.slice(u.start, u.end).replace(/\s+/g, ' '))).toEqual([
    'int f(int a) ATTRIBUTE;',
    'int t[] = {1};',
    '{ x; }',
    'int y;',
  ]);
});
