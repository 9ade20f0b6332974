import { describe, expect, test } from 'vitest';
import { codeHtml, segmentsOf, tokensOf } from '../../../src/review/html/code.ts';

const kinds = (lines: readonly string[], language: 'c' | 'python' = 'c') =>
  tokensOf(lines, language).map((tokens, i) =>
    tokens.map(({ start, end, kind }) => [kind, lines[i]?.slice(start, end)]),
  );

describe('tokens', () => {
  test('of C: types, names, numbers, strings with what HTML escapes, preprocessor', () => {
    expect(kinds(['static int f(int a)', '{', '    return 1 + g("<&>\\"");', '}', '#define X 2'])).toEqual([
      [
        ['t', 'static'],
        ['t', 'int'],
        ['f', 'f'],
        ['t', 'int'],
      ],
      [],
      [
        ['k', 'return'],
        ['n', '1'],
        ['s', '"<&>\\""'],
      ],
      [],
      expect.arrayContaining([
        ['p', '#'],
        ['k', 'define'],
      ]),
    ]);
  });

  test('a comment over several lines is one in each', () => {
    expect(kinds(['a; /* b', ' c', 'd */ e;'])).toEqual([[['c', '/* b']], [['c', ' c']], [['c', 'd */']]]);
  });

  test('of Python', () => {
    expect(kinds(['def f():', "    return 'x'  # y"], 'python')).toEqual([
      [
        ['k', 'def'],
        ['f', 'f'],
      ],
      [
        ['k', 'return'],
        ['s', "'x'"],
        ['c', '# y'],
      ],
    ]);
  });

  test('a line that is data has no colours, and the next one has its own', () => {
    expect(kinds([`"${'x'.repeat(3000)}`, 'int a;'])).toEqual([[], [['t', 'int']]]);
  });
});

describe('a line', () => {
  test('is cut where a colour or a mark begins or ends', () => {
    expect(segmentsOf('int abc;', [{ start: 0, end: 3, kind: 't' }], [[2, 6]])).toEqual([
      { text: 'in', kind: 't', marked: false },
      { text: 't', kind: 't', marked: true },
      { text: ' ab', kind: '', marked: true },
      { text: 'c;', kind: '', marked: false },
    ]);
  });

  test('shows what cannot be seen, also where a mark cuts there', () => {
    expect(codeHtml('a\u202eb\x1b\r', [], [[1, 2]]).text).toBe(
      'a<mark><span class="odd">⟨U+202E⟩</span></mark>b<span class="odd">⟨ESC⟩⟨CR⟩</span>',
    );
  });

  test('of a hundred thousand characters is folded, and nothing of it is lost', () => {
    const text = 'ab<'.repeat(33_334);
    const page = codeHtml(text).text;
    expect(page).toContain('<summary>99\u202f002 more characters in this line</summary>');
    const plain = page.replace(/<summary>.*?<\/summary>|<[^>]*>/g, '').replaceAll('&lt;', '<');
    expect(plain).toBe(text);
  });
});
