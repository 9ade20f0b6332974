import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPybench, type PybenchRequest } from '../../src/bench/pybench/find.ts';
import { pinPybench } from '../../src/bench/pybench/pin.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { writeMiniPybench } from './mini-pybench.ts';
import { context, scratch } from './rig.ts';

function checkout(root: string, version: '2.7.18' | '3.9.2', own = false): PybenchRequest['checkout'] {
  const [major = 0, minor = 0, micro = 0] = version.split('.').map(Number);
  return {
    root,
    version: { major, minor, micro, level: 'final', serial: 0, text: version, short: `${major}.${minor}` },
    layout: { builtInPlace: false, pybench: own ? 'Tools/pybench' : undefined },
  };
}

describe('findPybench', () => {
  test("takes the checkout's own before asking anybody else", async () => {
    const root = await scratch();
    await writeMiniPybench(path.join(root, 'Tools/pybench'), '2.0');
    const nobody = () => Promise.reject(new Error('was asked'));
    const found = await findPybench({ checkout: checkout(root, '2.7.18', true), providers: [nobody] });
    expect(found).toMatchObject({ convert: false, origin: "the checkout's own Tools/pybench" });
    expect(found.contents).toMatchObject({ version: '2.0', python2: true, testModules: ['Loops.py', 'Olden.py'] });
  });

  test('for Python 3 prefers one that runs as it is to one that must be converted, wherever it comes from', async () => {
    const folder = await scratch();
    const two = await writeMiniPybench(path.join(folder, 'two'), '2.0');
    const three = await writeMiniPybench(path.join(folder, 'three'), '2.1');
    const provide = (where: string) => async () => ({ folder: where, origin: path.basename(where) });
    const both = { checkout: checkout(folder, '3.9.2'), providers: [provide(two), provide(three)] };
    expect(await findPybench(both)).toMatchObject({ origin: 'three', convert: false });
    const only = { checkout: checkout(folder, '3.9.2'), providers: [async () => undefined, provide(two)] };
    expect(await findPybench(only)).toMatchObject({ origin: 'two', convert: true });
  });

  test('a folder that the user names is taken or refused, nothing else is tried', async () => {
    const folder = await scratch();
    const named = await writeMiniPybench(path.join(folder, 'named'), '2.1');
    const nobody = () => Promise.reject(new Error('was asked'));
    const request = { checkout: checkout(folder, '3.9.2'), providers: [nobody] };
    expect((await findPybench({ ...request, folder: named })).folder).toBe(named);
    await expect(findPybench({ ...request, folder })).rejects.toThrow(/no pybench.py/);
  });

  test('with none at all says where one can be had', async () => {
    const request = { checkout: checkout(await scratch(), '3.9.2') };
    const error = await findPybench(request).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).diagnostics[0]?.hint).toContain('forkwright source pybench');
  });
});

describe('pinPybench', () => {
  test('copies sources without caches, and takes the copy again while it is unchanged', async () => {
    const folder = await scratch();
    const from = await writeMiniPybench(path.join(folder, 'from'), '2.1');
    await writeFile(path.join(from, 'Loops.pyc'), 'cache');
    const found = await findPybench({ checkout: checkout(folder, '3.9.2'), folder: from });
    const copy = await pinPybench(found, path.join(folder, 'pinned'), [], context());
    expect(copy).toMatchObject({ version: '2.1', converted: false });
    expect((await readdir(copy.folder)).sort()).toEqual(['Loops.py', 'forkwright-pybench.json', 'pybench.py']);
    expect(await readFile(path.join(copy.folder, 'Loops.py'))).toEqual(await readFile(path.join(from, 'Loops.py')));
    expect(await pinPybench(found, path.join(folder, 'pinned'), [], context())).toEqual(copy);
    // A damaged copy is made anew.
    await writeFile(path.join(copy.folder, 'Loops.py'), 'damaged');
    expect(await pinPybench(found, path.join(folder, 'pinned'), [], context())).toEqual(copy);
    expect(await readFile(path.join(copy.folder, 'Loops.py'))).toEqual(await readFile(path.join(from, 'Loops.py')));
  });

  test('without lib2to3 says so, and leaves nothing half made', async () => {
    const folder = await scratch();
    const from = await writeMiniPybench(path.join(folder, 'from'), '2.0');
    const found = await findPybench({ checkout: checkout(folder, '3.9.2'), folder: from });
    const without = { command: ['false'], env: { PATH: process.env.PATH } };
    await expect(pinPybench(found, path.join(folder, 'pinned'), [without], context())).rejects.toThrow(/lib2to3/);
    expect(existsSync(path.join(folder, 'pinned')) ? await readdir(path.join(folder, 'pinned')) : []).toEqual([]);
  });
});
