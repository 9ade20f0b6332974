import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareReviews } from '../../../src/review/compare/index.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { ReviewComparison } from '../../../src/review/types.ts';

const side = (text: string, label = 'x') => ({ label, patches: readPatchText(text, { file: `${label}.patch` }) });
const compare = (old: string, now: string) => compareReviews(side(old, 'old'), side(now, 'now'));
const statuses = ({ patches }: ReviewComparison) =>
  patches.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks.map(({ status }) => status)));
const shipped = (name: string) => readFileSync(new URL(`../../../patches/${name}`, import.meta.url), 'latin1');

/** A diff of one file: hunks of [first line, lines with their signs]. */
function diff(hunks: readonly (readonly [number, readonly string[]])[], file = 'a.c'): string {
  let shift = 0;
  const text = hunks.map(([start, lines]) => {
    const count = (other: string) => lines.filter((line) => line[0] !== other).length;
    // An empty side is named by the line before it.
    const at = (line: number, n: number) => `${n === 0 ? line - 1 : line},${n}`;
    const head = `@@ -${at(start, count('+'))} +${at(start + shift, count('-'))} @@`;
    shift += count('-') - count('+');
    return [head, ...lines].join('\n');
  });
  return `--- a/${file}\n+++ b/${file}\n${text.join('\n')}\n`;
}

const ONE = [' before', '-int limit = 1;', '+int limit = 2;', ' after'] as const;

describe('one change', () => {
  test.each([
    ['the same', 10, ONE, ['same'], 'same'],
    ['further down', 20, ONE, ['moved'], 'context-only'],
    ['with another line before it', 10, [' other', ...ONE.slice(1)], ['context'], 'context-only'],
    ['with more context', 9, [' more', ...ONE], ['moved'], 'context-only'],
    ['that adds something else', 10, ONE.map((l) => l.replace('= 2', '= 3')), ['changed'], 'changed'],
    ['that removes something else', 10, ONE.map((l) => l.replace('= 1', '= 0')), ['changed'], 'changed'],
    ['with another line end', 10, ONE.map((l) => (l[0] === '+' ? `${l}\r` : l)), ['changed'], 'changed'],
    ['with other white space', 10, ONE.map((l) => l.replace('+int', '+  int')), ['white-space'], 'context-only'],
    ['with other white space in a literal', 10, ONE.map((l) => l.replace('= 2', '= "a  b"')), ['changed'], 'changed'],
    ['that is another', 10, [' x', '-foo();', '+bar(1);', ' y'], ['removed', 'added'], 'changed'],
  ] as const)('%s', (_, start, lines, hunks, status) => {
    const found = compare(diff([[10, [...ONE]]]), diff([[start, [...lines]]]));
    expect(statuses(found)).toEqual(hunks);
    expect(found.patches[0]?.status).toBe(status);
  });

  test('what is shown of it are both hunks’ lines with their own signs, and the words that changed', () => {
    const now = ONE.map((line) => line.replace('= 2', '= 3'));
    const [hunk] = compare(diff([[10, [...ONE]]]), diff([[10, now]])).patches[0]?.files[0]?.hunks ?? [];
    expect(hunk?.rows.map(({ kind, text }) => [kind, text])).toEqual([
      ['context', ' before'],
      ['context', '-int limit = 1;'],
      ['removed', '+int limit = 2;'],
      ['added', '+int limit = 3;'],
      ['context', ' after'],
    ]);
    const added = hunk?.rows[3];
    expect(added?.marks.map(([from, to]) => added.text.slice(from, to))).toEqual(['3']);
  });
});

test('neighbours that one diff has in one hunk and the other in two are the same two changes', () => {
  const first = ['-old_one();', '+new_one();'];
  const second = ['-old_two();', '+new_two();'];
  const together = diff([[1, [' a', ...first, ' b', ' c', ...second, ' d']]]);
  const apart = diff([
    [1, [' a', ...first, ' b', ' c', ' x']],
    [7, [' y', ' b', ' c', ...second, ' d']],
  ]);
  expect(statuses(compare(together, apart)).every((status) => status !== 'changed')).toBe(true);
  expect(statuses(compare(together, apart))).toHaveLength(2);
});

test('a header that went to another folder is the same file', () => {
  const found = compare(diff([[10, [...ONE]]], 'Include/code.h'), diff([[10, [...ONE]]], 'Include/cpython/code.h'));
  expect(found.patches[0]?.files).toMatchObject([
    { path: 'Include/cpython/code.h', oldPath: 'Include/code.h', status: 'same' },
  ]);
});

describe('white space', () => {
  const change = (old: string, now: string, file = 'a.c') =>
    statuses(compare(diff([[1, [` x`, `-${old}`, ' y']]], file), diff([[1, [` x`, `-${now}`, ' y']]], file)));

  test.each([
    ['f(a,b);', 'f(a, b);', 'a.c', 'white-space'],
    ['int a; /* one */', 'int a;    /* one */', 'a.h', 'white-space'],
    ['int a; /* one */', 'int a; /* two */', 'a.h', 'changed'],
    ['s = "a b";', 's = "a  b c";', 'a.c', 'changed'],
    ['#define A(x) x', '#define A (x) x', 'a.c', 'changed'],
    ['x = 1', '    x = 1', 'a.py', 'changed'],
    ['return a;', 'returna;', 'a.c', 'changed'],
  ])('%j → %j in %s: %s', (old, now, file, status) => {
    const found = change(old, now, file);
    if (status === 'changed') expect(found).not.toContain('white-space');
    else expect(found).toEqual([status]);
  });
});

