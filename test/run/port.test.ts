import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateSeries } from '../../src/patch/index.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import { findRecipe } from '../../src/recipe/index.ts';
import { runFolder } from '../../src/run/folder.ts';
import { portFor } from '../../src/run/port.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import { memoryTree } from '../patch/memory-tree.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-port-'));
  await recipe('port-cell', 'int first;', 'int added;\\nint first;');
  await recipe('tweak', 'int last = 0;', 'int last = 1;');
});
afterEach(() => rm(folder, { recursive: true }));

const recipe = (id: string, find: string, to: string) =>
  writeFile(
    path.join(folder, `${id}.yaml`),
    `id: ${id}\ntitle: Change a line\nwhy: for the test\nversion: 1\ncpython: ">=2.7"\noutside: older ones are not known\nfiles: [Objects/a.c]\n` +
      `edits:\n  - edit-text: {find: "${find}", with: "${to}"}\n`,
  );
const tree = (text: string) => memoryTree({ 'Objects/a.c': text, 'Objects/b.c': 'int b;\n' });
const plain = 'int first;\nint middle;\nint last = 0;\n';
const target = { ...HOST, name: 'cell', recipes: ['port-cell'] };

async function port(text: string, given = target) {
  const items = [{ recipe: await findRecipe('tweak', [folder]), params: {} }];
  const ready: GeneratedPatch[] = [];
  for (const { result } of await generateSeries(items, tree(text)))
    if (result.verdict === 'applies') ready.push(result.patch);
  return { ready, ...(await portFor(given, items, ready, tree(text), runFolder(folder), [folder])) };
}
const after = (patches: readonly GeneratedPatch[]) => patches.at(-1)?.files[0]?.after;

test('the port is for all variants, and the change lies on top of it', async () => {
  const { ports, patches, record, problems } = await port(plain);
  expect(problems).toEqual([]);
  expect(after(ports)).toBe('int added;\nint first;\nint middle;\nint last = 0;\n');
  expect(after(patches)).toBe('int added;\nint first;\nint middle;\nint last = 1;\n');
  expect(record.map(({ recipe: { id }, verdict }) => [id, verdict])).toEqual([['port-cell', 'applies']]);
  const kept = await readFile(path.join(folder, record[0]?.file ?? ''), 'utf8');
  expect(record[0]?.file).toBe('patches/cell/port-cell.patch');
  expect(kept).toContain('+int added;');
});

test('a target without a port has the patches as they are, and nothing is written', async () => {
  const { ready, ports, patches, record } = await port(plain, { ...target, recipes: [] });
  expect(patches).toEqual(ready);
  expect([...ports, ...record]).toEqual([]);
});

test('a port that does not apply is the reason why nothing is built', async () => {
  const { problems } = await port('int other;\nint last = 0;\n');
  expect(problems).toMatchObject([
    {
      code: 'run/no-port',
      message: expect.stringMatching(/^port-cell cannot be applied for the target cell \(drifted\)/),
    },
  ]);
});
