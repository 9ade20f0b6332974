import { describe, expect, test } from 'vitest';
import { decide, parseCondition } from '../../src/c/condition.ts';
import { atomsOf, deadRanges, findConditionals } from '../../src/c/conditionals.ts';
import { codeTokens, lineAt, wordOffsets } from '../../src/c/lex.ts';

describe('conditions', () => {
  test.each<[string, string, string[]]>([
    ['ifdef', 'X', ['defined(X)']],
    ['ifndef', 'X /* c */', ['defined(X)']],
    ['if', 'defined X && !defined(Y)', ['defined(X)', 'defined(Y)']],
    ['if', 'MAX > 0 || (A && B == 2)', ['MAX > 0', 'A', 'B == 2']],
    ['if', '(A + B) * 2 > 3 && C', ['( A + B ) * 2 > 3', 'C']],
    ['if', '0', []],
    ['ifdef', '__cplusplus', []],
    ['if', 'A \\\n && B', ['A', 'B']],
    ['if', 'F(x, y) && !G', ['F ( x , y )', 'G']],
  ])('#%s %s', (directive, rest, atoms) => {
    const text = `#${directive} ${rest}\n#endif\n`;
    expect(atomsOf(findConditionals(text).groups)).toEqual(atoms);
  });

  test('are evaluated as C does', () => {
    const value = (rest: string, set: Record<string, boolean>) =>
      decide(parseCondition('if', rest), (name) => set[name]);
    expect(value('A && !B', { A: true, B: false })).toBe(true);
    expect(value('A && (B || C)', { A: true, B: false, C: false })).toBe(false);
    expect(value('!(A || B)', { A: false, B: false })).toBe(true);
    expect(value('!A || 1', { A: true })).toBe(true);
    expect([value('A && B', { A: false }), value('B && A', { A: false }), value('A && B', { A: true })]).toEqual([
      ...[false, false, undefined],
    ]);
    expect([value('A || B', { A: true }), value('B || A', { A: true }), value('A || B', { A: false })]).toEqual([
      ...[true, true, undefined],
    ]);
  });
});

test('directives in comments and strings are none', () => {
  const text = '/*\n#if A\n*/\nchar *s = "\\\n#if B\\n";\n// #if C\n#if D /* a\n b */\nint x;\n#endif\n';
  const { groups, directives, unbalanced } = findConditionals(text);
  expect(groups).toHaveLength(1);
  expect(directives).toHaveLength(2);
  expect(unbalanced).toEqual([]);
});

test('elif chains: one branch is live', () => {
  const text = '#if A\na\n#elif B\nb\n#else\nc\n#endif\n';
  const c = findConditionals(text);
  const live = (set: Record<string, boolean>) => {
    const dead = deadRanges(c, new Map(Object.entries(set)));
    return ['a', 'b', 'c'].filter(
      (x) => !dead.some(([s, e]) => s <= text.indexOf(`\n${x}\n`) + 1 && text.indexOf(`\n${x}\n`) < e),
    );
  };
  expect(live({ A: true, B: true })).toEqual(['a']);
  expect(live({ A: false, B: true })).toEqual(['b']);
  expect(live({ A: false, B: false })).toEqual(['c']);
});

test('tokens', () => {
  expect(codeTokens('a->b /* x->y */ += 0x1fUL; // c\n"s\\"t" \'\\\'\' ->')).toEqual([
    'a',
    '->',
    'b',
    '+=',
    '0x1fUL',
    ';',
    '"s\\"t"',
    "'\\''",
    '->',
  ]);
  expect(wordOffsets('zf /* zf */ "zf" zfx x->zf', 'zf')).toEqual([0, 24]);
  expect(lineAt('a\nb\r\nc', 5)).toBe(3);
});
