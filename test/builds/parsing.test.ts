import { describe, expect, test } from 'vitest';
import { findErrors } from '../../src/builds/compiler-errors.ts';
import { coreSetup, missingModules } from '../../src/builds/configure/modules.ts';
import { shortLine } from '../../src/builds/log-follow.ts';

describe('missingModules', () => {
  test.each([
    [
      '2.6',
      'Failed to find the necessary bits to build these modules:\n_bsddb             bsddb185           sunaudiodev     \nTo find the necessary bits, look in setup.py\n',
      ['_bsddb', 'bsddb185', 'sunaudiodev'],
    ],
    [
      '2.7, two lines of names and a module that failed',
      "Python build finished, but the necessary bits to build these modules were not found:\n_bsddb   _hashlib\ndbm      gdbm  \nTo find the necessary bits, look in setup.py in detect_modules() for the module's name.\n\n\nFailed to build these modules:\n_ssl               nis        \n\nrunning build_scripts\n",
      ['_bsddb', '_hashlib', '_ssl', 'dbm', 'gdbm', 'nis'],
    ],
    [
      '3.9, and not the modules that the Makefile built',
      'The necessary bits to build these optional modules were not found:\n_dbm     _gdbm\nTo find the necessary bits, look in setup.py\n\n\nThe following modules found by detect_modules() in setup.py, have been\nbuilt by the Makefile instead, as configured by the Setup files:\n_abc      atexit   pwd\n',
      ['_dbm', '_gdbm'],
    ],
    [
      '3.x, removed again',
      'Following modules built successfully but were removed because they could not be imported:\n_ctypes\n\n',
      ['_ctypes'],
    ],
    ['a complete build', 'running build_scripts\ncreating build/scripts-3.9\n', []],
  ])('%s', (_version, log, expected) => {
    expect(missingModules(log)).toEqual(expected);
  });
});

describe('findErrors', () => {
  test('gcc and clang', () => {
    const log = [
      "../src/Objects/frameobject.c: In function 'PyFrame_New':",
      "../src/Objects/frameobject.c:640:15: error: 'zombie' undeclared (first use in this function)",
      '  640 |     int x = zombie;',
      '/abs/src/Objects/codeobject.c:12:1: fatal error: nothing.h: No such file or directory',
      '../src/x.c:3:1: warning: no error: at all',
    ].join('\n');
    expect(findErrors(log)).toEqual([
      {
        kind: 'compile',
        message: "'zombie' undeclared (first use in this function)",
        file: '../src/Objects/frameobject.c',
        line: 640,
        column: 15,
      },
      {
        kind: 'compile',
        message: 'nothing.h: No such file or directory',
        file: '/abs/src/Objects/codeobject.c',
        line: 12,
        column: 1,
      },
    ]);
  });

  test("a linker's, with and without debug information", () => {
    const log = [
      "/usr/bin/ld: libpython2.7.a(frameobject.o): in function `PyFrame_New':",
      "/tmp/obj/../src/Objects/frameobject.c:640: undefined reference to `gone'",
      "frameobject.c:(.text+0x12): undefined reference to `also_gone'",
      'collect2: error: ld returned 1 exit status',
    ].join('\n');
    expect(findErrors(log).map((error) => [error.kind, error.message, error.line])).toEqual([
      ['link', 'undefined reference to gone', 640],
      ['link', 'undefined reference to also_gone', undefined],
    ]);
  });

  test("configure's, make's, and an interpreter that dies in mid-build", () => {
    const log = [
      'configure: error: no acceptable C compiler found in $PATH',
      'make: *** [Makefile:620: pybuilddir.txt] Segmentation fault',
      "make: *** No rule to make target '../src/Modules/_pickle.c', needed by 'Modules/_pickle.o'.  Stop.",
      'make: *** [Makefile:620: all] Error 2',
    ].join('\n');
    expect(findErrors(log).map((error) => [error.kind, error.message])).toEqual([
      ['configure', 'no acceptable C compiler found in $PATH'],
      ['crash', 'Segmentation fault while making pybuilddir.txt'],
      ['make', "No rule to make target '../src/Modules/_pickle.c', needed by 'Modules/_pickle.o'"],
    ]);
  });

  test('the same error of two compilations counts once', () => {
    const line = 'a.c:1:1: error: bad\n';
    expect(findErrors(line + line)).toHaveLength(1);
  });
});

describe('coreSetup', () => {
  const setup = [
    'posix posixmodule.c',
    '#math mathmodule.c _math.c # -lm # math library functions',
    '#_pickle _pickle.c	# pickle accelerator',
    '#readline readline.c -lreadline -ltermcap',
    '#_io -I$(srcdir)/Modules/_io _io/bufferedio.c',
    '#_sha512 -DX=1 sha512module.c',
    'time timemodule.c',
    '#time timemodule.c # -lm',
  ].join('\n');
  const sources = ['mathmodule.c', '_math.c', '_io/bufferedio.c', 'sha512module.c', 'timemodule.c', '_json.c'];

  test("takes the tree's own lines of modules that exist, need nothing, and are not built already", () => {
    expect(coreSetup(setup, (file) => sources.includes(file))).toBe(
      '*static*\nmath mathmodule.c _math.c\n_io -I$(srcdir)/Modules/_io _io/bufferedio.c\n_json _json.c\n',
    );
  });
});

test('a compile command is shown as its file', () => {
  expect(shortLine('gcc -pthread -c -O3 -I. -o Objects/frameobject.o ../src/Objects/frameobject.c')).toBe(
    'compiling Objects/frameobject.c',
  );
  expect(shortLine('checking for thing... yes ')).toBe('checking for thing... yes');
});
