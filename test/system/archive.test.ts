import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArchiveFile, badName, writeArchive } from '../../src/system/archive.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { runProcess } from '../../src/system/process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const AT = new Date('2026-11-23T10:20:30.456Z');
const LONG = `${'deep/'.repeat(60)}file.txt`;
const FILES: readonly ArchiveFile[] = [
  { name: 'run.sh', data: Buffer.from('#!/bin/sh\necho it runs\n'), executable: true },
  { name: 'A/python', data: Buffer.from([0, 1, 2, 255]), executable: true },
  { name: LONG, data: Buffer.from('far down') },
  { name: 'empty', data: new Uint8Array() },
];
const run = (file: string, ...args: string[]) =>
  runProcess(file, args, { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, timeoutMs: 60_000 });

test.each(['tar.gz', 'zip'])('a %s has the same bytes in every zone of time and order of files', async (form) => {
  const [one, two] = [path.join(folder, `one.${form}`), path.join(folder, `two.${form}`)];
  const zone = process.env.TZ;
  try {
    process.env.TZ = 'UTC';
    await writeArchive(one, FILES, 'top', AT);
    process.env.TZ = 'Asia/Tokyo';
    await writeArchive(two, FILES.toReversed(), 'top', new Date(AT.getTime() + 300));
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
  expect((await readFile(one)).equals(await readFile(two))).toBe(true);
  const other = FILES.map((file) => (file.name === 'empty' ? { ...file, data: Buffer.from('x') } : file));
  await writeArchive(two, other, 'top', AT);
  expect((await readFile(one)).equals(await readFile(two))).toBe(false);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('tar unpacks what was packed: bytes, modes, time, no owner', async () => {
  await writeArchive(path.join(folder, 'a.tgz'), FILES, 'top', AT);
  const listed = await run('tar', '--utc', '--numeric-owner', '-tvf', 'a.tgz');
  expect(listed.stdout).toMatch(/^-rwxr-xr-x 0\/0 +4 2026-11-23 10:20 top\/A\/python$/m);
  expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0 +0 2026-11-23 10:20 top\/empty$/m);
  expect((await run('tar', '-xf', 'a.tgz')).exitCode).toBe(0);
  for (const { name, data } of FILES)
    expect((await readFile(path.join(folder, 'top', name))).equals(data), name).toBe(true);
  expect((await run(path.join(folder, 'top/run.sh'))).stdout).toBe('it runs\n');
});

test('a folder is written as it would be unpacked, and never over another', async () => {
  const out = path.join(folder, 'as folder');
  await writeArchive(out, FILES, 'top', AT);
  expect((await stat(path.join(out, 'run.sh'))).mode & 0o777).toBe(0o755);
  expect((await stat(path.join(out, LONG))).mtimeMs).toBe(Date.parse('2026-11-23T10:20:30Z'));
  const again = await writeArchive(out, FILES, 'top', AT).catch((error: unknown) => error);
  expect(again).toBeInstanceOf(UserError);
  const mine = path.join(folder, 'mine');
  await mkdir(mine);
  await writeFile(path.join(mine, 'thesis'), 'x');
  await expect(writeArchive(mine, FILES, 'top', AT)).rejects.toThrow(/not empty/);
});

test.each([
  '../evil',
  'a/../../evil',
  '/etc/passwd',
  'C:/evil',
  'a\\..\\evil',
  'a//b',
  './a',
  '',
  'new\nline',
  'nul\0',
  'a:b',
])('the name %j is refused, and nothing is written', async (name) => {
  expect(badName(name)).toBeDefined();
  const file = path.join(folder, 'refused.tar.gz');
  await expect(writeArchive(file, [{ name, data: new Uint8Array() }], 'top', AT)).rejects.toThrow(UserError);
  await expect(stat(file)).rejects.toThrow();
});

test.each(['tar.gz', 'zip'])('where no file can be made, a %s says so', async (form) => {
  const there = path.join(folder, 'a file');
  await writeFile(there, 'x');
  await expect(writeArchive(path.join(there, `x.${form}`), FILES, 'top', AT)).rejects.toThrow(UserError);
});
