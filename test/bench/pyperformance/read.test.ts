import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPyperformance } from '../../../src/bench/pyperformance/read.ts';
import { UserError } from '../../../src/system/diagnostic.ts';
import { scratch } from '../rig.ts';
import { miniPyperformance } from './mini.ts';

test('metadata comes from the metafile, and what it does not say from its base', async () => {
  const root = await miniPyperformance(await scratch());
  const { benchmarks, version } = await readPyperformance(root);
  const script = path.join(root, 'bm_timed', 'run_benchmark.py');
  expect(version).toBe('unknown');
  expect(benchmarks.find(({ name }) => name === 'timed')).toEqual({
    ...{ name: 'timed', tags: ['small'], script, options: ['100'], requires: '>=3.4' },
  });
  expect(benchmarks.find(({ name }) => name === 'longer')).toEqual({
    ...{ name: 'longer', tags: ['small'], script, options: ['500', '--name', 'longer'], requires: '>=3.4' },
  });
});

test('a change of a script is another pyperformance', async () => {
  const root = await miniPyperformance(await scratch());
  const before = await readPyperformance(root);
  await appendFile(path.join(root, 'bm_timed', 'run_benchmark.py'), '# changed\n');
  expect((await readPyperformance(root)).sha256).not.toBe(before.sha256);
});

test('the manifests of others are included, but not in a ring', async () => {
  const root = await miniPyperformance(await scratch());
  const mine = path.join(root, 'MINE');
  await writeFile(mine, '[includes]\nMANIFEST\n');
  await writeFile(path.join(root, 'MANIFEST'), '[includes]\nMINE\n');
  await expect(readPyperformance(root)).rejects.toThrow('it includes itself');
  await writeFile(path.join(root, 'MANIFEST'), '[includes]\nMINE\n[benchmarks]\nname\tmetafile\ntimed\t<local>\n');
  await writeFile(mine, '[benchmarks]\nname\tmetafile\ncalls\t<local>\n');
  expect((await readPyperformance(root)).benchmarks.map(({ name }) => name)).toEqual(['calls', 'timed']);
});

test.each([
  ['[tool', /metadata cannot be read/],
  ['[tool.pyperformance]\nextra_opts = "one two"\n', /extra_opts/],
  ['[tool.pyperformance]\nrunscript = "../gone.py"\n', /read pyperformance|gone.py/],
])('a metafile with %j is refused by its name', async (text, message) => {
  const root = await miniPyperformance(await scratch());
  const file = path.join(root, 'bm_calls', 'pyproject.toml');
  await writeFile(file, text);
  const refused = readPyperformance(root);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(UserError);
});

test('a folder without a MANIFEST is refused', async () => {
  await expect(readPyperformance(await scratch())).rejects.toThrow('no MANIFEST in it');
});
