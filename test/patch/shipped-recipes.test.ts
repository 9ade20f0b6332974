/** What the shipped recipes do to small sources of each shape. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipesFolder, after as textOf } from './recipes.ts';

async function run(id: string, python: string, files: Record<string, string>, given: Record<string, string> = {}) {
  const recipe = await loadRecipe(path.join(recipesFolder, `${id}.yaml`));
  return generate(recipe, memoryTree(files, python), given);
}
const verdictOf = async (...args: Parameters<typeof run>) => (await run(...args)).verdict;

const FREELIST_311 = (name: string, value: number) =>
  `#ifndef WITH_FREELISTS\n#  define ${name} 0\n#endif\n#ifndef ${name}\n#  define ${name} ${value}\n#endif\n`;

describe('frame-freelist', () => {
  const FILE = 'Objects/frameobject.c';
  test.each([
    ['2.5.1', 'MAXFREELIST'],
    ['2.7.18', 'PyFrame_MAXFREELIST'],
    ['3.9.2', 'PyFrame_MAXFREELIST'],
  ])('%s: the limit, 0 included', async (python, name) => {
    const text = `static int numfree;\n#define ${name} 200\n`;
    expect(textOf(await run('frame-freelist', python, { [FILE]: text }, { limit: '0' }), FILE)).toBe(
      `static int numfree;\n#define ${name} 0\n`,
    );
  });
  test('drifted without the define, not applicable without a list or from 3.11 on', async () => {
    expect(await verdictOf('frame-freelist', '3.9.2', { [FILE]: 'static int numfree;\n' })).toBe('drifted');
    expect(await verdictOf('frame-freelist', '3.9.2', { [FILE]: 'int x;\n' })).toBe('not-applicable');
    expect(await verdictOf('frame-freelist', '3.11.2', { [FILE]: 'static int numfree;\n' })).toBe('not-applicable');
  });
});

describe('small-freelists', () => {
  const old = {
    'Objects/tupleobject.c': '#define PyTuple_MAXSAVESIZE 20\n#define PyTuple_MAXFREELIST 2000 /* each */\n',
    'Objects/listobject.c': '#define PyList_MAXFREELIST 80\n',
    'Objects/dictobject.c': '#define PyDict_MAXFREELIST 80\n',
    'Objects/setobject.c': '#define PySet_MAXFREELIST 80\n',
    'Objects/classobject.c': '#define PyMethod_MAXFREELIST 256\n',
    'Objects/methodobject.c': '#define PyCFunction_MAXFREELIST 256\n',
    'Objects/unicodeobject.c': '#define PyUnicode_MAXFREELIST 1024\n',
  };
  test('2.7: all of them by one parameter, one by its own', async () => {
    const result = await run('small-freelists', '2.7.18', old, { all: '3', list: '80', dict: '0' });
    expect(textOf(result, 'Objects/tupleobject.c')).toBe(
      '#define PyTuple_MAXSAVESIZE 20\n#define PyTuple_MAXFREELIST 3 /* each */\n',
    );
    expect(textOf(result, 'Objects/dictobject.c')).toBe('#define PyDict_MAXFREELIST 0\n');
    expect(textOf(result, 'Objects/listobject.c')).toBe('(unchanged)');
    expect(textOf(result, 'Objects/unicodeobject.c')).toBe('#define PyUnicode_MAXFREELIST 3\n');
  });
  test('one of them in no file of the tree: told, where the version is known to have it', async () => {
    const without = { ...old, 'Objects/setobject.c': 'int x;\n' };
    expect(problemsOf(await run('small-freelists', '2.7.18', without))).toEqual([
      'patch/not-there : PySet_MAXFREELIST is in no source file of the tree, nor a name like it: it is left out',
    ]);
    // 3.3.0a1 has no PyUnicode_MAXFREELIST any more, 3.6.0a1 no _PyAsyncGen_MAXFREELIST yet.
    const { 'Objects/setobject.c': _set, ...later } = old;
    expect(problemsOf(await run('small-freelists', '3.4.0a3', later)).join()).not.toContain('PySet_MAXFREELIST');
  });
  test.each([
    ['Objects/sets.c', '#define PySet_MAXFREELIST 80\n', 'it is in Objects/sets.c:1'],
    [
      'Objects/setobject.c',
      '#define Py_set_MAXFREELIST 80\n',
      'Py_set_MAXFREELIST is in Objects/setobject.c:1: is that its',
    ],
  ])('one of them moved or renamed: drifted, as a whole (%s)', async (file, text, told) => {
    const { 'Objects/setobject.c': _set, ...others } = old;
    const result = await run('small-freelists', '2.7.18', { ...others, [file]: text });
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result).join('\n')).toContain(told);
  });
  test('what a fork has turned off stays off', async () => {
    const off = { ...old, 'Objects/listobject.c': '#define PyList_MAXFREELIST 0\n' };
    expect(textOf(await run('small-freelists', '2.7.18', off), 'Objects/listobject.c')).toBe('(unchanged)');
  });

  const names = { tuple: 'PyTuple', list: 'PyList', dict: 'PyDict', context: 'PyContext', genobject: '_PyAsyncGen' };
  const header = (name: string) => `Include/internal/pycore_${name}.h`;
  const new311 = Object.fromEntries(
    Object.entries({ ...names, floatobject: 'PyFloat' }).map(([k, v]) => [
      header(k),
      FREELIST_311(`${v}_MAXFREELIST`, 80),
    ]),
  );
  test.each(['0', '5'])('3.11, limit %s: the 0 of builds without free lists stays', async (all) => {
    const result = await run('small-freelists', '3.11.2', new311, { all });
    for (const [name, prefix] of Object.entries(names))
      expect(textOf(result, header(name))).toBe(FREELIST_311(`${prefix}_MAXFREELIST`, Number(all)));
  });
  test('3.13: in one header, #ifdef and #else', async () => {
    const define = (value: string) =>
      [...Object.values(names), 'PyFloat'].map((n) => `#  define ${n}_MAXFREELIST ${value}\n`).join('');
    const file = 'Include/internal/pycore_freelist.h';
    const text = (value: string) => `#ifdef WITH_FREELISTS\n${define(value)}#else\n${define('0')}#endif\n`;
    expect(textOf(await run('small-freelists', '3.13.5', { [file]: text('80') }), file)).toBe(text('8'));
  });
});

