import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInside, LONGEST_WINDOWS_PATH, samePath, tooLong, toPosix } from '../../src/system/paths.ts';

const FLAVOURS = [
  { name: 'win32', flavour: path.win32, root: 'C:\\Users\\Ada Lovelace\\cpython' },
  { name: 'posix', flavour: path.posix, root: '/home/ada lovelace/cpython' },
] as const;

describe.each(FLAVOURS)('$name', ({ flavour, root }) => {
  test('a path as sources name it', () => {
    expect(toPosix(flavour.join('Modules', 'gcmodule.c'), flavour)).toBe('Modules/gcmodule.c');
  });

  test('what lies in a folder', () => {
    for (const file of ['', 'Lib', '..cache', 'a b/c'])
      expect(isInside(flavour.join(root, file), root, flavour), file).toBe(true);
    for (const file of ['..', '../x', '../cpython2/Lib'])
      expect(isInside(flavour.join(root, file), root, flavour), file).toBe(false);
  });

  test('joined and taken apart again, any name is the same', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_ .-]*[A-Za-z0-9_]$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
        const file = flavour.join(root, ...names);
        expect(isInside(file, root, flavour)).toBe(true);
        expect(toPosix(flavour.relative(root, file), flavour)).toBe(names.join('/'));
      }),
    );
  });
});

test('a backslash is a letter on POSIX', () => expect(toPosix('a\\b', path.posix)).toBe('a\\b'));

describe('Windows', () => {
  test('names have no case, and either slash parts them', () => {
    expect(samePath('C:\\Py\\lib', 'c:/py/Lib', path.win32)).toBe(true);
    expect(samePath('/py/lib', '/py/Lib', path.posix)).toBe(false);
    expect(isInside('c:\\PY\\Lib\\os.py', 'C:\\Py', path.win32)).toBe(true);
  });
  test('another drive and another share are elsewhere', () => {
    expect(isInside('D:\\Py\\Lib', 'C:\\Py', path.win32)).toBe(false);
    expect(isInside('\\\\server\\share\\Py', 'C:\\Py', path.win32)).toBe(false);
    expect(isInside('\\\\server\\share\\Py\\Lib', '\\\\server\\share\\Py', path.win32)).toBe(true);
  });
  test('paths that are too long', () => {
    const room = LONGEST_WINDOWS_PATH - 'C:\\fw\\'.length;
    const [fits, not] = ['x'.repeat(room), 'x'.repeat(room + 1)] as const;
    expect(tooLong('C:\\fw', [fits, not])).toEqual([not]);
  });
});
