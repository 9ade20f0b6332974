import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Build } from '../../../src/builds/types.ts';
import { installed } from '../../../src/run/bundle/library.ts';

/** A build's folder with what a fork's tree may hold. */
async function build(files: Readonly<Record<string, string>>): Promise<Build> {
  const root = await mkdtemp(path.join(tmpdir(), 'fw-build-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const [src, obj] = [path.join(root, 'src'), path.join(root, 'obj')];
  return { key: 'k', pythonVersion: '3.9.2', root, src, obj, python: path.join(obj, 'python') } as unknown as Build;
}

const FILES = {
  'obj/python': 'ELF',
  'obj/pybuilddir.txt': 'build/lib.x\n',
  'obj/build/lib.x/_struct.so': 'so',
  'obj/build/lib.x/_sysconfigdata_x.py': 'data',
  'obj/build/lib.x/_sysconfigdata_x.pyc': 'cache',
  'src/Lib/os.py': 'os',
  'src/Lib/site-packages/README': 'x',
  'src/Lib/__pycache__/os.cpython-39.pyc': 'cache',
  'src/Lib/old.pyc': 'cache',
  'src/Lib/test/test_os.py': 'test',
  'src/Lib/json/tests/x.py': 'test',
  'src/Lib/idlelib/idle_test/x.py': 'test',
  'src/Lib/unittest/case.py': 'not a test',
};
const options = { withTests: false, windows: false, resume: 'forkwright run --resume RUN' };
const names = async (one: Build, more: Partial<typeof options> = {}) =>
  (await installed(one, 'A', { ...options, ...more })).map(({ name }) => name).sort();

test('a build is laid out as if it were installed, without caches and tests', async () => {
  const one = await build(FILES);
  expect(await names(one)).toEqual([
    'A/bin/python',
    'A/lib/python3.9/_sysconfigdata_x.py',
    'A/lib/python3.9/lib-dynload/_struct.so',
    'A/lib/python3.9/os.py',
    'A/lib/python3.9/site-packages/README',
    'A/lib/python3.9/unittest/case.py',
  ]);
  expect(await names(one, { withTests: true })).toContain('A/lib/python3.9/test/test_os.py');
});

test('a link of a tree’s does not bring a file of this machine along', async () => {
  const one = await build(FILES);
  await symlink('/etc/passwd', path.join(one.src, 'Lib/leak.py'));
  await symlink('/etc', path.join(one.src, 'Lib/leaks'));
  await symlink('nowhere', path.join(one.src, 'Lib/dangling.py'));
  expect((await names(one)).filter((name) => /leak|dangling/.test(name))).toEqual([]);
});

test('without extension modules their folder is there all the same', async () => {
  const { 'obj/build/lib.x/_struct.so': _, ...rest } = FILES;
  expect(await names(await build(rest))).toContain('A/lib/python3.9/lib-dynload/NONE.txt');
});

test('a build that has left the store is told, with the command that makes it again', async () => {
  const one = await build({});
  await expect(installed(one, 'A', options)).rejects.toMatchObject({
    diagnostics: [{ code: 'run/build-gone', hint: expect.stringContaining('forkwright run --resume RUN') }],
  });
});
