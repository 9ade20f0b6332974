import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, isMarkedCache, markCache } from '../../src/system/cache-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('FORKWRIGHT_CACHE names it, else it is an absolute folder of the user’s', () => {
  expect(cacheFolder({ FORKWRIGHT_CACHE: '/big/cache' })).toBe('/big/cache');
  expect(path.isAbsolute(cacheFolder({ FORKWRIGHT_CACHE: 'here' }))).toBe(true);
  expect(path.isAbsolute(cacheFolder({}))).toBe(true);
});

test('a new or empty folder is marked as a cache, with the tag that backup programs know', async () => {
  for (const dir of [path.join(folder, 'a/b'), path.join(folder, 'c')]) {
    markCache(dir);
    expect(isMarkedCache(dir)).toBe(true);
    expect(await readFile(path.join(dir, 'CACHEDIR.TAG'), 'utf8')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
    markCache(dir);
    expect(await readdir(dir)).toEqual(['CACHEDIR.TAG']);
  }
});

test('a folder that holds other things is never marked', async () => {
  await writeFile(path.join(folder, 'thesis.tex'), '');
  markCache(folder);
  expect(isMarkedCache(folder)).toBe(false);
  expect(await readdir(folder)).toEqual(['thesis.tex']);
});

test('where nothing can be written, nothing is thrown', () => {
  markCache('/proc/forkwright');
  expect(isMarkedCache('/proc/forkwright')).toBe(false);
});
