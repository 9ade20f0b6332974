/** The Windows build of a version whose frozen modules are made on the way: by a program of its own, under Wine. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { ARTIFACTS, forkwright, sourceTree } from './forkwright.ts';

const dir = path.join(ARTIFACTS, 'msvc-3.13');

test('3.13 is built for msvc-x64, both variants alike, and says what it is', async () => {
  await rm(dir, { recursive: true, force: true });
  const what = ['--target', 'msvc-x64', '--modules', 'core', '--out', dir];
  const ran = await forkwright(['build', 'arena-size', '-C', await sourceTree('3.13'), ...what]);
  expect(ran.err).not.toMatch(/^error:/m);
  expect(ran.exitCode).toBe(0);
  const record = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
  const [target = expect.fail()] = record.targets;
  expect(target.builds.map(({ variant }) => variant)).toEqual(['baseline', 'patched']);
  expect(target.conditionsDiffer).toEqual([]);
  // None of its edits finds anything to do in this version.
  expect(target.ports?.map(({ recipe, verdict }) => [recipe.id, verdict])).toEqual([
    ['port-clang-cl', 'not-applicable'],
  ]);
  for (const { build } of target.builds) {
    expect(build.pythonVersion).toMatch(/^3\.13\./);
    expect(build.missingModules).toContain('_wmi');
  }
  expect(target.elsewhere).toContain('Wine');
});
