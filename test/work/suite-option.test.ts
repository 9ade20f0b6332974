import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { requestFrom } from '../../src/work/request.ts';
import { runOptions } from './rig.ts';

async function bench(...args: readonly string[]) {
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/', jobs: 1, env: {} };
  return (await requestFrom([{ recipe: 'small', params: {} }], runOptions(...args), ['build', 'speed'], ctx)).bench;
}

test('pybench, the start of the interpreter, or scripts, whose paths are kept whole', async () => {
  expect((await bench()).suite).toBeUndefined();
  expect((await bench('--suite', 'pybench')).suite).toBeUndefined();
  expect(await bench('--suite', 'pyperformance:regex,-nbody', '--pyperformance', 'somewhere')).toMatchObject({
    ...{ suite: 'pyperformance:regex,-nbody', pyperformance: path.resolve('somewhere'), instructions: 'off' },
  });
  expect(await bench('--suite', 'startup')).toMatchObject({ suite: 'startup', instructions: 'off' });
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-suite-'));
  const files = ['a.py', 'b.py'].map((name) => path.join(folder, name));
  for (const file of files) await writeFile(file, '');
  const relative = path.relative(process.cwd(), files[0] as string);
  expect((await bench('--suite', relative, '--suite', files[1] as string)).suite).toEqual(files);
});

test.each([
  [['--suite', 'nothing.py'], /there is no file nothing\.py/],
  [['--suite', 'package.json'], /not a \.py file/],
  [['--suite', 'startup', '--suite', 'pybench'], /go alone/],
  [['--suite', 'startup', '--instructions', 'callgrind'], /of pybench only/],
  [['--suite', 'startup', '--pyperformance', '.'], /goes with the suite pyperformance/],
  [['--suite', 'pyperformance:regex', '--suite', 'startup'], /go alone/],
  [['--suite', 'pyperformance:', '--pyperformance', '.'], /there is no file pyperformance:/],
  [['--suite', 'startup', '--pybench', '.'], /leave out|goes with the suite pybench/],
])('%j is refused', async (args, why) => {
  await expect(bench(...args)).rejects.toThrow(why);
});

test('every pair has a link order of its own, unless one link is to be measured', async () => {
  expect((await bench()).layouts).toBe('each-pair');
  expect('layouts' in (await bench('--layouts', 'one'))).toBe(false);
  await expect(bench('--layouts', 'two')).rejects.toThrow(/Allowed choices/);
});
