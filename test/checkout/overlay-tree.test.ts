import { describe, expect, test } from 'vitest';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { memoryTree } from '../patch/memory-tree.ts';

const TREE = memoryTree({ 'Objects/a.c': 'int a;\n', 'Objects/b.c': 'int b;\n', 'Lib/c.py': 'c = 1\n' });

const objects = async (tree: SourceTree) => (await tree.list()).filter((path) => path.startsWith('Objects/'));

describe('a tree with changes upon it', () => {
  const tree = overlayTree(TREE, [
    { path: 'Objects/a.c', after: '', is: 'removed' },
    { path: 'Objects/d.c', after: 'int d;\n', is: 'made', executable: true },
    { path: 'Lib/c.py', after: 'c = 2\n' },
  ]);

  test('has what was made, not what was removed', async () => {
    const all = await TREE.list();
    expect(await tree.list()).toEqual([...all.filter((path) => path !== 'Objects/a.c'), 'Objects/d.c'].sort());
    expect(await objects(tree)).toEqual(['Objects/b.c', 'Objects/d.c']);
    expect(await tree.read('Objects/a.c')).toBeUndefined();
    expect(await tree.read('Objects/d.c')).toMatchObject({ text: 'int d;\n', executable: true });
    expect((await tree.read('Lib/c.py'))?.text).toBe('c = 2\n');
    expect(await tree.read('Objects/b.c')).toEqual(await TREE.read('Objects/b.c'));
  });

  test('is made again by what comes after', async () => {
    const again = overlayTree(tree, [{ path: 'Objects/a.c', after: 'int again;\n', is: 'made' }]);
    expect((await again.read('Objects/a.c'))?.text).toBe('int again;\n');
    expect(await objects(again)).toEqual(['Objects/a.c', 'Objects/b.c', 'Objects/d.c']);
  });
});
