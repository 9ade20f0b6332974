import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInUse } from '../../src/builds/in-use.ts';
import { isBusy, pruneStore } from '../../src/builds/store.ts';

let cacheDir: string;
let entry: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'fw-in-use-'));
  entry = path.join(cacheDir, 'builds/0123456789abcdef');
  await mkdir(entry, { recursive: true });
  await writeFile(path.join(entry, 'python'), 'x');
});
afterEach(() => rm(cacheDir, { recursive: true }));

test('a build that a process uses is not pruned, and it is once that has ended', async () => {
  const code = `import(${JSON.stringify(path.resolve('src/builds/in-use.ts'))}).then(async ({ keepEntry }) => {
    await keepEntry(${JSON.stringify(entry)});
    console.log('kept');
    setInterval(() => {}, 1000);
  })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect(await pruneStore({ all: true }, { cacheDir })).toEqual([]);
  expect(await isBusy('0123456789abcdef', cacheDir)).toBe(true);
  expect(existsSync(path.join(entry, 'python'))).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await isInUse(entry)).toBe(false);
  expect(await pruneStore({ all: true }, { cacheDir })).toHaveLength(1);
  expect(existsSync(entry)).toBe(false);
  expect(existsSync(`${entry}.users`)).toBe(false);
});

test('a process that ends leaves nothing behind', async () => {
  const code = `import(${JSON.stringify(path.resolve('src/builds/in-use.ts'))}).then(({ keepEntry }) => keepEntry(${JSON.stringify(entry)}))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  await once(child, 'close');
  expect(existsSync(`${entry}.users`)).toBe(false);
});
