import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namesPatches } from '../../src/change/patch-files.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-patch-files-'));
  for (const name of ['change', '0001-change.txt', 'recipe.yaml']) writeFileSync(path.join(dir, name), '');
});
afterAll(() => rmSync(dir, { recursive: true }));

test('what names patches: files of any name, folders, standard input; recipes and their files do not', () => {
  expect(['-', 'a.patch', 'a.diff', dir].filter(namesPatches)).toHaveLength(4);
  expect(namesPatches(path.join(dir, 'change'))).toBe(true);
  expect(namesPatches(path.join(dir, '0001-change.txt'))).toBe(true);
  expect(namesPatches(path.join(dir, 'recipe.yaml'))).toBe(false);
  expect(['remove-zombieframe', path.join(dir, 'nothing')].filter(namesPatches)).toEqual([]);
});
