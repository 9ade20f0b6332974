import { describe, expect, test } from 'vitest';
import { type Counted, readCounted, whyInexact } from '../../../src/bench/memory/counted.ts';
import {
  parsePymalloc,
  parseResident,
  sizeDifferences,
  typeDifferences,
  withoutPymalloc,
} from '../../../src/bench/memory/figures.ts';
import { linkCommand } from '../../../src/bench/memory/linked.ts';

const counted = (more: Partial<Counted> = {}): Counted => ({
  point: 1,
  bytes: 0,
  blocks: 0,
  peak: 0,
  calls: 0,
  mapped: 0,
  maps: 0,
  lost: 0,
  strays: 0,
  redirected: 0,
  sizes: [],
  types: [],
  ...more,
});

describe('the counter’s reports', () => {
  test('are read in order', () => {
    const [one, two] = [counted({ bytes: 7, sizes: [[7, 1]] }), counted({ point: 2, types: [['frame', 1, 400]] })];
    expect(readCounted(`${JSON.stringify(one)}\n${JSON.stringify(two)}\n`)).toEqual([one, two]);
  });

  test.each([
    ['', 'the counter wrote nothing: it was not loaded into the interpreter'],
    ['{"point":1,"byt', 'the counter wrote {"point":1,"byt'],
    ['{"point":1,"bytes":-4}', 'the counter wrote {"point":1,"bytes":-4}'],
  ])('%j is no report', (text, why) => {
    expect(readCounted(text)).toBe(why);
  });

  test('what the counter missed makes a count inexact', () => {
    expect(whyInexact(counted())).toBeUndefined();
    expect(whyInexact(counted({ lost: 2 }))).toMatch(/^2 blocks did not fit/);
    expect(whyInexact(counted({ strays: 3 }))).toMatch(/^3 blocks were freed that the counter had not seen/);
  });
});

describe('where the bytes went', () => {
  test('types that differ, the largest difference first, whichever its sign', () => {
    const before = counted({
      types: [
        ['dict', 10, 1000],
        ['frame', 95, 45_000],
        ['code', 518, 66_304],
      ],
    });
    const after = counted({
      types: [
        ['dict', 10, 1000],
        ['code', 518, 62_160],
        ['list', 1, 50_000],
      ],
    });
    expect(typeDifferences(before, after)).toEqual([
      { type: 'list', baseline: { blocks: 0, bytes: 0 }, patched: { blocks: 1, bytes: 50_000 } },
      { type: 'frame', baseline: { blocks: 95, bytes: 45_000 }, patched: { blocks: 0, bytes: 0 } },
      { type: 'code', baseline: { blocks: 518, bytes: 66_304 }, patched: { blocks: 518, bytes: 62_160 } },
    ]);
    expect(typeDifferences(before, before)).toEqual([]);
  });

  test('sizes of which there are more or fewer; a size that is told twice is summed up', () => {
    const before = counted({
      sizes: [
        [70_000, 1],
        [16, 5],
        [128, 551],
        [70_000, 1],
      ],
    });
    const after = counted({
      sizes: [
        [16, 5],
        [120, 518],
        [128, 33],
        [70_000, 1],
      ],
    });
    expect(sizeDifferences(before, after)).toEqual([
      { size: 70_000, baseline: 2, patched: 1 },
      { size: 128, baseline: 551, patched: 33 },
      { size: 120, baseline: 0, patched: 518 },
    ]);
  });
});

test('pymalloc’s own account, with its thousands parted', () => {
  const stats =
    '# bytes in allocated blocks        =            1,291,184\n# bytes in available blocks        =  57,856\n';
  expect(parsePymalloc('14863\n', stats)).toEqual({ blocks: 14_863, bytes: 1_291_184 });
  expect(parsePymalloc('14863\n', '')).toEqual({ blocks: 14_863 });
  expect(parsePymalloc('', '')).toBeUndefined();
});

test('resident pages: the exact table first, else what the kernel keeps', () => {
  expect(parseResident('Rss:                5832 kB\nAnonymous:          2616 kB\n')).toEqual({
    bytes: 5832 * 1024,
    ownBytes: 2616 * 1024,
  });
  expect(parseResident('VmRSS:\t    9000 kB\nRssAnon:\t    4000 kB\n')).toEqual({
    bytes: 9000 * 1024,
    ownBytes: 4000 * 1024,
  });
  expect(parseResident('VmRSS:\t    9000 kB\n')).toEqual({ bytes: 9000 * 1024 });
  expect(parseResident('Name: python\n')).toBeUndefined();
});

test('PYTHONMALLOC came with 3.6; before it the counter leads the allocator to malloc, and it must have', () => {
  for (const version of ['3.6.0', '3.14.0rc1', '4.0.0'])
    expect(withoutPymalloc(version).variables).toEqual({ PYTHONMALLOC: 'malloc' });
  for (const version of ['2.5.6', '2.7.18', '3.5.10']) {
    const off = withoutPymalloc(version);
    expect(off.variables).toEqual({ FORKWRIGHT_MEMORY_PYMALLOC: 'off' });
    expect(off.check(counted({ redirected: 1 }))).toBeUndefined();
    expect(off.check(counted({ redirected: 0 }))).toMatch(/--without-pymalloc/);
  }
});

describe('the command that links an interpreter', () => {
  const of = (stdout: string, exitCode = 0) => linkCommand({ exitCode, stdout }, 'counted');

  test('is one line, as make prints it for 2.7 and for 3.9', () => {
    const old = 'cell-gcc -static  -o counted \\\n\t\tModules/python.o \\\n\t\tlibpython2.7.a -lpthread   -lm  \n';
    expect(of(old)).toBe('cell-gcc -static  -o counted  Modules/python.o  libpython2.7.a -lpthread   -lm  ');
    const later = 'gcc -c x.c\ngcc -Xlinker -export-dynamic -o counted Programs/python.o libpython3.9.a -ldl\n';
    expect(of(later)).toBe('gcc -Xlinker -export-dynamic -o counted Programs/python.o libpython3.9.a -ldl');
  });

  test('is not guessed', () => {
    expect(of('gcc -o other Programs/python.o libpython3.9.a\n')).toBeUndefined();
    expect(of('gcc -o counted Programs/other.o libpython3.9.a\n')).toBeUndefined();
    expect(of('gcc -o counted Programs/python.o libpython3.9.a\n', 2)).toBeUndefined();
  });
});
