import { expect, test } from 'vitest';
import type { FileChange } from '../../../src/patch/types.ts';
import { runChecks } from '../../../src/review/checks/index.ts';
import type { ReviewCheck } from '../../../src/review/types.ts';
import type { Context } from '../../../src/system/context.ts';
import { memoryTree } from '../../patch/memory-tree.ts';

const ctx: Context = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/nowhere', jobs: 1, env: {} };

/** One range, from the first character that differs to the last. */
function editsOf(before: string, after: string): FileChange['edits'] {
  let [start, end] = [0, 0];
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const replacement = after.slice(start, after.length - end);
  return [{ edit: 0, kind: 'patch file', why: '', start, end: before.length - end, replacement }];
}

/** A check of changes that no recipe made. */
async function check(
  id: ReviewCheck['id'],
  changes: Readonly<Record<string, readonly [before: string, after: string]>>,
  others: Readonly<Record<string, string>> = {},
): Promise<ReviewCheck> {
  const entries = Object.entries(changes);
  const files = entries.map(([path, [before, after]]) => ({ path, before, after, edits: editsOf(before, after) }));
  const tree = memoryTree({ ...Object.fromEntries(entries.map(([path, [before]]) => [path, before])), ...others });
  const patches = [{ files, expect: { tests: [], faster: [], slower: [] } }];
  const all = await runChecks({ patches, reviewed: [{ files: [] }], generated: false, tree }, ctx);
  return all.find((one) => one.id === id) ?? expect.fail(id);
}

const said = ({ findings }: ReviewCheck) =>
  findings.map(({ severity, message, place }) => `${severity} ${place?.file}:${place?.line ?? ''} ${message}`);

test.each([
  ['a macro goes', '#define X 1\n#define A(o) f(o)\n', '#define X 1\n', 'A (macro, public) is not defined any more'],
  ['a struct goes', 'int x;\nstruct s { int a; };\n', 'int x;\n', 'struct s (public) is not defined any more'],
  ['a type', '\ntypedef int (*call)(void);\n', '\ntypedef long (*call)(void);\n', 'its code differs from here on'],
  ['an inline function', '\nstatic inline int f(int *);', '\nstatic inline int f(char *);', 'its code differs'],
])('the ABI: %s, and that is not fine', async (_, before, after, message) => {
  const found = await check('abi', { 'Include/a.h': [before, after] });
  expect(found.verdict).toBe('attention');
  expect(said(found)).toEqual([expect.stringContaining(`warning Include/a.h:2 ${message}`)]);
});

test('the ABI: what moves to another header stays; what is new breaks nothing, and is not called internal', async () => {
  const moved = await check('abi', {
    'Include/a.h': ['#define A 1\nint x;\n', 'int x;\n'],
    'Include/b.h': ['int y;\n', '#define A 1\n#define B 2\nint y;\n'],
  });
  expect(said(moved)).not.toContainEqual(expect.stringContaining('A (macro'));
  const added = await check('abi', { 'Include/a.h': ['int x;\n', 'int x;\n#define B 2\n'] });
  expect([added.verdict, added.summary]).toEqual(['fine', expect.stringContaining('something is new')]);
  const comment = await check('abi', { 'Include/a.h': ['int x; /* a */\n', 'int  x; /* b */\n'] });
  expect([comment.verdict, comment.summary]).toEqual(['fine', expect.stringContaining('comments or white space only')]);
});

test('users in code are told, however many pages of the docs know the name, too', async () => {
  const docs = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`Doc/${i}.rst`, 'gone_name\n']));
  const found = await check(
    'other-users',
    { 'Objects/a.c': ['int gone_name;\n', 'int x;\n'] },
    { ...docs, 'Objects/b.c': 'extern int gone_name;\n' },
  );
  expect(found.verdict).toBe('attention');
  expect(said(found)[0]).toContain('warning Objects/b.c:1');
});

test('words of C itself go from a file, and nobody has to know', async () => {
  const found = await check(
    'other-users',
    { 'Objects/a.c': ['if (x) y; else z;\n', 'x; y; z;\n'] },
    { 'Objects/b.c': 'if (x) y; else z;\n' },
  );
  expect(found.summary).toContain('No name goes');
});

