import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/system/diagnostic.ts';
import { fileProblem, makeFolder, readInside, readJson, writeFileAtomic, writeJson } from '../../src/system/files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeFileAtomic', () => {
  test('makes folders, writes, and leaves nothing beside', async () => {
    const file = path.join(folder, 'a/b/c.txt');
    await writeFileAtomic(file, 'one');
    await writeFileAtomic(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    expect(await readdir(path.dirname(file))).toEqual(['c.txt']);
  });

  test('through a symbolic link the file behind it is written, also one that is not there yet', async () => {
    await writeFile(path.join(folder, 'real'), 'old');
    await symlink('real', path.join(folder, 'link'));
    await writeFileAtomic(path.join(folder, 'link'), 'new');
    expect(await readFile(path.join(folder, 'real'), 'utf8')).toBe('new');
    await symlink('later', path.join(folder, 'dangling'));
    await writeFileAtomic(path.join(folder, 'dangling'), 'made');
    expect(await readFile(path.join(folder, 'later'), 'utf8')).toBe('made');
    expect((await lstat(path.join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect((await lstat(path.join(folder, 'dangling'))).isSymbolicLink()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['dangling', 'later', 'link', 'real']);
  });

  test('a pipe is written into, not replaced', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const read = readFile(pipe, 'utf8');
    await writeFileAtomic(pipe, 'through');
    expect(await read).toBe('through');
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  test('what cannot be written is told by its own name', async () => {
    await mkdir(path.join(folder, 'taken'));
    const error = await writeFileAtomic(path.join(folder, 'taken'), 'x').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).diagnostics[0]?.place?.file).toBe(path.join(folder, 'taken'));
  });

  test('a full disk keeps the old content and says what to do', async () => {
    // /dev/full answers every write with ENOSPC, as a full disk does.
    await expect(writeFile('/dev/full', 'x')).rejects.toMatchObject({ code: 'ENOSPC' });
    const error = fileProblem(Object.assign(new Error('write'), { code: 'ENOSPC' }), 'write the report');
    expect(error?.diagnostics[0]).toMatchObject({
      code: 'system/enospc',
      message: 'cannot write the report: the disk is full',
    });
    expect(error?.diagnostics[0]?.hint).toContain('forkwright cache');
  });

  test('a path through a file is the user’s error, not a bug', async () => {
    await writeFile(path.join(folder, 'file'), '');
    await expect(writeFileAtomic(path.join(folder, 'file/below'), 'x')).rejects.toBeInstanceOf(UserError);
  });

  test('other errors are not dressed up as the user’s', () => {
    expect(fileProblem(new TypeError('bug'), 'write')).toBeUndefined();
    expect(fileProblem(Object.assign(new Error(), { code: 'ELOOP' }), 'read')?.message).toContain('in a circle');
  });
});

test('a file system that makes no folders is told, not tried for ever', async () => {
  await expect(writeFileAtomic('/proc/forkwright/x', 'x')).rejects.toBeInstanceOf(UserError);
});

describe('readJson', () => {
  test.runIf(process.platform !== 'win32')('a device may never end, and is not read', async () => {
    await expect(readJson('/dev/zero', z.unknown(), 'the thing')).rejects.toThrow(
      'the thing is to be read from a file',
    );
  });

  const schema = z.strictObject({ n: z.number() });

  test('gives back what writeJson wrote', async () => {
    const file = path.join(folder, 'x.json');
    await writeJson(file, { n: 3 });
    expect(await readJson(file, schema, 'the thing')).toEqual({ n: 3 });
  });

  test('a missing file is undefined', async () => {
    expect(await readJson(path.join(folder, 'none'), schema, 'the thing')).toBeUndefined();
  });

  test.each([
    ['{"n":', 'the thing is not valid JSON'],
    ['{"n":"3"}', 'the thing does not have the expected shape'],
    ['{"n":3,"m":4}', 'the thing does not have the expected shape'],
  ])('%s is refused', async (text, message) => {
    const file = path.join(folder, 'bad.json');
    await writeFile(file, text);
    await expect(readJson(file, schema, 'the thing')).rejects.toThrow(message);
  });

  test('a folder in its place is the user’s error', async () => {
    await mkdir(path.join(folder, 'd'));
    await expect(readJson(path.join(folder, 'd'), schema, 'the thing')).rejects.toBeInstanceOf(UserError);
  });
});

test.skipIf(process.platform === 'win32')('a pipe in the place of a file is refused, and not waited for', async () => {
  const pipe = path.join(folder, 'run.json');
  execFileSync('mkfifo', [pipe]);
  await expect(readJson(pipe, z.object({}), 'the run’s record')).rejects.toThrow('no plain one');
  await expect(readInside(folder, 'run.json', 'read it')).rejects.toThrow('no plain one');
});

test('what somebody else’s data names is read in its folder only', async () => {
  const inner = path.join(folder, 'run');
  await mkdir(path.join(inner, 'patches'), { recursive: true });
  await writeFile(path.join(folder, 'secret'), 'x');
  await writeFile(path.join(inner, 'patches/a.patch'), 'diff');
  await symlink('../../secret', path.join(inner, 'patches/b.patch'));
  await symlink('a.patch', path.join(inner, 'patches/c.patch'));
  expect(String(await readInside(inner, 'patches/a.patch', 'read it'))).toBe('diff');
  expect(String(await readInside(inner, 'patches/c.patch', 'read it'))).toBe('diff');
  for (const name of ['patches/b.patch', '../secret', 'patches/../../secret'])
    await expect(readInside(inner, name, 'read it')).rejects.toThrow('leads out of the folder');
});

test('permissions are told as such', async () => {
  if (process.getuid?.() === 0) {
    // Root may write anywhere: the mapping alone can be shown.
    expect(
      fileProblem(Object.assign(new Error(), { code: 'EACCES', path: '/x' }), 'write')?.diagnostics[0]?.place,
    ).toEqual({ file: '/x' });
    return;
  }
  await chmod(folder, 0o500);
  await expect(writeFileAtomic(path.join(folder, 'x'), 'x')).rejects.toThrow('permission denied');
  await chmod(folder, 0o700);
});

test('a folder that several make at the same moment is there for all of them', async () => {
  for (let round = 0; round < 60; round++) {
    const deep = (n: number) => path.join(folder, `${round}/a/b/c`, String(n % 4));
    await Promise.all(Array.from({ length: 12 }, (_, n) => makeFolder(deep(n))));
  }
});
