import { describe, expect, test } from 'vitest';
import type { PcProject } from '../../../src/builds/pcbuild/types.ts';
import { type Files, planOf, solution, vcxproj } from './rig.ts';

const sources = { 'Modules/a.c': '', 'PC/b.C': '', 'PC/python.rc': '' };
/** One project, read. */
async function only(inside: string, options = {}, files: Files = {}): Promise<PcProject> {
  const all = {
    ...sources,
    ...files,
    'PCbuild/pcbuild.proj': solution('one'),
    'PCbuild/one.vcxproj': vcxproj(inside, options),
  };
  const plan = await planOf(all);
  const [project] = plan.projects;
  if (project === undefined) throw new Error(JSON.stringify(plan.skipped));
  return project;
}
async function refusal(inside: string, options = {}): Promise<unknown> {
  const all = { ...sources, 'PCbuild/pcbuild.proj': solution('one'), 'PCbuild/one.vcxproj': vcxproj(inside, options) };
  const { skipped } = await planOf(all);
  return skipped.map(({ reason, diagnostics }) => [reason, diagnostics.map((d) => d.message), diagnostics[0]?.place]);
}

const COMPILE = `<ItemDefinitionGroup><ClCompile>
    <AdditionalIncludeDirectories>..\\Include;$(IntDir);..\\include\\;%(AdditionalIncludeDirectories)</AdditionalIncludeDirectories>
    <PreprocessorDefinitions>WIN32;DLL=L"a b";%(PreprocessorDefinitions)</PreprocessorDefinitions>
    <Optimization>MaxSpeed</Optimization><RuntimeLibrary>Multithreaded</RuntimeLibrary><ExceptionHandling></ExceptionHandling>
    <DisableSpecificWarnings>4244;%(DisableSpecificWarnings)</DisableSpecificWarnings>
    <AdditionalOptions>/utf-8  /d "x y" %(AdditionalOptions)</AdditionalOptions>
  </ClCompile></ItemDefinitionGroup>`;

test('compile units: paths as on disk, definitions in order, settings as options', async () => {
  const { units } = await only(`${COMPILE}<ItemGroup><ClCompile Include="..\\\\modules\\A.c" />
    <ClCompile Include="..\\pc\\b.c"><PreprocessorDefinitions>
        OWN="$(None)";
        %(PreprocessorDefinitions)
      </PreprocessorDefinitions><CompileAs>CompileAsCpp</CompileAs></ClCompile>
    <ClCompile Include="gone.c"><ExcludedFromBuild Condition="'$(Platform)' == 'x64'">true</ExcludedFromBuild></ClCompile></ItemGroup>`);
  expect(units).toMatchObject([
    {
      source: { root: 'source', path: 'Modules/a.c' },
      object: { root: 'intermediate', path: 'one/a.obj' },
      language: 'c',
      includes: [
        { root: 'source', path: 'Include' },
        { root: 'intermediate', path: 'one' },
        { root: 'source', path: 'include' },
      ],
      defines: ['WIN32', 'DLL=L"a b"', '_WINDLL'],
      switches: ['/O2', '/MT', '/wd4244', '/utf-8', '/d', 'x y'],
    },
    { source: { path: 'PC/b.C' }, language: 'c++', defines: ['OWN=""', 'WIN32', 'DLL=L"a b"', '_WINDLL'] },
  ]);
  expect(units[1]?.place).toEqual({ file: 'PCbuild/one.vcxproj', line: expect.any(Number), column: 5 });
});

test('two files of one name have two objects', async () => {
  const { units } = await only(
    '<ItemGroup><ClCompile Include="..\\Modules\\a.c;..\\x\\a.c" /></ItemGroup>',
    {},
    { 'x/a.c': '' },
  );
  expect(units.map((unit) => unit.object.path)).toEqual(['one/a.obj', 'one/x_a.obj']);
});

