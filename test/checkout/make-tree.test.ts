import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles } from '../../src/checkout/file-list.ts';
import { makeTree } from '../../src/checkout/make-tree.ts';
import { checkoutFiles, openCheckout } from '../../src/checkout/open.ts';
import { failure, gitInit, makeRig, miniTree, type Rig, write } from './rig.ts';

let rig: Rig;
let count = 0;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());
const fresh = () => path.join(rig.dir, `t${++count}`);

const filesOf = (root: string) => listFiles(root, { git: false, builtInPlace: false }, rig.ctx);

describe('makeTree', () => {
  test("copies bytes, modes and links, writes the patch's files, gives all one time", async () => {
    const root = miniTree(fresh(), '3.9.2', {
      'Lib/latin.py': 'caf\xe9\r\n',
      'Lib/read-only.py': 'x',
      'Lib/gone.py': 'pass\n',
    });
    chmodSync(path.join(root, 'configure'), 0o755);
    chmodSync(path.join(root, 'Lib/read-only.py'), 0o444);
    symlinkSync('nowhere', path.join(root, 'Lib/dangling'));
    const newest = 1_600_000_000;
    const checkout0 = await openCheckout(root, rig.ctx);
    for (const file of await checkoutFiles(checkout0, rig.ctx)) {
      if (file !== 'Lib/dangling') utimesSync(path.join(root, file), 1e9, 1e9);
    }
    utimesSync(path.join(root, 'configure'), newest, newest + 0.7);
    const checkout = await openCheckout(root, rig.ctx);
    const to = path.join(fresh(), 'src');
    await makeTree(
      checkout,
      [
        { path: 'Objects/frameobject.c', after: 'int \xe9;\r\n' },
        { path: 'Lib/new/added.sh', after: '#!/bin/sh\n', executable: true },
        { path: 'Lib/gone.py', after: '', is: 'removed' },
      ],
      to,
      rig.ctx,
    );
    expect(await filesOf(to)).toHaveLength(8);
    const read = (file: string) => readFileSync(path.join(to, file), 'latin1');
    expect(read('Lib/latin.py')).toBe('caf\xe9\r\n');
    expect(read('Objects/frameobject.c')).toBe('int \xe9;\r\n');
    expect(readlinkSync(path.join(to, 'Lib/dangling'))).toBe('nowhere');
    const mode = (file: string) => lstatSync(path.join(to, file)).mode & 0o777;
    expect([mode('configure'), mode('Lib/new/added.sh'), mode('Lib/read-only.py')]).toEqual([0o755, 0o755, 0o644]);
    for (const file of ['configure', 'Objects/frameobject.c', 'Lib/dangling', 'Lib/new/added.sh']) {
      expect(lstatSync(path.join(to, file)).mtimeMs).toBe(newest * 1000);
    }
    expect(readFileSync(path.join(root, 'Objects/frameobject.c'), 'latin1')).toBe('int frame;\n');
  });

  test("from git: local changes come along, ignored files do not, the time is the commit's", async () => {
    const root = gitInit(miniTree(fresh(), '3.9.2', { '.gitignore': '*.o\n' }));
    write(root, { 'Python/ceval.c': 'mine\n', 'Python/ceval.o': '' });
    const to = fresh();
    await makeTree(await openCheckout(root, rig.ctx), [], to, rig.ctx);
    expect(lstatSync(path.join(to, 'Python/ceval.c')).mtimeMs).toBe(Date.UTC(2020, 1, 2, 2, 2, 2));
    expect(readFileSync(path.join(to, 'Python/ceval.c'), 'utf8')).toBe('mine\n');
    expect(existsSync(path.join(to, 'Python/ceval.o'))).toBe(false);
    expect(existsSync(path.join(to, '.git'))).toBe(false);
  });

  test('works on a checkout that was read back from JSON', async () => {
    const checkout = await openCheckout(miniTree(fresh()), rig.ctx);
    const to = fresh();
    await makeTree(JSON.parse(JSON.stringify(checkout)), [], to, rig.ctx);
    expect(await filesOf(to)).toHaveLength(4);
  });

  test('a checkout that was edited meanwhile gives no tree', async () => {
    const root = miniTree(fresh());
    const checkout = await openCheckout(root, rig.ctx);
    writeFileSync(path.join(root, 'configure'), 'edited');
    const to = fresh();
    expect(await failure(makeTree(checkout, [], to, rig.ctx))).toMatchObject({ code: 'checkout/changed-meanwhile' });
    expect(existsSync(to)).toBe(false);
  });

  test('a destination below a file, and a stopped work, leave nothing', async () => {
    const checkout = await openCheckout(miniTree(fresh()), rig.ctx);
    const file = path.join(checkout.root, 'configure', 'src');
    expect(await failure(makeTree(checkout, [], file, rig.ctx))).toMatchObject({ code: 'system/eexist' });
    const to = fresh();
    const signal = AbortSignal.abort();
    await expect(makeTree(checkout, [], to, { ...rig.ctx, signal })).rejects.toMatchObject({ name: 'Cancelled' });
    expect(existsSync(to)).toBe(false);
  });
});
