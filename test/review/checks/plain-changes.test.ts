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
