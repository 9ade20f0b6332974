import { expect, test } from 'vitest';
import { knownFiles, withGeneratedApart } from '../../../src/builds/pcbuild/index.ts';
import { outputsOf } from '../../../src/builds/pcbuild/types.ts';
import { planOf, solution, vcxproj } from './rig.ts';

const FREEZE = `<Target Name="F" AfterTargets="AfterBuild">
  <Exec Command='"$(TargetPath)" "$(IntDir)os.g.h"' />
  <Copy SourceFiles="$(IntDir)os.g.h" DestinationFiles="..\\Python\\frozen_modules\\os.h" />
  <Exec Command='$(PythonForBuild) "..\\Tools\\deepfreeze.py" "..\\Python\\frozen_modules\\os.h:os" -o "..\\Python\\deepfreeze\\deepfreeze.c"' /></Target>`;
const CORE = `<ItemDefinitionGroup><ClCompile><AdditionalIncludeDirectories>..\\Include;..\\Python</AdditionalIncludeDirectories></ClCompile></ItemDefinitionGroup>
  <ItemGroup><ClCompile Include="..\\Python\\deepfreeze\\deepfreeze.c;..\\Modules\\a.c" /><ResourceCompile Include="..\\PC\\python.rc" /></ItemGroup>
  <Target Name="RcH" BeforeTargets="ClCompile"><WriteLinesToFile File="..\\PC\\pythonnt_rc.h" Lines="x" Overwrite="true" /></Target>`;
const files = {
  'Modules/a.c': '',
  'PC/python.rc': '',
  'Tools/deepfreeze.py': '',
  'PCbuild/pcbuild.proj': solution('freeze', 'core'),
  'PCbuild/freeze.vcxproj': vcxproj(FREEZE, { kind: 'Application' }),
  'PCbuild/core.vcxproj': vcxproj(CORE),
};
const text = ({ root, path }: { readonly root: string; readonly path: string }) => `${root}:${path}`;

test('sources stay as they are; what would be among them is found elsewhere', async () => {
  const before = await planOf(files);
  const { projects } = withGeneratedApart(before);
  const [freeze, core] = projects;
  expect(freeze?.steps.map((step) => outputsOf(step).map(text))).toEqual([
    ['intermediate:freeze/os.g.h'],
    ['intermediate:generated/Python/frozen_modules/os.h'],
    ['intermediate:generated/Python/deepfreeze/deepfreeze.c'],
  ]);
  expect(freeze?.steps[2]).toMatchObject({
    args: [
      { path: { root: 'intermediate', path: 'generated/Python/frozen_modules/os.h' }, suffix: ':os' },
      '-o',
      { root: 'intermediate', path: 'generated/Python/deepfreeze/deepfreeze.c' },
    ],
  });
  expect(core?.units.map((unit) => [text(unit.source), unit.includes.map(text)])).toEqual([
    [
      'intermediate:generated/Python/deepfreeze/deepfreeze.c',
      [
        'source:Python/deepfreeze',
        'intermediate:generated/Python/deepfreeze',
        'source:Include',
        'source:Python',
        'intermediate:generated/Python',
      ],
    ],
    ['source:Modules/a.c', ['source:Include', 'source:Python', 'intermediate:generated/Python']],
  ]);
  expect(core?.resources[0]?.includes.map(text)).toEqual(['intermediate:generated/PC']);
  expect(core?.units.map((unit) => unit.object)).toEqual(before.projects[1]?.units.map((unit) => unit.object));
  expect(knownFiles({ projects }, ['freeze', 'core']).map(({ path }) => text(path))).toEqual([
    'intermediate:generated/PC/pythonnt_rc.h',
  ]);
});

test('a plan that writes nothing there stays the same', async () => {
  const plan = await planOf({ 'PCbuild/pcbuild.proj': solution('core'), 'PCbuild/core.vcxproj': vcxproj('') });
  expect(withGeneratedApart(plan)).toBe(plan);
});