describe('tables and thresholds', () => {
  test.each([
    [
      'method-cache-size',
      '2.7.18',
      'Objects/typeobject.c',
      '#define MCACHE_SIZE_EXP 12\n',
      '#define MCACHE_SIZE_EXP 9\n',
    ],
    [
      'method-cache-size',
      '3.13.5',
      'Include/internal/pycore_typeobject.h',
      '#define MCACHE_SIZE_EXP 12\n',
      '#define MCACHE_SIZE_EXP 9\n',
    ],
    [
      'small-int-range',
      '2.7.18',
      'Objects/intobject.c',
      '#ifndef NSMALLPOSINTS\n#define NSMALLPOSINTS 257\n#endif\n#define NSMALLNEGINTS 5\n',
      '#ifndef NSMALLPOSINTS\n#define NSMALLPOSINTS 1025\n#endif\n#define NSMALLNEGINTS 1\n',
    ],
    [
      'small-int-range',
      '3.9.2',
      'Include/internal/pycore_interp.h',
      '#define _PY_NSMALLPOSINTS 257\n#define _PY_NSMALLNEGINTS 5\n',
      '#define _PY_NSMALLPOSINTS 1025\n#define _PY_NSMALLNEGINTS 1\n',
    ],
    [
      'arena-size',
      '2.7.18',
      'Objects/obmalloc.c',
      '#define ARENA_SIZE (256 << 10) /* 256KiB */\n',
      '#define ARENA_SIZE (1 << 16) /* 2**16 bytes */\n',
    ],
    [
      'arena-size',
      '3.13.5',
      'Include/internal/pycore_obmalloc.h',
      '#ifdef L\n#define ARENA_BITS 20 /* 1 MiB */\n#else\n#define ARENA_BITS 18 /* 256 KiB */\n#endif\n#define ARENA_SIZE (1 << ARENA_BITS)\n',
      '#ifdef L\n#define ARENA_BITS 16 /* 2**16 bytes */\n#else\n#define ARENA_BITS 16 /* 2**16 bytes */\n#endif\n#define ARENA_SIZE (1 << ARENA_BITS)\n',
    ],
    [
      'opcode-cache-threshold',
      '3.9.2',
      'Python/ceval.c',
      '#ifdef Py_DEBUG\n#define OPCACHE_MIN_RUNS 0\n#else\n#define OPCACHE_MIN_RUNS 1024\n#endif\n',
      '#ifdef Py_DEBUG\n#define OPCACHE_MIN_RUNS 0\n#else\n#define OPCACHE_MIN_RUNS 16384\n#endif\n',
    ],
    [
      'data-stack-chunk',
      '3.11.2',
      'Python/pystate.c',
      '#define DATA_STACK_CHUNK_SIZE (16*1024)\n',
      '#define DATA_STACK_CHUNK_SIZE (64*1024)\n',
    ],
    [
      'specialization-warmup',
      '3.11.2',
      'Include/internal/pycore_code.h',
      '#define QUICKENING_WARMUP_DELAY 8\n',
      '#define QUICKENING_WARMUP_DELAY 32\n',
    ],
    [
      'specialization-warmup',
      '3.13.5',
      'Include/internal/pycore_code.h',
      '#define ADAPTIVE_WARMUP_VALUE 1\n#define ADAPTIVE_WARMUP_BACKOFF 1\n',
      '#define ADAPTIVE_WARMUP_VALUE 32\n#define ADAPTIVE_WARMUP_BACKOFF 1\n',
    ],
    ...['2.7.18', '3.13.5'].map((python) => [
      'thread-stack-size',
      python,
      'Python/thread_pthread.h',
      '#ifndef THREAD_STACK_SIZE\n#define THREAD_STACK_SIZE       0       /* use default stack size */\n#endif\n#if X && THREAD_STACK_SIZE == 0\n#undef  THREAD_STACK_SIZE\n#define THREAD_STACK_SIZE       0x400000\n#endif\n',
      '#ifndef THREAD_STACK_SIZE\n#define THREAD_STACK_SIZE       (1024*1024)  /* the same everywhere */\n#endif\n#if X && THREAD_STACK_SIZE == 0\n#undef  THREAD_STACK_SIZE\n#define THREAD_STACK_SIZE       0x400000\n#endif\n',
    ]),
    [
      'int-max-str-digits',
      '3.11.2',
      'Include/internal/pycore_long.h',
      '#define _PY_LONG_DEFAULT_MAX_STR_DIGITS 4300\n#define _PY_LONG_MAX_STR_DIGITS_THRESHOLD 640\n',
      '#define _PY_LONG_DEFAULT_MAX_STR_DIGITS 640\n#define _PY_LONG_MAX_STR_DIGITS_THRESHOLD 640\n',
    ],
  ])('%s on %s', async (id = '', python = '', file = '', from = '', to = '') => {
    expect(textOf(await run(id, python, { [file]: from }), file)).toBe(to);
    expect(await verdictOf(id, python, { [file]: to })).toBe('already-applied');
  });

  test.each([
    ['700', '3.11.2'],
    ['2000', '3.13.5'],
  ])('gc-thresholds: from %s on %s', async (young, python) => {
    const file = 'Include/internal/pycore_runtime_init.h';
    const text = (a: string, b: string, c: string) =>
      [a, b, c].map((n) => `                { .threshold = ${n}, }, \\\n`).join('');
    const given = { young: '5000', middle: '20', old: '30' };
    expect(textOf(await run('gc-thresholds', python, { [file]: text(young, '10', '10') }, given), file)).toBe(
      text('5000', '20', '30'),
    );
    expect(await verdictOf('gc-thresholds', python, { [file]: text('900', '10', '10') })).not.toBe('applies');
  });

  test('small-int-range is refused where the integers are static data', async () => {
    const file = 'Include/internal/pycore_global_objects.h';
    expect(await verdictOf('small-int-range', '3.11.2', { [file]: '#define _PY_NSMALLPOSINTS 257\n' })).toBe(
      'not-applicable',
    );
  });

  test('no-docstrings asks configure, and changes no file', async () => {
    const result = await run('no-docstrings', '3.9.2', { configure: 'x\n' });
    expect(result.verdict === 'applies' && result.patch.buildOptions).toEqual(['--without-doc-strings']);
    expect(result.verdict === 'applies' && result.patch.files).toEqual([]);
  });
});