test('resources and assembly', async () => {
  const { resources, assemblies } = await only(
    `<ItemDefinitionGroup><ResourceCompile><PreprocessorDefinitions>NAME=\\"$(TargetExt)\\";%(PreprocessorDefinitions)</PreprocessorDefinitions>
      <Culture>0x0409</Culture></ResourceCompile></ItemDefinitionGroup>
    <ItemGroup><ResourceCompile Include="..\\PC\\python.rc" />
    <CustomBuild Include="..\\PC\\win64.asm"><Command>ml64 /c /Fo "$(IntDir)win64.obj" "%(FullPath)"</Command><Outputs>$(IntDir)win64.obj;%(Outputs)</Outputs></CustomBuild></ItemGroup>`,
    {},
    { 'PC/win64.asm': '' },
  );
  expect(resources).toMatchObject([
    { object: { path: 'one/python.res' }, defines: ['NAME=".dll"'], culture: '0x0409' },
  ]);
  expect(assemblies).toMatchObject([
    {
      source: { path: 'PC/win64.asm' },
      object: { root: 'intermediate', path: 'one/win64.obj' },
    },
  ]);
});

test('the link step', async () => {
  const link = `<ItemDefinitionGroup><Link>
    <AdditionalDependencies>ws2_32.lib;KERNEL32.lib;$(OutDir)stub.lib;%(AdditionalDependencies)</AdditionalDependencies>
    <AdditionalOptions>/EXPORT:DllGetClassObject,PRIVATE /OPT:REF %(AdditionalOptions)</AdditionalOptions>
    <SubSystem>Console</SubSystem><StackReserveSize>2000000</StackReserveSize><NoEntryPoint>true</NoEntryPoint>
    <ModuleDefinitionFile>..\\PC\\a.def</ModuleDefinitionFile><TargetMachine>MachineX64</TargetMachine>
    <LinkTimeCodeGeneration>Default</LinkTimeCodeGeneration></Link></ItemDefinitionGroup>`;
  const project = await only(
    link,
    { properties: '<TargetName>module_d</TargetName><TargetExt>.pyd</TargetExt>' },
    { 'PC/a.def': '' },
  );
  expect(project.link).toMatchObject({
    kind: 'dll',
    output: { root: 'output', path: 'module_d.pyd' },
    importLibrary: { root: 'output', path: 'module_d.lib' },
    definition: { root: 'source', path: 'PC/a.def' },
    switches: [
      ...['/MACHINE:X64', '/noentry', '/subsystem:Console', '/stack:2000000'],
      ...['/EXPORT:DllGetClassObject,PRIVATE', '/OPT:REF'],
    ],
  });
  expect(project.link.libraries.slice(0, 3)).toEqual([
    { kind: 'named', name: 'ws2_32.lib' },
    { kind: 'named', name: 'KERNEL32.lib' },
    { kind: 'file', path: { root: 'output', path: 'stub.lib' } },
  ]);
});

describe('refused, with the place', () => {
  test.each([
    ['<ItemDefinitionGroup><ClCompile><NewSetting>1</NewSetting></ClCompile></ItemDefinitionGroup>', 'newsetting'],
    ['<ItemDefinitionGroup><ClCompile><Optimization>Magic</Optimization></ClCompile></ItemDefinitionGroup>', 'Magic'],
    ['<ItemGroup><Midl Include="a.idl" /></ItemGroup>', 'What Midl makes'],
    ['<ItemDefinitionGroup><PreBuildEvent><Command>x</Command></PreBuildEvent></ItemDefinitionGroup>', 'PreBuildEvent'],
    ['<Target Name="A" BeforeTargets="SomethingOther" />', 'When the target somethingother runs'],
    ['<Target Name="Link" />', "replaces Visual C++'s target link"],
    ['<Target Name="A" BeforeTargets="Link"><Zip /></Target>', 'The task Zip is not known'],
    ['<Target Name="A" BeforeTargets="Link"><Error Text="No nasm" /></Target>', 'No nasm'],
  ])('%s', async (inside, message) => {
    const unit = '\n<ItemGroup><ClCompile Include="..\\Modules\\a.c" /></ItemGroup>';
    expect(await refusal(inside + unit)).toEqual([
      ['refused', [expect.stringContaining(message)], expect.objectContaining({ file: 'PCbuild/one.vcxproj' })],
    ]);
  });
});

