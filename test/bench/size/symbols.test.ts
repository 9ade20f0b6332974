import { describe, expect, test } from 'vitest';
import { compareSymbols, type ObjectSymbol, readSymbols, sourceName } from '../../../src/bench/size/symbols.ts';

const code = (name: string, size: number): ObjectSymbol => ({ name, kind: 'code', size });

describe('nm -P --defined-only', () => {
  test('name, kind and bytes; labels and what is not a symbol are left out', () => {
    const text = [
      'PyFrame_New T 7e3a0 301',
      'frame_dealloc t 7e010 2e7',
      'free_list b 1fd5a8 8',
      'PyFrame_Type D 1d7540 188',
      'kwlist.3 d 1d7a00 18',
      'version R 17a000 5',
      'weakly W 40 10',
      '_start T 4000',
      '__bss_start B 1fd000 ',
      '/usr/bin/python3: no symbols',
      '',
    ].join('\n');
    expect(readSymbols(text)).toEqual([
      code('PyFrame_New', 0x301),
      code('frame_dealloc', 0x2e7),
      { name: 'free_list', kind: 'zeroed', size: 8 },
      { name: 'PyFrame_Type', kind: 'data', size: 0x188 },
      { name: 'kwlist.3', kind: 'data', size: 24 },
      { name: 'version', kind: 'constant', size: 5 },
      { name: 'weakly', kind: 'other', size: 16 },
    ]);
  });

  test('of a Windows program, whose table has no sizes: as far as the next symbol of its kind', () => {
    const text = [
      'PyFrame_New T 180001000 0',
      'frame_dealloc t 180001040 0',
      'frame_dealloc_alias t 180001040 0',
      'last_function T 1800010f0 0',
      'free_list d 180003008 0',
      'numfree d 180003000 0',
      'last_variable D 180003010 0',
      '??_C@_05KPJOGJNB@EPERM?$AA@ R 180002000 0',
    ].join('\n');
    expect(readSymbols(text)).toEqual([
      code('PyFrame_New', 0x40),
      code('frame_dealloc', 0xb0),
      code('frame_dealloc_alias', 0xb0),
      { name: 'numfree', kind: 'data', size: 8 },
      { name: 'free_list', kind: 'data', size: 8 },
    ]);
  });
});

test.each([
  ['lookup.constprop.0', 'lookup'],
  ['lookup.isra.0.cold', 'lookup'],
  ['lookup.part.0.constprop.12', 'lookup'],
  ['lookup.lto_priv.7', 'lookup'],
  ['lookup.llvm.1234567890', 'lookup'],
  ['kwlist.42', 'kwlist'],
  ['e843419@0098_00000ad5_2ed0', 'e843419'],
  ['lookup', 'lookup'],
  ['.LC0', '.LC0'],
  ['.0', '.0'],
])('%s is %s in the source', (name, source) => {
  expect(sourceName(name)).toBe(source);
});

describe('compareSymbols', () => {
  test('added, removed, resized; the largest difference first; what is the same is left out', () => {
    const before = [code('same', 10), code('gone', 5), code('shrunk', 100)];
    const after = [code('same', 10), code('shrunk', 60), code('fresh', 16)];
    expect(compareSymbols(before, after)).toEqual([
      { name: 'shrunk', kind: 'code', change: 'resized', baseline: 100, patched: 60 },
      { name: 'fresh', kind: 'code', change: 'added', baseline: 0, patched: 16 },
      { name: 'gone', kind: 'code', change: 'removed', baseline: 5, patched: 0 },
    ]);
  });

  test('a function that the compiler clones or splits otherwise is the same function', () => {
    const before = [code('f', 100), code('f.cold', 20)];
    expect(compareSymbols(before, [code('f.constprop.0', 100), code('f.cold', 20)])).toEqual([]);
    expect(compareSymbols(before, [code('f', 120)])).toEqual([
      {
        name: 'f',
        kind: 'code',
        change: 'resized',
        baseline: 120,
        patched: 120,
        symbols: { baseline: 2, patched: 1 },
      },
    ]);
  });

  test('statics of one name are told apart by size alone, as their numbers change with every compilation', () => {
    const lists = (...sizes: readonly number[]) =>
      sizes.map((size, i): ObjectSymbol => ({ name: `kwlist.${i}`, kind: 'data', size }));
    expect(compareSymbols(lists(16, 24, 24), lists(24, 16, 24))).toEqual([]);
    expect(compareSymbols(lists(16, 24, 24), lists(24, 24))).toEqual([
      {
        name: 'kwlist',
        kind: 'data',
        change: 'resized',
        baseline: 64,
        patched: 48,
        symbols: { baseline: 3, patched: 2 },
      },
    ]);
  });

  test('a function and a variable of one name are two things', () => {
    const variable: ObjectSymbol = { name: 'x', kind: 'data', size: 8 };
    expect(compareSymbols([code('x', 8)], [variable]).map(({ kind, change }) => [kind, change])).toEqual([
      ['code', 'removed'],
      ['data', 'added'],
    ]);
  });
});