test('a test that is deleted is not one that is edited', async () => {
  const found = await check('tests-touched', { 'Lib/test/test_a.py': ['import unittest\n', ''] });
  expect([found.verdict, found.summary]).toEqual(['attention', '0 edited, 1 deleted, 0 declared to fail.']);
  expect(said(found)).toEqual([expect.stringContaining('this test is deleted')]);
});

test('the ABI: a guard against including twice hides nothing from the limited API', async () => {
  const header = (first: string, second: string) =>
    `#ifndef Py_A_H\n#define Py_A_H\n${first}#ifndef Py_LIMITED_API\n${second}#endif\n#endif\n`;
  const functions = ['PyAPI_FUNC(int) PyA_All(void);\n', 'PyAPI_FUNC(int) PyA_Some(void);\n'] as const;
  const found = await check('abi', { 'Include/a.h': [header(...functions), header('', '')] });
  expect(said(found)).toEqual([
    'warning Include/a.h:3 PyA_All (public) is not declared any more',
    'warning Include/a.h:5 PyA_Some (public, but not in the limited API) is not declared any more',
  ]);
});

test('a file that is renamed: its old name is known to nobody, a header is missed, a test is counted once', async () => {
  const moved = {
    'Include/a.h': ['', ''],
    'Include/b.h': ['#define A 1\n', '#define A 1\n'],
    'Lib/test/test_a.py': ['', ''],
    'Lib/test/test_b.py': ['x\n', 'y\n'],
  } as const;
  expect(said(await check('abi', moved))).toEqual([
    expect.stringContaining('warning Include/a.h: there is no such header any more'),
  ]);
  expect((await check('tests-touched', moved)).summary).toContain('1 edited');
});

test('an #if that the change brings decides, too', async () => {
  const found = await check('if-coverage', {
    'Objects/a.c': ['int x;\nint y;\n', 'int x;\n#ifdef __arm__\nint z;\n#endif\nint y;\n'],
    'Objects/b.c': ['#ifdef A\nint x;\n#endif\nint y;\n', 'int w;\n#ifdef B\nint x;\n#endif\nint y;\n'],
  });
  expect(found.verdict).toBe('not-done');
  expect(found.tables[0]?.rows.map(([file, macro]) => `${file} ${macro}`)).toEqual([
    'Objects/a.c __arm__',
    'Objects/b.c A',
    'Objects/b.c B',
  ]);
});

test('a field that moves is named, with where it was and where it is, on either side of an #if', async () => {
  const before = 'typedef struct {\n    int b_back;\n    int b_code;\n    int b_names;\n    int b_rest[1];\n} Box;\n';
  const after = before
    .replace('    int b_code;\n', '#ifdef MY_FORK\n    long b_run;\n#else\n    int b_code;\n#endif\n')
    .replace('    int b_rest', '#ifdef MY_FORK\n    int b_code;\n#endif\n    int b_rest');
  const change = { 'Include/box.h': [before, after] } as const;
  expect(said(await check('abi', change))).toEqual([
    'warning Include/box.h:3 Box (public) has b_code only under #else of #ifdef MY_FORK',
    'warning Include/box.h:4 Box (public) gains b_run under #ifdef MY_FORK',
    'warning Include/box.h:10 Box (public) has b_code once more, before b_rest under #ifdef MY_FORK',
  ]);
  expect((await check('struct-layout', change)).tables[0]?.rows).toEqual([
    [
      'b_code',
      'int b_code, before b_names',
      'int b_code, before b_names under #else of #ifdef MY_FORK; int b_code, before b_rest under #ifdef MY_FORK',
    ],
    ['b_run', '–', 'long b_run under #ifdef MY_FORK'],
  ]);
  const moved = before.replace('    int b_code;\n', '').replace('    int b_rest', '    int b_code;\n    int b_rest');
  expect(said(await check('abi', { 'Include/box.h': [before, moved] }))).toEqual([
    'warning Include/box.h:4 Box (public) moves b_code from before b_names to before b_rest',
  ]);
});

