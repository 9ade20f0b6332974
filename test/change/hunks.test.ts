import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitHunks } from '../../src/change/hunks.ts';
import { givenPatches } from '../../src/change/patches.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { writeDiff } from '../../src/diff/write.ts';
import { makeRig, type Rig } from '../checkout/rig.ts';
import { memoryTree } from '../patch/memory-tree.ts';

let rig: Rig;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());

const LINES = Array.from({ length: 60 }, (_, i) => `line ${i}\n`);
const changed = [...LINES];
changed[5] = 'five\n';
changed.splice(30, 2);
changed.splice(50, 0, 'more\n', 'and more\n');
const mode = { oldMode: '100644', newMode: '100644' } as const;
const diff = (path: string, before: string, after: string) =>
  writeDiff({ ...mode, oldPath: path, newPath: path, before, after }).text;
const tree = memoryTree({ 'Objects/a.c': LINES.join(''), 'Objects/b.c': 'b\n' });
const PATCH = diff('Objects/a.c', LINES.join(''), changed.join('')) + diff('Objects/b.c', 'b\n', 'c\n');

async function apply(which: readonly number[]): Promise<SourceTree> {
  const parts = parsePatch(PATCH, 'my.patch').flatMap((one) => splitHunks(one, undefined));
  const given = givenPatches(parts, 1, new Set(), rig.ctx);
  let made: SourceTree = tree;
  for (const at of which) {
    const result = await given[at]?.make(made);
    if (result?.verdict !== 'applies') throw new Error(JSON.stringify(result));
    made = overlayTree(made, result.patch.files);
  }
  return made;
}

test('each hunk is a patch of its own, and all of them make what the whole makes', async () => {
  const parts = parsePatch(PATCH, 'my.patch').flatMap((one) => splitHunks(one, undefined));
  expect(parts).toHaveLength(4);
  const given = givenPatches(parts, 1, new Set(), rig.ctx);
  expect(given.map(({ identity }) => [identity.id, identity.title])).toEqual([
    ['my', 'Objects/a.c:3'],
    ['my-2', 'Objects/a.c:28'],
    ['my-3', 'Objects/a.c:50'],
    ['my-4', 'Objects/b.c:1'],
  ]);
  const whole = await apply([0, 1, 2, 3]);
  expect((await whole.read('Objects/a.c'))?.text).toBe(changed.join(''));
  expect((await whole.read('Objects/b.c'))?.text).toBe('c\n');
});

test.each([[[2]], [[1, 3]], [[3, 2, 0]]])('some of them, in any order: %j', async (which) => {
  const made = await apply(which);
  const text = (await made.read('Objects/a.c'))?.text ?? '';
  expect([text.includes('five\n'), !text.includes('line 30\n'), text.includes('and more\n')]).toEqual(
    [0, 1, 2].map((at) => which.includes(at)),
  );
});

test('a file that is made stays whole', () => {
  const made = writeDiff({ ...mode, oldPath: undefined, newPath: 'Lib/new.py', before: '', after: 'x\n' }).text;
  const parts = parsePatch(made, 'new.patch').flatMap((one) => splitHunks(one, undefined));
  expect(parts.map(({ files }) => [files[0]?.oldPath, files[0]?.hunks.length])).toEqual([[undefined, 1]]);
});
