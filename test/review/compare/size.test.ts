import { expect, test } from 'vitest';
import { compare, diff, statuses } from './diffs.ts';

/** Two megabytes take a second or two on an idle machine; what takes the square of its size takes minutes. */
const LIMIT = 15_000;

const many = (n: number, lines: (i: number) => readonly string[]) =>
  diff(Array.from({ length: n }, (_, i) => [1 + i * 12, lines(i)] as const));
const words = 'word '.repeat(20);

function counts(old: string, now: string): Record<string, number> {
  const out: Record<string, number> = {};
  for (const status of statuses(compare(old, now))) out[status] = (out[status] ?? 0) + 1;
  return out;
}

test('thousands of equal changes are paired by the lines around them', { timeout: LIMIT }, () => {
  const change = (i: number) => [` ctx${i}`, '-    return NULL;', '+    return 0;', ` y${i}`];
  const late = (i: number) => change(i + 5);
  expect(counts(many(8000, change), many(8000, late))).toEqual({ moved: 7995, context: 5 });
});

test('a thousand new ones in front do not put the rest out of step', { timeout: LIMIT }, () => {
  const change = (kind: string, by: number) => (i: number) => [
    ' x',
    `-${kind} int value_${i - by} = 1; /* ${words} */`,
    `+${kind} int value_${i - by} = 2; /* ${words} */`,
    ' y',
  ];
  const [old, now] = [many(6000, change('static', 0)), many(6000, change('extern', 1000))];
  expect(old.length).toBeGreaterThan(1_500_000);
  expect(counts(old, now)).toEqual({ changed: 5000, added: 1000, removed: 1000 });
});

test('nothing in common', { timeout: LIMIT }, () => {
  const found = counts(
    many(6000, (i) => [' x', `-a${i} ${words}`, ' y']),
    many(6000, (i) => [' x', `+b${i} ${words}`, ' y']),
  );
  expect(found).toEqual({ removed: 6000, added: 6000 });
});

test('one hunk with more lines than anybody reads, all of them others', { timeout: LIMIT }, () => {
  const lines = (seed: number) =>
    Array.from({ length: 25_000 }, (_, i) => `+line ${(seed * i * 7919) % 100_003} of ${seed}, something more ${i}`);
  expect(counts(diff([[1, lines(1)]]), diff([[1, lines(2)]]))).toEqual({ changed: 1 });
});

test('one hunk of thousands of changes', { timeout: LIMIT }, () => {
  const lines = Array.from({ length: 25_000 }, (_, i) => `${i % 2 === 0 ? '+' : ' '}line ${i}`);
  const other = lines.map((line, i) => (i % 10 === 0 ? `${line} and more` : line));
  expect(counts(diff([[1, lines]]), diff([[1, other]]))).toEqual({ changed: 2500, same: 10_000 });
});

test('thousands of files that went to another folder', { timeout: LIMIT }, () => {
  const files = (folder: string) =>
    Array.from({ length: 3000 }, (_, i) => diff([[1, [' x', `-old_${i}`, `+new_${i}`]]], `${folder}/${folder}${i}.c`));
  const found = compare(files('one').join(''), files('two').join('')).patches[0]?.files ?? [];
  expect(found).toHaveLength(3000);
  expect(found.every(({ path, oldPath }) => oldPath === path.replaceAll('two', 'one'))).toBe(true);
});
