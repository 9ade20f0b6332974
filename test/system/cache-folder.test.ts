import { chmod, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, compiledFolder, isMarkedCache, markCache } from '../../src/system/cache-folder.ts';

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

test('compiled code lies where nobody else can write, or nowhere', async () => {
  const cache = path.join(folder, 'cache');
  const ask = () => compiledFolder({ FORKWRIGHT_CACHE: cache });
  const compiled = path.join(cache, 'compiled');
  expect(ask()).toBe(compiled);
  expect(isMarkedCache(cache)).toBe(true);
  for (const at of [cache, compiled]) {
    await chmod(at, 0o777);
    expect(ask()).toBeUndefined();
    await chmod(at, 0o700);
    expect(ask()).toBe(compiled);
  }
  await rename(compiled, path.join(folder, 'elsewhere'));
  await symlink(path.join(folder, 'elsewhere'), compiled);
  expect(ask()).toBeUndefined();
  expect(compiledFolder({ FORKWRIGHT_CACHE: '/proc/forkwright' })).toBeUndefined();
});