describe('a series', () => {
  const mail = (subject: string, body: string) =>
    `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] ${subject}\n\nWhy.\n---\n${body}`;
  const a = mail('First', diff([[10, [...ONE]]], 'a.c'));
  const b = mail('Second', diff([[5, [' x', '-foo(1, 2);', '+bar(1, 2);', ' y']]], 'b.c'));
  const c = mail('Third', diff([[7, ['+static int third;', ' z']]], 'c.c'));

  test('patches are paired whatever their order', () => {
    const found = compare(a + b + c, c + a + b);
    expect(found.patches.map(({ title, oldIndex, newIndex, status }) => [title, oldIndex, newIndex, status])).toEqual([
      ['Third', 3, 1, 'same'],
      ['First', 1, 2, 'same'],
      ['Second', 2, 3, 'same'],
    ]);
  });

  test('one that went and one that came', () => {
    const found = compare(a + b, b + c);
    expect(found.patches.map(({ title, status }) => [title, status])).toEqual([
      ['First', 'removed'],
      ['Second', 'same'],
      ['Third', 'added'],
    ]);
    expect(found.counts).toEqual({ same: 1, 'context-only': 0, changed: 0, removed: 1, added: 1 });
  });

  test('one with another title that does the same is the same', () => {
    const found = compare(a, a.replace('First', 'Renamed'));
    expect(found.patches).toMatchObject([
      { status: 'same', facts: [{ label: 'Title', old: 'First', new: 'Renamed' }] },
    ]);
  });
});

describe('properties', () => {
  const word = fc.constantFrom('x', 'y = 1;', 'return f;', '    if (a)', '', '}', 'foo(bar, baz);');
  const line = fc.tuple(fc.constantFrom(' ', '-', '+'), word).map(([sign, text]) => sign + text);
  const lines = fc.array(line, { minLength: 1, maxLength: 12 });
  const hunks = fc
    .array(lines, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((one, i) => [1 + i * 50, [...one, '+end']] as const));

  test('anything compared with itself is the same', () => {
    fc.assert(
      fc.property(hunks, (all) => {
        const found = compare(diff(all), diff(all));
        expect(statuses(found).every((status) => status === 'same')).toBe(true);
      }),
    );
  });

  test('line numbers alone are never more than moved', () => {
    fc.assert(
      fc.property(hunks, fc.integer({ min: 1, max: 9 }), (all, by) => {
        const found = compare(diff(all), diff(all.map(([start, some]) => [start + by, some] as const)));
        expect(new Set(statuses(found))).toEqual(new Set(['moved']));
      }),
    );
  });

  test('every change is told once on each side, and same, moved and context change the same', () => {
    fc.assert(
      fc.property(hunks, hunks, (one, other) => {
        const found = compare(diff(one), diff(other)).patches.flatMap(({ files }) => files.flatMap((f) => f.hunks));
        const changes = (all: typeof one) => all.flatMap(([, some]) => some.filter((l) => l[0] !== ' ')).length;
        const told = (which: 'old' | 'new') =>
          found.flatMap((hunk) => hunk[which]?.rows.filter(({ kind }) => kind !== 'context') ?? []).length;
        expect(told('old')).toBe(changes(one));
        expect(told('new')).toBe(changes(other));
        for (const { status, old, new: now } of found) {
          if (status !== 'same' && status !== 'moved' && status !== 'context') continue;
          const of = (rows: NonNullable<typeof old>['rows'] | undefined) =>
            rows?.filter(({ kind }) => kind !== 'context').map(({ kind, text }) => kind + text);
          expect(of(old?.rows)).toEqual(of(now?.rows));
        }
      }),
    );
  });

  test('the other way round, what was added is removed', () => {
    fc.assert(
      fc.property(hunks, hunks, (one, other) => {
        const count = (found: ReviewComparison, status: string) => statuses(found).filter((s) => s === status).length;
        const [there, back] = [compare(diff(one), diff(other)), compare(diff(other), diff(one))];
        expect(count(back, 'removed')).toBe(count(there, 'added'));
        expect(count(back, 'added')).toBe(count(there, 'removed'));
      }),
    );
  });
});

test('the shipped patch of 2.7 and that of 3.9: the same deeds, told apart from the context around them', () => {
  const found = compare(shipped('2.7/remove-zombieframe.patch'), shipped('3.9/remove-zombieframe.patch'));
  const [patch] = found.patches;
  expect(patch?.files.map(({ path, oldPath, status }) => [path, oldPath, status])).toEqual([
    ['Include/cpython/code.h', 'Include/code.h', 'context-only'],
    ['Lib/test/test_gdb.py', undefined, 'changed'],
    ['Objects/codeobject.c', undefined, 'context-only'],
    ['Objects/frameobject.c', undefined, 'changed'],
    ['Lib/test/test_sys.py', undefined, 'removed'],
  ]);
  expect(patch?.facts.map(({ label }) => label)).toEqual(['Python', 'Base']);
});

test('a patch of two megabytes is compared in seconds', () => {
  const big = Array.from(
    { length: 6000 },
    (_, i) =>
      [
        1 + i * 12,
        [
          ' x',
          `-static int value_${i} = ${i}; /* ${'word '.repeat(20)}*/`,
          `+static int value_${i} = ${i + 1}; /* ${'word '.repeat(20)}*/`,
          ' y',
        ],
      ] as const,
  );
  const other = big.map(([start, some], i) =>
    i % 3 === 0 ? ([start, some.map((l) => l.replace('static', 'extern'))] as const) : ([start, some] as const),
  );
  const [old, now] = [diff(big), diff(other)];
  expect(old.length).toBeGreaterThan(1_500_000);
  const found = compare(old, now);
  expect(statuses(found).filter((status) => status === 'changed')).toHaveLength(2000);
});