describe('externals', () => {
  const zlib = `<ItemGroup><ClCompile Include="$(ExternalsDir)\\zlib-1.3\\inflate.c" /></ItemGroup>`;
  test('that are absent are named, and who needs the project is left out too', async () => {
    const user = vcxproj('<ItemGroup><ProjectReference Include="zlib.vcxproj" /></ItemGroup>');
    const files = {
      'PCbuild/pcbuild.proj': solution('user', 'zlib'),
      'PCbuild/zlib.vcxproj': vcxproj(zlib),
      'PCbuild/user.vcxproj': user,
    };
    const plan = await planOf(files);
    expect(plan.projects).toEqual([]);
    expect(plan.skipped.map(({ name, reason, diagnostics }) => [name, reason, diagnostics[0]?.message])).toEqual([
      ['user', 'reference', 'user is left out: it needs zlib, which is left out'],
      [
        'zlib',
        'externals',
        'zlib is left out: it needs zlib-1.3, and zlib-1.3/inflate.c is not in the folder of externals',
      ],
    ]);
  });
  test('of which the folder is not defined are refused: the path leads nowhere', async () => {
    expect(await refusal('<ItemGroup><ClCompile Include="$(bz2Dir)\\blocksort.c" /></ItemGroup>')).toEqual([
      [
        'refused',
        ['\\blocksort.c is outside of the sources and the externals: a property that it begins with is not defined'],
        expect.anything(),
      ],
    ]);
  });
});

describe('several projects', () => {
  const c = (name: string, reference = '') =>
    vcxproj(`<ItemGroup><ClCompile Include="..\\Modules\\a.c" /></ItemGroup>${reference}`, {
      properties: `<TargetName>${name}</TargetName>`,
    });
  test('come after those that they refer to, and link their libraries', async () => {
    const files = {
      ...sources,
      'PCbuild/pcbuild.proj': solution('_module', 'pythoncore'),
      'PCbuild/_module.vcxproj': c(
        '_module',
        '<ItemGroup><ProjectReference Include="pythoncore.vcxproj"><ReferenceOutputAssembly>false</ReferenceOutputAssembly></ProjectReference><ProjectReference Include="static.vcxproj" /></ItemGroup>',
      ),
      'PCbuild/pythoncore.vcxproj': c('python39'),
      'PCbuild/static.vcxproj': vcxproj('', { kind: 'StaticLibrary' }).replace('$(BuildPath)', '$(BuildPath)lib\\'),
    };
    const plan = await planOf(files);
    expect(plan.skipped).toEqual([]);
    expect(plan.projects.map(({ name }) => name)).toEqual(['pythoncore', 'static', '_module']);
    expect(plan.projects[2]?.link.libraries.filter(({ kind }) => kind === 'project')).toEqual([
      { kind: 'project', path: { root: 'output', path: 'python39.lib' } },
      { kind: 'project', path: { root: 'output', path: 'lib/static.lib' } },
    ]);
  });
  test('of other tools or configurations are left out with a word', async () => {
    const files = {
      'PCbuild/pcbuild.proj': solution('tcl', 'old'),
      'PCbuild/tcl.vcxproj': vcxproj('', { kind: 'Makefile' }),
      'PCbuild/old.vcxproj': vcxproj('').replace('Release|x64', 'Release|Win32'),
    };
    const { skipped } = await planOf(files);
    expect(skipped.map(({ reason, diagnostics }) => [reason, diagnostics[0]?.message])).toEqual([
      ['other-build', 'old is left out: it has no configuration Release|x64'],
      ['other-build', 'tcl is left out: it is Makefile: other tools make it'],
    ]);
  });
});

test('a tree without PCbuild is told so', async () => {
  await expect(planOf({ 'README.rst': '' })).rejects.toThrow(
    'has neither PCbuild/pcbuild.proj nor PCbuild/pcbuild.sln',
  );
});