test('tests beside their packages, of tools and in C are tests; what is new is no edit', async () => {
  const found = await check('tests-touched', {
    'Lib/ctypes/test/test_one.py': ['a\n', 'b\n'],
    'Lib/distutils/tests/test_two.py': ['a\n', 'b\n'],
    'Lib/idlelib/idle_test/test_a.py': ['a\n', 'b\n'],
    'Lib/lib-tk/test/test_ttk/test_b.py': ['a\n', 'b\n'],
    'Modules/_decimal/tests/bench.py': ['a\n', 'b\n'],
    'Modules/_testcapi/long.c': ['int a;\n', 'int a, b;\n'],
    'Modules/_ctypes/_ctypes_test.c': ['int a;\n', 'int a, b;\n'],
    'Tools/freeze/test/freeze.py': ['a\n', 'b\n'],
    'Lib/tkinter/test/test_three.py': ['a\n', ''],
    'Lib/test/test_new.py': ['', 'import unittest\n'],
    'Lib/unittest/case.py': ['a\n', 'b\n'],
    'Lib/latest.py': ['a\n', 'b\n'],
    'Modules/fastest.c': ['int a;\n', 'int a, b;\n'],
    'Tools/msi/test/test.wxs': ['a\n', 'b\n'],
  });
  expect(found.summary).toBe('8 edited, 1 new, 1 deleted, 0 declared to fail.');
  expect(said(found).slice(0, 3)).toEqual([
    'warning Lib/tkinter/test/test_three.py: this test is deleted: what tests it now?',
    'note Lib/test/test_new.py: this test is new',
    'note Lib/ctypes/test/test_one.py: this test is edited: does it still test what it did?',
  ]);
});

test('a test beside its package that knows a name which goes, is no user that breaks, but is asked about', async () => {
  const change = { 'Objects/a.c': ['int gone_name;\n', 'int x;\n'] } as const;
  const others = { 'Lib/ctypes/test/test_a.py': 'gone_name\n' };
  expect(said(await check('other-users', change, others))).toEqual([
    'note Lib/ctypes/test/test_a.py:1 gone_name goes, and is known here (tests)',
  ]);
  expect(said(await check('tests-touched', change, others))).toEqual([
    'warning Lib/ctypes/test/test_a.py: it knows gone_name, which goes, and is not edited',
  ]);
});

const manyMacros = Array.from({ length: 50 }, (_, i) => `#define THING_${i} ${i}\n`).join('');
const lost = {
  'Include/a.h': ['#ifndef A_H\n#define A_H\n#endif\n', `#ifndef A_H\n#define A_H\n${manyMacros}#endif\n`],
  'Include/z.h': ['PyAPI_FUNC(int) PyThing_Size(PyObject *);\nint x;\n', 'int x;\n'],
} as const;

test('the worst comes first, and an error makes the check a no', async () => {
  const found = await check('abi', lost, { 'PC/python3.def': 'EXPORTS\n  PyThing_Size=python39.PyThing_Size\n' });
  expect(found.verdict).toBe('failed');
  expect(said(found).slice(0, 3)).toEqual([
    'error PC/python3.def:2 PyThing_Size changes, and is listed here: the stable ABI',
    'warning Include/z.h:1 PyThing_Size (public) is not declared any more',
    expect.stringContaining('note Include/a.h'),
  ]);
  expect((await check('abi', lost)).verdict).toBe('attention');
});

test('a struct that the list has by a typedef of another header', async () => {
  const before = 'struct _object {\n    Py_ssize_t ob_refcnt;\n    int last;\n};\n';
  const others = {
    'Include/pytypedefs.h': 'typedef struct _object PyObject;\n',
    'Misc/stable_abi.toml': "[struct.PyObject]\n    members = ['ob_refcnt']\n    struct_abi_kind = 'members'\n",
  };
  const listed = async (after: string) =>
    said(await check('abi', { 'Include/object.h': [before, after] }, others)).filter((one) => one.includes('listed'));
  expect(await listed(before.replace('ob_refcnt', 'count'))).toEqual([
    'error Misc/stable_abi.toml:1 PyObject (ob_refcnt) changes, and is listed here: the stable ABI',
  ]);
  expect(await listed(before.replace('    Py_', '    int pad;\n    Py_'))).toHaveLength(1);
  expect(await listed(before.replace('int last', 'long last'))).toEqual([]);
});

test('a name of the list is a whole word of it, and is told once a list', async () => {
  const lists = { 'PC/python3.def': '; PyThing_Size\n  PyThing_SizeOf\n  MyPyThing_Size\n  PyThing_Size$x\n' };
  expect((await check('abi', lost, lists)).verdict).toBe('attention');
});
