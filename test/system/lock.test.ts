/** A lock is its process's as long as that lives, and nobody's afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLocked, locked, tryLock } from '../../src/system/lock.ts';

let folder: string;
let target: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-lock-'));
  target = path.join(folder, 'entry');
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(folder, { recursive: true });
});

/** A process that has the lock. */
async function holder(): Promise<ChildProcess> {
  const code = `import(${JSON.stringify(path.resolve('src/system/lock.ts'))}).then(async ({ tryLock }) => {
    console.log((await tryLock(${JSON.stringify(target)})) === undefined ? 'not' : 'has');
    setInterval(() => {}, 1000);
  })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('has\n');
  return child;
}

const how = { signal: new AbortController().signal, onWait: () => {} };

test('of a living process, also of a stopped one, however long', async () => {
  const child = await holder();
  expect(await tryLock(target)).toBeUndefined();
  child.kill('SIGSTOP');
  // As old as if it had been stopped for a day.
  const old = new Date(Date.now() - 86_400_000);
  await utimes(path.join(`${target}.lock`, 'owner.1'), old, old);
  expect(await tryLock(target)).toBeUndefined();
  expect(await isLocked(target)).toBe(true);
});

test('of a killed process: free at once', async () => {
  const child = await holder();
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await isLocked(target)).toBe(false);
  const release = await tryLock(target);
  expect(release).toBeDefined();
  await release?.();
  expect(await readdir(folder)).toEqual([]);
});

test('this process has it only once', async () => {
  const release = await tryLock(target);
  expect(await tryLock(target)).toBeUndefined();
  await release?.();
  expect(await isLocked(target)).toBe(false);
});

test('another process with the same number is not its owner', async () => {
  const release = await tryLock(target);
  const file = path.join(`${target}.lock`, 'owner.1');
  const { readFile } = await import('node:fs/promises');
  const owner = JSON.parse(await readFile(file, 'utf8'));
  await release?.();
  await mkdir(`${target}.lock`);
  await writeFile(file, JSON.stringify({ ...owner, started: '1 of-another-start' }));
  expect(await isLocked(target)).toBe(false);
  await (await tryLock(target))?.();
});

test('of another machine: believed for ten minutes after it was last heard of', async () => {
  await mkdir(`${target}.lock`);
  const file = path.join(`${target}.lock`, 'owner.1');
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1 x' }));
  expect(await isLocked(target)).toBe(true);
  const old = new Date(Date.now() - 11 * 60_000);
  await utimes(file, old, old);
  expect(await isLocked(target)).toBe(false);
});

test('what is no owner locks nothing', async () => {
  await mkdir(`${target}.lock`);
  for (const text of ['', '{}', '{"pid":"x"}', '[]', 'null', '{"pid":-1,"host":"a","started":"b"}']) {
    await writeFile(path.join(`${target}.lock`, 'owner.3'), text);
    expect(await isLocked(target)).toBe(false);
  }
  await (await tryLock(target))?.();
  expect(existsSync(`${target}.lock`)).toBe(false);
});

test('one after the other: never two at once, and each has its turn', async () => {
  let inside = 0;
  let most = 0;
  const turn = () =>
    locked(target, how, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 6 }, turn));
  expect({ inside, most }).toEqual({ inside: 0, most: 1 });
  expect(await readdir(folder)).toEqual([]);
});

test('processes that race for a dead one’s lock: one gets it', async () => {
  const child = await holder();
  child.kill('SIGKILL');
  await once(child, 'close');
  const all = await Promise.all(Array.from({ length: 12 }, () => tryLock(target)));
  const got = all.filter((release) => release !== undefined);
  expect(got).toHaveLength(1);
  await got[0]?.();
});
