import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareFacts } from '../../src/builds/found.ts';
import { type InterpreterFacts, lookAtInterpreter, refuseOtherPython } from '../../src/builds/interpreter.ts';
import { printInterpreter } from '../../src/builds/interpreter-print.ts';

let dir: string;
const at = (name: string) => path.join(dir, name);
const signal = new AbortController().signal;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-found-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const FACTS: InterpreterFacts = {
  implementation: 'cpython',
  compiler: 'GCC 12.2.0',
  architecture: 'x86_64, 64 bits, little endian',
  cc: 'gcc',
  opt: '-DNDEBUG -g -O3',
  cflags: '-fwrapv -DNDEBUG -g -O3',
  ldflags: '',
  configure: "'--without-ensurepip' 'CFLAGS=-g -O2'",
  abi: 'cpython-313-x86_64-linux-gnu',
  debug: false,
  freeThreading: false,
  gil: true,
  path: [],
};

describe('what is no interpreter is refused before it is started', () => {
  const program = async (name: string, bytes: string, mode = 0o755) => {
    await writeFile(at(name), Buffer.from(bytes, 'latin1'));
    await chmod(at(name), mode);
    return at(name);
  };
  /** The first bytes of an ELF file: class, order, version, e_machine. */
  const elf = (machine: number) =>
    `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x03\0${String.fromCharCode(machine)}\0${'\0'.repeat(40)}`;

  test.each([
    ['a folder', async () => dir, /it is a folder/],
    ['nothing', async () => at('nothing'), /there is no such file/],
    ['a script', () => program('shim', '#!/bin/sh\nexec python3 "$@"\n'), /it is a script/],
    ['a text that a shell would take', () => program('text', 'echo hello; touch ran\n'), /it is not a program/],
    ['what may not be executed', () => program('plain', elf(62), 0o644), /may not be executed/],
    ['a program for another machine', () => program('s390', elf(22)), /it is for S\/390/],
  ])('%s', async (_, file, why) => {
    if (process.getuid?.() === undefined) return;
    await expect(lookAtInterpreter(await file(), { signal })).rejects.toThrow(why);
  });

  test('a program that is no Python: Node', async () => {
    await expect(lookAtInterpreter(process.execPath, { signal })).rejects.toMatchObject({
      diagnostics: [{ code: 'builds/no-interpreter', place: { file: process.execPath } }],
    });
  });

  test('another Python than CPython and its forks', () => {
    const looked = (implementation: string) => ({
      python: '/x/python',
      version: { major: 3, minor: 9, micro: 0, level: 'final', serial: 0, text: '3.9.0', short: '3.9' } as const,
      facts: { ...FACTS, implementation },
    });
    expect(() => refuseOtherPython(looked('pypy'))).toThrow('this is pypy, not CPython');
    expect(() => refuseOtherPython(looked('Stackless'))).not.toThrow();
  });
});

describe('what two interpreters say of how they were built', () => {
  const differ = (other: Partial<InterpreterFacts>, versions: readonly [string, string] = ['3.13.5', '3.13.5']) =>
    compareFacts([FACTS, { ...FACTS, ...other }], versions);

  test('the same: nothing', () => expect(differ({})).toEqual([]));
  test('of command lines the words that one has not, quotes kept together', () => {
    expect(differ({ configure: "'--without-ensurepip' 'CFLAGS=-g -O2' '--with-lto'" })).toEqual([
      "the configure arguments: (none) against '--with-lto'",
    ]);
    expect(differ({ cflags: '-fwrapv -DNDEBUG -g -g -O2' })).toEqual(['CFLAGS: -O3 against -g -O2']);
  });
  test('the same words in another order, for the last of two flags counts', () => {
    expect(differ({ opt: '-O3 -DNDEBUG -g' })).toEqual(['OPT: -DNDEBUG -g -O3 against -O3 -DNDEBUG -g']);
  });
  test('debug, GIL, shared library, version; what is not known', () => {
    expect(
      differ({ debug: true, freeThreading: true, gil: false, library: '/x/libpython.so', cflags: undefined }, [
        '3.13.5',
        '3.14.0',
      ]),
    ).toEqual([
      'the Python version: 3.13.5 against 3.14.0',
      'Py_DEBUG: no against yes',
      'built without the GIL: no against yes',
      'the GIL: on against off',
      'its code: in the program against in a shared library',
      'CFLAGS: -fwrapv -DNDEBUG -g -O3 against (not known)',
    ]);
  });
});

test('a fingerprint is of contents: program and library, whatever lies beside them', async () => {
  const ctx = { emit: () => {}, signal, cacheDir: at('cache'), jobs: 2, env: {} };
  const version = { major: 3, minor: 9, micro: 0, level: 'final', serial: 0, text: '3.9.0', short: '3.9' } as const;
  const print = async (name: string) => {
    const looked = { python: at(`${name}/python`), version, facts: { ...FACTS, path: [at(`${name}/lib`)] } };
    return printInterpreter(looked, ctx);
  };
  for (const name of ['one', 'two']) {
    await mkdir(at(`${name}/lib/json`), { recursive: true });
    await writeFile(at(`${name}/python`), 'program');
    await writeFile(at(`${name}/lib/os.py`), 'import sys\n');
    await writeFile(at(`${name}/lib/json/__init__.py`), '');
    await writeFile(at(`${name}/_x.so`), 'object');
    await symlink(`../_x.so`, at(`${name}/lib/_x.so`));
  }
  const one = await print('one');
  expect(one.library).toEqual({ files: 3, read: 3 });
  expect(await print('two')).toEqual(one);
  // Made by running, or never imported by what is measured.
  for (const folder of ['__pycache__', 'site-packages', 'test']) {
    await mkdir(at(`two/lib/${folder}`));
    await writeFile(at(`two/lib/${folder}/x.py`), 'x');
  }
  expect((await print('two')).fingerprint).toBe(one.fingerprint);
  await writeFile(at('two/_x.so'), 'another');
  expect((await print('two')).fingerprint).not.toBe(one.fingerprint);
  await writeFile(at('two/_x.so'), 'object');
  await writeFile(at('two/lib/os.py'), 'import os!\n');
  expect((await print('two')).fingerprint).not.toBe(one.fingerprint);
});
