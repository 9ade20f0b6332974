import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderTree } from '../../../src/checkout/index.ts';
import { openCheckout } from '../../../src/checkout/open.ts';
import type { SourceTree } from '../../../src/checkout/types.ts';
import { changesOnTree } from '../../../src/cli/review/on-tree.ts';
import { applyEdits } from '../../../src/patch/ranges.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { git, gitInit, makeRig, miniTree, type Rig, write } from '../../checkout/rig.ts';

let rig: Rig;
let tree: SourceTree;
let repo: string;
const A = 'one\ntwo\n#ifdef X\nthree\n#endif\nfour\nfive\nsix\n';
beforeAll(async () => {
  rig = makeRig();
  repo = gitInit(miniTree(path.join(rig.dir, 'tree'), '3.9.2', { 'Objects/a.c': A, 'Objects/gone.c': 'x\n' }));
  tree = folderTree(await openCheckout(repo, rig.ctx), rig.ctx);
});
afterAll(() => rig.remove());

/** The diff of a change to the tree, by git itself. */
async function diffOf(files: Readonly<Record<string, string | undefined>>): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'fw-on-tree-'));
  try {
    git(copy, 'clone', '-q', repo, 'c');
    const root = path.join(copy, 'c');
    for (const [name, text] of Object.entries(files)) {
      if (text === undefined) await rm(path.join(root, name));
      else write(root, { [name]: text });
    }
    git(root, 'add', '-A');
    return git(root, 'diff', '--cached', '-M');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
const on = async (...texts: readonly string[]) => {
  const patches = texts.map((text, i) => ({ file: `${i}.patch`, text }));
  const folders = [{ patches, isSeries: false }];
  return changesOnTree(
    folders,
    patches.flatMap(({ file, text }) => readPatchText(text, { file })),
    tree,
    rig.ctx,
  );
};
const files = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  return 'files' in made ? made.files : expect.fail(made.problem.message);
};
const problem = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  return 'problem' in made ? made.problem : expect.fail('it applies');
};

test('whole contents before and after, and the tree is not touched', async () => {
  const text = await diffOf({
    'Objects/a.c': A.replace('three', '3'),
    'Objects/new.c': 'n\n',
    'Objects/gone.c': undefined,
  });
  expect((await files(text)).map(({ path: name, before, after }) => [name, before, after])).toEqual([
    ['Objects/a.c', A, A.replace('three', '3')],
    ['Objects/gone.c', 'x\n', ''],
    ['Objects/new.c', '', 'n\n'],
  ]);
  expect(git(repo, 'status', '--porcelain')).toBe('');
});

test('a patch on a patch, and lines that have moved', async () => {
  const first = await diffOf({ 'Objects/a.c': `zero\nzero\n${A}` });
  const moved = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
  expect((await files(first, moved))[0]?.after).toBe(`zero\nzero\n${A.replace('five', '5')}`);
});

describe('what does not apply', () => {
  test('is told with its file and the line', async () => {
    const text = (await diffOf({ 'Objects/a.c': A.replace('five', '5') })).replace('-five', '-fife');
    expect(await problem(text)).toMatchObject({ code: 'review/not-on-tree', place: { file: '0.patch' } });
    expect((await problem(text)).message).toContain('Objects/a.c:');
  });
  test('of two the second is named', async () => {
    const text = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
    expect((await problem(text, text)).place?.file).toBe('1.patch');
  });
  test('a name that leads out of the tree is written nowhere', async () => {
    const text = '--- a/../../etc/x\n+++ b/../../etc/x\n@@ -1 +1 @@\n-a\n+b\n';
    expect((await problem(text)).message).toContain('is in no tree');
  });
});

test('the changed ranges make the one of the other, whatever was changed', async () => {
  const line = fc.constantFrom('one', 'two', '#if X', '#endif', '', 'six');
  const change = fc.array(line, { maxLength: 9 }).map((lines) => lines.map((text) => `${text}\n`).join(''));
  await fc.assert(
    fc.asyncProperty(change, async (after) => {
      fc.pre(after !== A);
      const [made] = await files(await diffOf({ 'Objects/a.c': after }));
      expect(made?.after).toBe(after);
      expect(applyEdits(A, made?.edits ?? [])).toBe(after);
    }),
    { numRuns: 25 },
  );
});
