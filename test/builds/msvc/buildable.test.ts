import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runsScripts } from '../../../src/builds/msvc/plan.ts';
import { buildableHere } from '../../../src/builds/msvc/projects.ts';
import type { Checkout } from '../../../src/checkout/types.ts';
import { planOf, solution, vcxproj } from '../pcbuild/rig.ts';

const CRC = '<PreprocessorDefinitions>USE_ZLIB_CRC32;A;%(PreprocessorDefinitions)</PreprocessorDefinitions>';
const plan = await planOf({
  'Modules/a.c': '',
  'Modules/b.cpp': '',
  'PCbuild/pcbuild.proj': solution('core', 'cxx'),
  'PCbuild/core.vcxproj': vcxproj(`<ItemGroup><ClCompile Include="..\\Modules\\a.c">${CRC}</ClCompile></ItemGroup>`),
  'PCbuild/cxx.vcxproj': vcxproj('<ItemGroup><ClCompile Include="..\\Modules\\b.cpp" /></ItemGroup>'),
});

test('without Microsoft’s headers there is no C++, and it is said which project is left out', () => {
  const { plan: here, without, said } = buildableHere(plan, { kind: 'mingw' });
  expect(here.projects.map(({ name }) => name)).toEqual(['core']);
  expect(without).toEqual(['cxx']);
  expect(said.join('\n')).toContain('cxx: left out');
  expect(buildableHere(plan, { kind: 'sdk' }).without).toEqual([]);
});

test('zlib’s CRC-32 is asked for only where zlib is', () => {
  const definesOf = (units: readonly { readonly defines: readonly string[] }[] | undefined) => units?.[0]?.defines;
  const { plan: here, said } = buildableHere(plan, { kind: 'mingw' });
  expect(definesOf(plan.projects[0]?.units)).toContain('USE_ZLIB_CRC32');
  expect(definesOf(here.projects[0]?.units)).not.toContain('USE_ZLIB_CRC32');
  expect(definesOf(here.projects[0]?.units)).toContain('A');
  expect(said.join('\n')).toContain('Modules/a.c: compiled without USE_ZLIB_CRC32');
  const withZlib = {
    ...plan,
    projects: plan.projects.map((project) => ({
      ...project,
      units: project.units.map((unit) => ({
        ...unit,
        includes: [...unit.includes, { root: 'externals', path: 'zlib-1.3' } as const],
      })),
    })),
  };
  expect(definesOf(buildableHere(withZlib, { kind: 'mingw' }).plan.projects[0]?.units)).toContain('USE_ZLIB_CRC32');
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'forkwright-scripts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  [
    'runs deepfreeze.py',
    '<Exec Command=\'$(PythonForBuild) "$(PySourcePath)Tools\\scripts\\deepfreeze.py" x\' />',
    true,
  ],
  ['runs other scripts, for what is there', "<Exec Command='$(PythonForBuild) regen.py' />", false],
  ['has no such project', undefined, false],
])('a tree that %s', async (name, text, expected) => {
  const root = path.join(folder, name);
  await mkdir(path.join(root, 'PCbuild'), { recursive: true });
  if (text !== undefined) await writeFile(path.join(root, 'PCbuild', '_freeze_module.vcxproj'), text);
  expect(await runsScripts({ root } as Checkout)).toBe(expected);
});