describe('interned-strings-mortal', () => {
  const immortal = (name: string, indent: string) => `${indent}_PyUnicode_InternImmortal(interp, &${name});\n`;
  const comment = (indent: string) =>
    `${indent}// marshal is meant to serialize .pyc files with code\n${indent}// objects, and code-related strings are currently immortal.\n`;
  const inFunction = (body: string) => `static int\nf(void)\n{\n${body}    return 0;\n}\n`;
  const files = {
    'Objects/codeobject.c': inFunction(immortal('names[i]', '    ')),
    'Parser/pegen.c': inFunction(immortal('id', '    ')),
    'Parser/action_helpers.c': inFunction(immortal('uni', '    ')),
    'Python/marshal.c': inFunction([16, 12].map((n) => comment(' '.repeat(n)) + immortal('v', ' '.repeat(n))).join('')),
    'Python/ceval.c': inFunction('    PyList_SET_ITEM(keys, k - co->co_posonlyargcount, co_varnames[k]);\n'),
  };
  test('every place where names of code are interned, and the list that took references it was not given', async () => {
    const result = await run('interned-strings-mortal', '3.13.5', files);
    for (const file of Object.keys(files)) expect(textOf(result, file)).not.toMatch(/Immortal|are currently immortal/);
    expect(textOf(result, 'Python/ceval.c')).toContain('co_posonlyargcount, Py_NewRef(co_varnames[k]));');
    expect(textOf(result, 'Python/marshal.c').match(/_PyUnicode_InternMortal\(interp, &v\)/g)).toHaveLength(2);
  });
  test.each(Object.keys(files))('without %s as it is known nothing is written', async (file) => {
    expect(await verdictOf('interned-strings-mortal', '3.13.5', { ...files, [file]: 'int x;\n' })).toBe('drifted');
  });
  test('names are mortal already up to 3.11', async () => {
    expect(await verdictOf('interned-strings-mortal', '3.11.2', files)).toBe('not-applicable');
  });
});

