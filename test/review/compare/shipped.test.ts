import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FileComparison, HunkComparison } from '../../../src/review/types.ts';
import { changed, compare, hunksOf, statuses } from './diffs.ts';

const patches = new URL('../../../patches/', import.meta.url);
const shipped = (name: string) => readFileSync(new URL(name, patches), 'latin1');
const versions = ['2.7', '3.9', '3.11', '3.13'];
const both = versions.flatMap((old) =>
  versions.flatMap((now) =>
    old === now
      ? []
      : readdirSync(new URL(`${old}/`, patches))
          .filter((name) => name.endsWith('.patch') && existsSync(new URL(`${now}/${name}`, patches)))
          .map((name) => [name, old, now] as const),
  ),
);

describe('every shipped patch against itself for another version', () => {
  test.each(both)('%s of %s and %s', (name, old, now) => {
    const [one, other] = [shipped(`${old}/${name}`), shipped(`${now}/${name}`)];
    const [there, back] = [compare(one, other), compare(other, one)];
    expect(there.patches).toHaveLength(1);
    for (const { status, old: before, new: after } of hunksOf(there)) {
      if (status === 'same' || status === 'moved' || status === 'context')
        expect(changed(before)).toEqual(changed(after));
    }
    const swapped = { added: 'removed', removed: 'added' } as Record<string, string>;
    expect(statuses(back).toSorted()).toEqual(
      statuses(there)
        .map((status) => swapped[status] ?? status)
        .toSorted(),
    );
    expect(new Set(statuses(compare(one, one)))).toEqual(new Set(['same']));
  });
});

const zombie = compare(shipped('2.7/remove-zombieframe.patch'), shipped('3.9/remove-zombieframe.patch'));
const file = (path: string): FileComparison | undefined => zombie.patches[0]?.files.find((one) => one.path === path);
const brief = ({ status, old, new: now }: HunkComparison) => [status, changed(old)[0]?.trim(), changed(now)[0]?.trim()];

describe('remove-zombieframe, 2.7 and 3.9', () => {
  test('each place in frameobject.c beside the one that does the same, though it looks otherwise', () => {
    expect(file('Objects/frameobject.c')?.hunks.map(brief)).toEqual([
      [
        'changed',
        'removed    In an attempt to improve the speed of function calls, we:',
        'removed    In an attempt to improve the speed of function calls, we:',
      ],
      // frame_dealloc: one change in 2.7, and in 3.9 two around an #if.
      ['changed', 'removed     if (co->co_zombieframe == NULL)', 'removed     if (co->co_zombieframe == NULL) {'],
      ['added', undefined, 'added     else'],
      ['added', undefined, 'removed     else {'],
      // PyFrame_New of 2.7 is frame_alloc in 3.9.
      ['changed', 'removed     if (code->co_zombieframe != NULL) {', 'removed     f = code->co_zombieframe;'],
    ]);
  });

  test('a field that is only set otherwise is no difference of substance', () => {
    expect(file('Include/cpython/code.h')).toMatchObject({ oldPath: 'Include/code.h', status: 'context-only' });
    expect(file('Objects/codeobject.c')?.hunks.map(({ status }) => status)).toEqual(['white-space', 'context']);
  });

  test('what gdb is told to print, change by change', () => {
    expect(file('Lib/test/test_gdb.py')?.hunks.map(({ status }) => status)).toEqual([
      'moved',
      'moved',
      'changed',
      'changed',
      'changed',
    ]);
  });
});

test('another name for the same at the same place is a change of it', () => {
  const found = compare(shipped('3.11/specialization-warmup.patch'), shipped('3.13/specialization-warmup.patch'));
  const dis = found.patches[0]?.files.find(({ path }) => path === 'Lib/test/test_dis.py');
  expect(dis?.hunks.map(brief)).toEqual([
    ['changed', 'removed QUICKENING_WARMUP_DELAY = 8', 'removed ADAPTIVE_WARMUP_DELAY = 2'],
  ]);
});
