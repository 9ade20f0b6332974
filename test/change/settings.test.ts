import { describe, expect, test } from 'vitest';
import { parseSettings, unknownOptions, writeSettings, writtenSettingsSchema } from '../../src/change/settings.ts';
import { parseSide } from '../../src/change/side.ts';

const NONE = { configure: [], env: {}, x: [] };

describe('settings', () => {
  test.each([
    [['-O3'], { ...NONE, cflags: '-O3' }],
    [['-O3', '-march=native', 'CFLAGS=-g0'], { ...NONE, cflags: '-O3 -march=native -g0' }],
    [
      ['--disable-gil', 'lto', 'bolt', 'debug'],
      { ...NONE, configure: ['--disable-gil', '--with-lto', '--enable-bolt', '--with-pydebug'] },
    ],
    [['lto=thin'], { ...NONE, configure: ['--with-lto=thin'] }],
    [['LDFLAGS=-s -static'], { ...NONE, configure: ['LDFLAGS=-s -static'] }],
    [['pgo'], { ...NONE, pgo: true }],
    [['PYTHON_JIT=1', 'PYTHONMALLOC='], { ...NONE, env: { PYTHON_JIT: '1', PYTHONMALLOC: '' } }],
    [['-X lazy_imports=all', '-Xdev', ' -X gil=0 '], { ...NONE, x: ['lazy_imports=all', 'dev', 'gil=0'] }],
  ])('%j', (written, settings) => {
    expect(parseSettings(written)).toEqual(settings);
    expect(
      parseSettings(
        writeSettings(parseSettings(written)).flatMap((one) => (one.startsWith('-O') ? one.split(' ') : [one])),
      ),
    ).toEqual(settings);
  });

  test.each([
    ['-Wl', 'for a comma'],
    ['CC=clang', 'target'],
    ['foo', 'configure'],
    ['-', 'configure'],
    ['lower=1', 'configure'],
  ])('%s is refused', (one, hint) => {
    expect(() => parseSettings([one])).toThrow(
      expect.objectContaining({ diagnostics: [expect.objectContaining({ hint: expect.stringContaining(hint) })] }),
    );
  });

  test('options that a configure does not know', () => {
    const configure = 'enable_gil\nwith_lto\nenable_optimizations\n';
    const options = [
      '--disable-gil',
      '--with-lto=thin',
      '--without-pymalloc',
      '--enable-bolt',
      '--prefix=/x',
      'LDFLAGS=-s',
    ];
    expect(unknownOptions(options, configure)).toEqual(['--without-pymalloc', '--enable-bolt']);
  });
});

test('settings that a record holds are those that a command line can ask for', () => {
  const read = (settings: object) => writtenSettingsSchema.safeParse({ ...NONE, ...settings }).success;
  const written = ['-O3', '-Wl,-z,now', 'CFLAGS=@flags', '--with-lto', 'LDFLAGS=-s', 'pgo', 'PYTHON_JIT=1', '-X dev'];
  expect(writtenSettingsSchema.parse(parseSettings(written))).toEqual(parseSettings(written));
  expect(read({ configure: ['CC=/tmp/cc'] })).toBe(false);
  expect(read({ configure: ['PYTHON_FOR_REGEN=/tmp/x'] })).toBe(false);
  expect(read({ configure: ['--srcdir=/x', 'a b'] })).toBe(false);
  expect(read({ env: { 'lower case': '1' } })).toBe(false);
});

describe('a side', () => {
  test.each([
    ['3.13+a\\,b\\+c.patch,-Wl\\,-z\\,now', '3.13', ['a,b+c.patch'], { ...NONE, cflags: '-Wl,-z,now' }],
    ['v3.13.5', 'v3.13.5', [], NONE],
    [
      'v3.13.5+a.patch+remove-zombieframe,-O3,PYTHON_JIT=1',
      'v3.13.5',
      ['a.patch', 'remove-zombieframe'],
      { ...NONE, cflags: '-O3', env: { PYTHON_JIT: '1' } },
    ],
    [',-O2', '', [], { ...NONE, cflags: '-O2' }],
    ['+a.patch', '', ['a.patch'], NONE],
    ['3.3.0a3+', '3.3.0a3+', [], NONE],
    [import.meta.filename, import.meta.filename, [], NONE],
  ])('%s', (text, place, changes, settings) => {
    expect(parseSide(text)).toEqual({ name: text, place, changes, settings });
  });

  test.each(['', 'v3.9++a', 'v3.9,', 'v3.9,,-O3'])('%j is refused', (text) => {
    expect(() => parseSide(text)).toThrow(/empty/);
  });
});