describe('set-define, given', () => {
  test('0 is not taken for done where the other define is the one that counts', async () => {
    const files = {
      'Python/ceval.c': '#ifdef Py_DEBUG\n#define OPCACHE_MIN_RUNS 0\n#else\n#define OPCACHE_MIN_RUNS 9\n#endif\n',
    };
    const result = await run('opcode-cache-threshold', '3.9.2', files, { runs: '0' });
    // The comment that the edit of the comment looks for is not there: nothing is done by half.
    expect(result.verdict).toBe('drifted');
    expect(textOf(await run('opcode-cache-threshold', '3.9.2', files, { runs: '7' }), 'Python/ceval.c')).toContain(
      '#define OPCACHE_MIN_RUNS 0\n#else\n#define OPCACHE_MIN_RUNS 7\n',
    );
  });
});

describe('bounded-int-float-blocks', () => {
  test('without the blocks in the shape that is known: drifted, nothing written', async () => {
    const files = { 'Objects/intobject.c': 'static X *fill_free_list(void);\n', 'Objects/floatobject.c': 'int x;\n' };
    expect(await verdictOf('bounded-int-float-blocks', '2.7.18', files)).toBe('drifted');
    expect(await verdictOf('bounded-int-float-blocks', '3.2.1', files)).toBe('not-applicable');
  });
});
