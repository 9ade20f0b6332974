import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifest, selectBenchmarks } from '../../../src/bench/pyperformance/manifest.ts';
import { UserError } from '../../../src/system/diagnostic.ts';

const HEAD = '[benchmarks]\n\nname\tmetafile\n';

describe('a MANIFEST', () => {
  test('names benchmarks and where their metadata is', () => {
    const text = `${HEAD}nbody\t<local>\nasync_tree_io\t<local:async_tree>\nmine\t../mine.toml # a remark\n#off\t<local>\n`;
    expect(parseManifest(text, 'M').benchmarks).toEqual([
      { name: 'nbody', metafile: 'bm_nbody/pyproject.toml' },
      { name: 'async_tree_io', metafile: 'bm_async_tree/bm_async_tree_io.toml' },
      { name: 'mine', metafile: '../mine.toml' },
    ]);
  });

  test('names groups, with members or without, and other manifests', () => {
    const { groups, includes } = parseManifest(
      '[includes]\n<default>\n[groups]\na\n[group a]\n[group b]\nx\n-y\n',
      'M',
    );
    expect(includes).toEqual(['<default>']);
    expect([...groups]).toEqual([
      ['a', []],
      [
        'b',
        [
          { name: 'x', out: false },
          { name: 'y', out: true },
        ],
      ],
    ]);
  });

  test.each([
    ['nbody\t<local>', 1, 'before any section'],
    ['[nonsense]', 1, 'unknown section'],
    [`${HEAD}nbody <local>`, 4, 'a tab between'],
    [`${HEAD}nbody\t<remote>`, 4, 'unknown metafile'],
    [`${HEAD}a b\t<local>`, 4, 'no name of a benchmark'],
    [`${HEAD}a\t<local>\na\t<local>`, 5, 'declared twice'],
  ])('%j is refused with its line', (text, line, message) => {
    const refused = () => parseManifest(text, 'M');
    expect(refused).toThrow(message);
    try {
      refused();
    } catch (error) {
      expect((error as UserError).diagnostics[0]?.place).toEqual({ file: 'M', line });
    }
  });

  test('whatever it holds is read or refused', () => {
    const word = fc.oneof(
      fc.constantFrom('[benchmarks]', '[group a]', '[groups]', 'a\t<local>', '-a', '<local:b>', '\t'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (lines) => {
        try {
          parseManifest(lines.join('\n'), 'M');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe('a selection', () => {
  const benchmarks = [
    { name: 'a', tags: ['math'] },
    { name: 'b', tags: ['math', 'slow'] },
    { name: 'c', tags: [] },
  ];
  const groups = new Map([
    ['default', [{ name: 'c', out: true }]],
    ['math', []],
    [
      'ring',
      [
        { name: 'ring', out: false },
        { name: 'c', out: false },
      ],
    ],
    [
      'pair',
      [
        { name: 'math', out: false },
        { name: 'b', out: true },
        { name: 'c', out: false },
      ],
    ],
  ]);
  test.each([
    [undefined, 'ab'],
    ['all', 'abc'],
    ['math', 'ab'],
    ['slow', 'b'],
    ['c,a', 'ac'],
    ['pair', 'ac'],
    ['all,-slow', 'ac'],
    ['-a', 'b'],
    ['ring', 'c'],
  ])('%s is %s', (selection, names) => {
    expect(
      selectBenchmarks(benchmarks, groups, selection)
        .map(({ name }) => name)
        .join(''),
    ).toBe(names);
  });

  test('a word that is nothing is refused, with what there is', () => {
    expect(() => selectBenchmarks(benchmarks, groups, 'a,nbdy')).toThrow('no benchmark, group or tag "nbdy"');
  });
});
