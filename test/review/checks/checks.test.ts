import { describe, expect, test } from 'vitest';
import type { SyntaxCheck } from '../../../src/builds/check-syntax.ts';
import { structChanges, structsOf } from '../../../src/c/structs.ts';
import { generateSeries } from '../../../src/patch/index.ts';
import { type CheckInput, runChecks, runChecksOnFiles } from '../../../src/review/checks/index.ts';
import { reviewOfPatch } from '../../../src/review/model/from-series.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { ReviewCheck } from '../../../src/review/types.ts';
import type { Context } from '../../../src/system/context.ts';
import { memoryTree } from '../../patch/memory-tree.ts';
import { recipeOf } from '../../patch/recipes.ts';

const ctx: Context = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/nowhere', jobs: 1, env: {} };

const HEADER = `#ifndef CODE_H
#ifndef Py_LIMITED_API
typedef struct {
    PyObject_HEAD
    int first, *second[2];   /* two; of them */
    void *zf;                /* put aside */
    int (*call)(int, char);
    unsigned int flag:1;
} CodeObject;
#endif
PyAPI_FUNC(int) Code_Use(CodeObject *, int);
#endif
`;
const SOURCE = `#define LIMIT 9
#ifdef WITH_X
void drop(CodeObject *co)
{
    if (co->zf != NULL)
        Py_DECREF(co->zf);
    keep(co);
}
#endif
`;
const RECIPE = `id: t
title: A title
why: A reason
cpython: ">=2.5"
files: ["a.c", "Include/code.h"]
edits:
  - set-define: {name: LIMIT, value: 0}
  - fold: {if: "$C->zf != NULL", is: false}
  - drop-field: {struct: CodeObject, field: zf}
expect:
  cpython-tests:
    - {test: test_gc, fails: one less}
`;
const FILES = {
  'a.c': SOURCE,
  'Include/code.h': HEADER,
  'Lib/test/test_code.py': 'x = "zf"\n',
  'Tools/gdb/libpython.py': 'def f(co):\n    return co["zf"]\n',
  'b.c': 'int x = LIMIT;\n',
};

async function input(files: Record<string, string> = FILES, more: Partial<CheckInput> = {}): Promise<CheckInput> {
  const tree = memoryTree(files);
  const made = await generateSeries([{ recipe: recipeOf(RECIPE), params: {} }], tree);
  const patches = made.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));
  expect(patches, JSON.stringify(made[0]?.result)).toHaveLength(1);
  return {
    patches,
    generated: true,
    reviewed: patches.map((patch) => ({ files: reviewOfPatch(patch) })),
    tree,
    ...more,
  };
}
const check = async (id: ReviewCheck['id'], more: Partial<CheckInput> = {}, files: Record<string, string> = FILES) =>
  (await runChecks(await input(files, more), ctx)).find((one) => one.id === id) ?? expect.fail(id);
const said = ({ findings }: ReviewCheck) =>
  findings.map(({ severity, message, place }) => `${severity} ${place?.file ?? ''}:${place?.line ?? ''} ${message}`);

