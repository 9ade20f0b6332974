import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFiles, readStatIndex, statIndexFile, treeHash, writeStatIndex } from '../../src/checkout/tree-hash.ts';
import { makeRig, type Rig, write } from './rig.ts';

let rig: Rig;
let count = 0;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());

const FILES = ['Objects/a.c', 'Python/b.c'];
const fresh = () => write(path.join(rig.dir, `t${++count}`), { 'Objects/a.c': 'one', 'Python/b.c': 'two' });
/** Ten seconds on: long enough for what was just written to count as settled. */
const later = () => Date.now() + 10_000;
const hash = (root: string, now = later) => hashFiles(root, FILES, rig.ctx, now);
const indexOf = (root: string) => readStatIndex(statIndexFile(rig.ctx.cacheDir, root));

/** Marks what the index knows, so that an answer shows where it came from. */
async function markIndex(root: string): Promise<void> {
  const marked = [...(await indexOf(root))].map(([name, entry]) => [name, { ...entry, sha256: 'from-index' }] as const);
  await writeStatIndex(statIndexFile(rig.ctx.cacheDir, root), new Map(marked));
}
const sources = async (root: string, now = later) => (await hash(root, now)).map((f) => f.sha256 === 'from-index');

describe('the index of hashes', () => {
  test('an unchanged file is not read again', async () => {
    const root = fresh();
    await hash(root);
    await markIndex(root);
    expect(await sources(root)).toEqual([true, true]);
  });

  test('an edit of the same size with the old time put back is seen', async () => {
    const root = fresh();
    utimesSync(path.join(root, 'Python/b.c'), 1e9, 1e9);
    await hash(root);
    await markIndex(root);
    write(root, { 'Python/b.c': 'TWO' });
    utimesSync(path.join(root, 'Python/b.c'), 1e9, 1e9);
    expect(await sources(root)).toEqual([true, false]);
  });

  test('a file that was written just now is read again next time', async () => {
    const root = fresh();
    await hash(root, Date.now);
    expect((await indexOf(root)).size).toBe(0);
    await hash(root);
    expect((await indexOf(root)).size).toBe(2);
  });

  test.each(['truncated', 'one byte changed', 'empty', 'another format'])('%s: made again', async (damage) => {
    const root = fresh();
    const good = treeHash(await hash(root));
    await markIndex(root);
    const file = statIndexFile(rig.ctx.cacheDir, root);
    const text = readFileSync(file, 'utf8');
    const damaged: Record<string, string> = {
      truncated: text.slice(0, -10),
      'one byte changed': text.replace('from-index', 'from-indeX'),
      empty: '',
      // With a checksum that holds: only the format is wrong.
      'another format': text.replace(/index \d/, 'index 1'),
    };
    writeFileSync(file, damaged[damage] ?? expect.fail());
    expect(treeHash(await hash(root))).toBe(good);
  });

  test('a cache that cannot be written costs a warning, not the work', async () => {
    const root = fresh();
    write(rig.dir, { 'a-file': '' });
    rig.events.length = 0;
    const found = await hashFiles(root, FILES, { ...rig.ctx, cacheDir: path.join(rig.dir, 'a-file') }, later);
    expect(found).toHaveLength(2);
    expect(rig.messages('warning').join()).toContain('read again');
  });

  test('a file that is gone meanwhile is left out', async () => {
    const root = fresh();
    expect((await hashFiles(root, [...FILES, 'gone.c'], rig.ctx)).map((f) => f.path)).toEqual(FILES);
  });
});

test('the tree hash does not depend on the order of the files', async () => {
  const files = await hash(fresh());
  expect(treeHash([...files].reverse())).toBe(treeHash(files));
});
