import { expect, test } from 'vitest';
import { type Drafted, draftEdits } from '../../../src/patch/draft/draft.ts';
import { memoryTree } from '../memory-tree.ts';

/** Drafts what leads from some files to others. */
async function draft(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<Drafted> {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const files = paths.map((path) => ({ path, before: before[path], after: after[path], mode: false }));
  return draftEdits(files, memoryTree(before));
}

/** One C file before and after: the edits, which the generator has tried. */
async function edits(before: string, after: string): Promise<readonly object[]> {
  const drafted = await draft({ 'Objects/a.c': before }, { 'Objects/a.c': after });
  expect(drafted).toMatchObject({ differs: undefined, left: [] });
  return drafted.edits;
}

const inFunction = (...lines: string[]) =>
  `static int\nf(Pool *pool, int n)\n{\n${lines.map((l) => `    ${l}\n`).join('')}}\n`;

test('a #define that gets another value', async () => {
  expect(await edits('#define LIMIT 200  /* most */\nint x;\n', '#define LIMIT 0  /* most */\nint x;\n')).toEqual([
    { kind: 'set-define', name: 'LIMIT', value: 0 },
  ]);
});

test('an expression: the smallest that tells its place in the function', async () => {
  const before = inFunction('n = grown(n, SMALL);', 'return use(pool, n);');
  expect(await edits(before, before.replace('SMALL', 'LARGE'))).toEqual([
    { kind: 'replace-expression', match: 'SMALL', with: 'LARGE', in: 'f' },
  ]);
});

test('local names become metavariables', async () => {
  const before = inFunction('if (pool->sep[n] != SEP) return 1;', 'return pool->sep[0] == SEP;');
  expect(await edits(before, before.replace('pool->sep[n] != SEP', '!issep(pool->sep[n])'))).toEqual([
    { kind: 'replace-expression', match: '$POOL->sep[$N] != SEP', with: '!issep($POOL->sep[$N])', in: 'f' },
  ]);
});

test('the same change at all places of a function is one edit with times:', async () => {
  const before = inFunction(
    'n = call(SYS_one, n);',
    'use(n);',
    'more(n);',
    'log(n);',
    'end(n);',
    'return call(SYS_one, 0);',
  );
  expect(await edits(before, before.replaceAll('SYS_one', 'NR_one'))).toEqual([
    { kind: 'replace-expression', match: 'SYS_one', with: 'NR_one', in: 'f', times: 2 },
  ]);
});

test('of two equal calls only one: what is around it tells it', async () => {
  const before = inFunction('n = call(A, 1);', 'n = other(call(A, 1));', 'return n;');
  const [edit, ...more] = await edits(before, before.replace('other(call(A, 1))', 'other(call(B, 1))'));
  expect(more).toEqual([]);
  expect(edit).toMatchObject({ kind: 'replace-expression', match: 'other(call(A, 1))', with: 'other(call(B, 1))' });
});

test('statements that go and come', async () => {
  const before = inFunction('begin(pool);', 'tune(pool, n);', 'return end(pool);');
  expect(await edits(before, before.replace('    tune(pool, n);\n', ''))).toEqual([
    { kind: 'drop-statement', match: 'tune($POOL, $N);', in: 'f' },
  ]);
  expect(await edits(before, before.replace('    return', '    check(pool);\n    return'))).toEqual([
    { kind: 'insert', in: 'f', after: 'tune($POOL, $N);', text: 'check(pool);' },
  ]);
});

test('a member and a function that go', async () => {
  expect(
    await edits('typedef struct {\n    int a;\n    int b;\n} Pool;\n', 'typedef struct {\n    int a;\n} Pool;\n'),
  ).toEqual([{ kind: 'drop-field', struct: 'Pool', field: 'b' }]);
  const one = 'int\none(void)\n{\n    return 1;\n}\n';
  const two = 'int\ntwo(void)\n{\n    return 2;\n}\n';
  expect(await edits(`int x;\n\n${one}\n${two}`, `int x;\n\n${two}`)).toEqual([{ kind: 'drop-function', name: 'one' }]);
});

test('words of a comment', async () => {
  const before = `/* Frames come from a list, the last\n   one of a code object is kept. */\n${inFunction('return n;')}`;
  const [edit] = await edits(before, before.replace('is kept', 'is freed'));
  expect(edit).toMatchObject({ kind: 'edit-comment', from: 'kept.', with: 'freed.' });
});

test('several changes in neighbouring lines are several edits', async () => {
  const before = inFunction('n = call(A, n);', 'use(B);', 'return n;');
  const after = inFunction('n = call(C, n);', 'use(D);', 'return n;');
  expect(await edits(before, after)).toEqual([
    { kind: 'replace-expression', match: 'A', with: 'C', in: 'f' },
    { kind: 'replace-expression', match: 'B', with: 'D', in: 'f' },
  ]);
});

test('what no edit says is exact text, with as much around it as tells its place', async () => {
  const block = (name: string) => `#ifdef ${name}\nint x;\n#endif\n`;
  const before = `${block('A')}int y;\n${block('B')}`;
  const after = `${block('A')}int y;\n${block('B').replace('int', 'extern int')}`;
  expect(await edits(before, after)).toEqual([
    { kind: 'edit-text', find: '#ifdef B\nint x;\n', with: '#ifdef B\nextern int x;\n' },
  ]);
});

test('a branch that an #if gets, and an #if that comes in around code', async () => {
  const block = (name: string) => `#ifdef ${name}\nint x;\n#endif\n`;
  const before = `${block('A')}int y;\n${block('B')}`;
  const after = `${block('A')}int y;\n${block('B').replace('#endif', '#else\nlong x;\n#endif')}`;
  expect(await edits(before, after)).toEqual([{ kind: 'add-branch', to: '#ifdef B', text: 'long x;' }]);
  const one = inFunction('begin(pool);', 'n = make(pool, n);', 'return n;');
  const guarded = '#ifdef HAVE_MAKE\n    n = make(pool, n);\n#else\n    n = other(n);\n#endif\n';
  expect(await edits(one, one.replace('    n = make(pool, n);\n', guarded))).toEqual([
    { kind: 'guard', match: '$N = make($POOL, $N);', under: '#ifdef HAVE_MAKE', else: '$N = other($N);', in: 'f' },
  ]);
  const lines = '#include <a.h>\n#include <b.h>\nint x;\n';
  expect(await edits(lines, lines.replace('#include <b.h>\n', '#if B\n#include <b.h>\n#endif /* B */\n'))).toEqual([
    { kind: 'guard', lines: '#include <b.h>', under: '#if B', label: 'B' },
  ]);
});

test('another header, and a statement behind a label', async () => {
  expect(await edits('#include <Rpc.h>\nint x;\n', '#include <rpc.h>\nint x;\n')).toEqual([
    { kind: 'edit-include', header: 'Rpc.h', with: 'rpc.h' },
  ]);
  const before = inFunction('keep(pool);', 'return 0;', 'error:', 'drop(pool);').replace('    error', 'error');
  expect(await edits(before, before.replace('error:\n', 'error:\n    clear(n);\n'))).not.toContainEqual(
    expect.objectContaining({ kind: 'edit-text' }),
  );
});

test('of code that stands in two branches of an #if, given: says which is meant', async () => {
  const before = inFunction('#ifdef W', 'find(pool);', '#else', 'find(pool);', '#endif').replaceAll('    #', '#');
  const [edit] = await edits(before, before.replace('#else\n', '#else\n    n = 1;\n'));
  expect(edit).toMatchObject({ kind: 'insert', before: 'find($POOL);', given: { W: false } });
});

test('exact text beside an edit of code in one function', async () => {
  const before = inFunction('n = call(A, n);', 'more(n);', '#ifdef X', 'use(n);', '#endif', 'return n;').replaceAll(
    '    #',
    '#',
  );
  const after = before.replace('call(A', 'call(B').replace('#ifdef X', '#ifdef Y');
  const kinds = (await edits(before, after)).map((edit) => (edit as { kind: string }).kind);
  expect(kinds).toContain('replace-expression');
});

test('line ends are kept', async () => {
  const before = inFunction('n = call(A, n);', 'return n;').replaceAll('\n', '\r\n');
  const after = before.replace('    return', '    log(n);\r\n    return').replace('call(A', 'call(B');
  const drafted = await edits(before, after);
  expect(drafted).not.toContainEqual(expect.objectContaining({ kind: 'edit-text' }));
});

test('a field that code still uses cannot go by itself: the draft says it as text', async () => {
  const files = {
    'Include/a.h': 'typedef struct {\n    int a;\n    int b;\n} Pool;\n',
    'Objects/b.c': inFunction('return pool->b;'),
  };
  const drafted = await draft(files, { ...files, 'Include/a.h': 'typedef struct {\n    int a;\n} Pool;\n' });
  expect(drafted.differs).toBeUndefined();
  expect(drafted.edits).toEqual([expect.objectContaining({ kind: 'edit-text' })]);
});

test('what cannot be said is told', async () => {
  const drafted = await draft({ 'a.c': 'int x;\n', 'b.c': 'int y;\n' }, { 'a.c': 'int z;\n' });
  expect(drafted.left).toEqual([{ path: 'b.c', why: 'the file is removed' }]);
});

test('a type in a declaration', async () => {
  const before = inFunction('int argc;', 'const char *v;', 'return use(argc, v);');
  expect(await edits(before, before.replace('int argc', 'Size argc'))).toEqual([
    { kind: 'replace-expression', match: 'int argc;', with: 'Size argc;', in: 'f' },
  ]);
});

test('conditions of #ifs, and lines outside of functions', async () => {
  const part = (name: string) => `#ifdef HAVE_A\nint ${name};\n#endif /* HAVE_A */\n\n`;
  const before = `#include <a.h>\n\n${part('x')}${part('y')}`;
  const after = `#include <a.h>\n\n#if __APPLE__\n#define NONE\n#endif\n\n${part('x')}${part('y').replaceAll('HAVE_A', 'HAVE_B')}`;
  expect(await edits(before, after)).toEqual([
    { kind: 'add-lines', after: '#include <a.h>\n\n', text: '#if __APPLE__\n#define NONE\n#endif\n\n' },
    {
      kind: 'edit-condition',
      if: 'defined(HAVE_A)',
      with: 'defined(HAVE_B)',
      holds: 'y',
      labels: { HAVE_A: 'HAVE_B' },
    },
  ]);
});

test('a function gets another name', async () => {
  const before = `static int\none(int n)\n{\n    return n > 0 ? one(n - 1) : 0;\n}\n\n${inFunction('return one(n);')}`;
  const [edit, ...more] = await edits(before, before.replaceAll('one(', 'first('));
  expect(edit).toMatchObject({ kind: 'rename', from: 'one', to: 'first' });
  expect(more).toEqual([]);
});

test('lines that go on both sides of one that stays', async () => {
  const drafted = await draft({ 'configure.ac': 'A\nif x\nfi\n\n\ncase\n' }, { 'configure.ac': 'A\n\ncase\n' });
  expect(drafted.differs).toBeUndefined();
});