describe('structs', () => {
  test('fields of all shapes, with their declarations', () => {
    const [struct] = structsOf(HEADER);
    expect(struct?.name).toBe('CodeObject');
    expect(struct?.fields.map(({ name }) => name)).toEqual(['first', 'second', 'zf', 'call', 'flag']);
    expect(struct?.fields[2]?.declaration).toBe('void *zf');
  });

  test.each([
    ['struct tag {\n  int a;\n};', ['struct tag']],
    ['typedef struct tag {\n  int a;\n} Name;', ['Name']],
    ['typedef struct tag Name;\nstruct tag *f(struct tag *x);', []],
    ['struct {\n  int a;\n} variable;', []],
    ['typedef struct {\n  struct { int inner; } part;\n  int a;\n} Name;', ['Name']],
  ])('%j', (text, names) => {
    expect(structsOf(text).map(({ name }) => name)).toEqual(names);
  });

  const changed = (before: string, after: string) =>
    structChanges(structsOf(before), structsOf(after)).flatMap(({ fields }) =>
      fields.map((field) => `${field.kind} ${('old' in field ? field.old : field.now).name}`),
    );

  test.each([
    ['gone, new, otherwise', 'int a; int b; int c;', 'long a; int c; int d;', ['changed a', 'removed b', 'added d']],
    ['moved: it is named, and no neighbour', 'int a; int b; int c; int d;', 'int b; int c; int a; int d;', ['moved a']],
    [
      'two that move',
      'int a; int b; int c; int d; int e;',
      'int c; int d; int e; int b; int a;',
      ['moved a', 'moved b'],
    ],
    ['moved and otherwise', 'int a; int b; int c;', 'int b; int c; long a;', ['moved a']],
    ['under an #if now', 'int a;\nint b;', 'int a;\n#ifdef X\nint b;\n#endif', ['changed b']],
    ['in another branch', '#ifdef X\nint a;\n#else\n#endif', '#ifdef X\n#else\nint a;\n#endif', ['changed a']],
    ['once more', 'int a; int b;', 'int a; int b;\n#ifdef X\nint a;\n#endif', ['added a']],
    ['not once more', 'int a; int b;\n#ifdef X\nint a;\n#endif', 'int a; int b;', ['removed a']],
    ['a comment', 'int a;', '\n  int a; /* b */', []],
    ['a comment in the directive', '#ifdef X\nint a;\n#endif', '#ifdef X /* y */\nint a;\n#endif', []],
    ['after a macro without a semicolon', 'HEAD\nint a;', 'HEAD\n#ifdef X\nint a;\n#endif', ['changed a']],
  ])('%s', (_, before, after, expected) => {
    expect(changed(`struct s {\n${before}\n};`, `struct s {\n${after}\n};`)).toEqual(expected);
  });

  test('two of one name, in the branches of an #if, are compared each with its own', () => {
    const both = '#ifdef X\nstruct s { int a; };\n#else\nstruct s { int b; };\n#endif\n';
    expect(changed(both, `${both}int x;`)).toEqual([]);
    expect(changed(both, both.replace('int b', 'long b'))).toEqual(['changed b']);
  });
});

describe('checks', () => {
  test('the layout: what is written, and that sizes need builds', async () => {
    const found = await check('struct-layout');
    expect(found.verdict).toBe('attention');
    expect(found.summary).toContain('--run');
    expect(found.tables[0]?.rows).toEqual([['zf', 'void *zf', '–']]);
  });

  test('the ABI: who sees the struct', async () => {
    const found = await check('abi');
    expect(said(found)).toEqual(['warning Include/code.h:6 CodeObject (public, but not in the limited API) loses zf']);
    expect(found.verdict).toBe('attention');
  });

  test('a name of the stable ABI’s list is an error', async () => {
    const listed = async (text: string, path = 'Misc/stable_abi.toml') =>
      said(await check('abi', {}, { ...FILES, [path]: text })).filter((one) => one.includes('listed here'));
    const head = "# zf: a comment\n[function.f]\n    added = '3.2'  # zf\n[struct.CodeObject]\n    struct_abi_kind = ";
    const error = ['error Misc/stable_abi.toml:4 CodeObject (zf) changes, and is listed here: the stable ABI'];
    expect(await listed(`${head}'full-abi'\n`)).toEqual(error);
    expect(await listed(`${head}'members'\n    members = [\n      'first', # one\n      'zf']\n`)).toEqual(error);
    // A member after it moves.
    expect(await listed(`${head}'members'\n    members = ['flag']\n`)).toEqual(error);
    expect(await listed(`${head}'members'\n    members = ['first']\n`)).toEqual([]);
    expect(await listed(`${head}'opaque' # not members\n[struct.Other]\n    struct_abi_kind = 'full-abi'\n`)).toEqual(
      [],
    );
    expect(await listed('struct CodeObject\n    added 3.2\n    full-abi\n', 'Misc/stable_abi.txt')).toHaveLength(1);
    const abi = (size: string) =>
      `<class-decl name='CodeObject' ${size}>\n<var-decl name='zf'/>\n<parameter name='zf'/>\n`;
    expect(await listed(abi("size-in-bits='8'"), 'Doc/data/x.abi')).toEqual([
      'warning Doc/data/x.abi:1 CodeObject (zf) changes, and is listed here: a released ABI',
    ]);
    expect(await listed(abi("is-declaration-only='yes'"), 'Doc/data/x.abi')).toEqual([]);
  });

  test('who else knows the names, those that break first', async () => {
    const found = await check('other-users');
    expect(said(found)).toEqual([
      'warning Tools/gdb/libpython.py:2 zf goes, and is known here (gdb)',
      'note Lib/test/test_code.py:1 zf goes, and is known here (tests)',
      'note a.c:1 LIMIT is redefined, and used here (C)',
      'note b.c:1 LIMIT is redefined, and used here (C)',
    ]);
    expect(found.tables[0]?.rows.find(([name]) => name === 'zf')).toEqual(['zf', 'goes', '1', '0', '1', '0', '0', '0']);
  });

  test('tests that know a name and are not edited; those that are declared to fail', async () => {
    const found = await check('tests-touched');
    expect(said(found)).toEqual([
      'warning Lib/test/test_code.py: it knows zf, which goes, and is not edited',
      'note : test_gc is declared to fail: one less',
    ]);
  });

  test('#ifs: not compiled is not done; compiled is fine; worse is an error', async () => {
    expect(await check('if-coverage')).toMatchObject({ verdict: 'not-done' });
    const syntax = (verdict: SyntaxCheck['verdict']): SyntaxCheck[] => [
      { file: 'a.c', defines: ['NDEBUG', 'WITH_X'], verdict, problems: [] },
      { file: 'Include/code.h', defines: ['NDEBUG', 'Py_LIMITED_API'], verdict: 'fine', problems: [] },
    ];
    expect(await check('if-coverage', { syntax: syntax('fine') })).toMatchObject({ verdict: 'fine' });
    const worse = await check('if-coverage', { syntax: syntax('worse') });
    expect(said(worse)).toEqual(['error a.c: does not compile as before with -DWITH_X']);
    const nobody = await check('if-coverage', { syntax: syntax('not-checkable') });
    expect(said(nobody)).toEqual(['warning a.c: nobody has compiled it with -DWITH_X']);
  });

  test('references: a DECREF that goes is a question, not a verdict', async () => {
    const found = await check('refcounts');
    expect(found.verdict).toBe('attention');
    expect(found.findings[0]).toMatchObject({ place: { file: 'a.c' }, detail: ['-        Py_DECREF(co->zf);'] });
    expect(found.findings[0]?.message).toContain('a hint, not a proof');
    expect(found.tables[0]?.rows).toEqual([['a.c:6', '', '0 → 0', '1 → 0']]);
  });
});

test('of files alone: references are counted, the rest says what it needs', async () => {
  const patch = '--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n a\n-Py_INCREF(x); /* Py_DECREF(y) */\n+Py_DECREF(x);\n';
  const checks = await runChecksOnFiles(readPatchText(patch, { file: 'x.patch' }));
  expect(checks.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['struct-layout', 'not-done'],
    ['abi', 'not-done'],
    ['other-users', 'not-done'],
    ['tests-touched', 'not-done'],
    ['if-coverage', 'not-done'],
    ['refcounts', 'attention'],
  ]);
  expect(checks.at(-1)?.tables[0]?.rows[0]?.slice(2)).toEqual(['1 → 0', '0 → 1']);
});
