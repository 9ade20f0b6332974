/** Projects of Visual Studio 2008, as CPython had them up to 3.3.0a3: read as one of MSBuild's. */
import { expect, test } from 'vitest';
import { type Files, planOf } from './rig.ts';

const ID = (name: string) => `{${Buffer.from(name).toString('hex').toUpperCase()}}`;

/** A solution of these projects: each name with the projects that it needs. */
function sln(projects: Readonly<Record<string, readonly string[]>>, as = 'Release|x64'): string {
  const all = Object.entries(projects).map(([name, needs]) =>
    [
      `Project("{8BC9CEB8}") = "${name}", "${name}.vcproj", "${ID(name)}"`,
      ...['\tProjectSection(ProjectDependencies) = postProject', ...needs.map((one) => `\t\t${ID(one)} = ${ID(one)}`)],
      ...['\tEndProjectSection', 'EndProject'],
    ].join('\r\n'),
  );
  const built = Object.keys(projects).map((name) => `\t\t${ID(name)}.Release|x64.Build.0 = ${as}`);
  return ['', 'Microsoft Visual Studio Solution File, Format Version 10.00', ...all, 'Global', ...built, ''].join(
    '\r\n',
  );
}

const tool = (name: string, attributes: string) => `<Tool Name="${name}" ${attributes}/>`;

function vcproj(name: string, { kind = 2, sheets = '', tools = '', files = '' } = {}): string {
  return `<?xml version="1.0" encoding="Windows-1252"?>
<VisualStudioProject ProjectType="Visual C++" Version="9,00" Name="${name}">
  <Configurations>
    <Configuration Name="Release|Win32" ConfigurationType="${kind}">${tool('VCCLCompilerTool', 'PreprocessorDefinitions="OTHER"')}</Configuration>
    <Configuration Name="Release|x64" ConfigurationType="${kind}" InheritedPropertySheets="${sheets}" CharacterSet="2">${tools}</Configuration>
  </Configurations>
  <Files><Filter Name="Sources">${files}</Filter></Files>
</VisualStudioProject>`;
}
const sheet = (inside: string, sheets = '') =>
  `<VisualStudioPropertySheet Name="s" OutputDirectory="$(SolutionDir)\\amd64\\" InheritedPropertySheets="${sheets}">${inside}</VisualStudioPropertySheet>`;
const file = (name: string, own = '') => `<File RelativePath="${name}">${own}</File>`;
const forX64 = (inside: string, attributes = '') =>
  `<FileConfiguration Name="Release|Win32" ExcludedFromBuild="true"/><FileConfiguration Name="Release|x64" ${attributes}>${inside}</FileConfiguration>`;

async function only(project: string, files: Files = {}, needs: readonly string[] = []) {
  const others = Object.fromEntries(needs.map((name) => [name, []]));
  const plan = await planOf({
    ...{ 'Modules/a.c': '', 'Modules/b.c': '', 'PC/r.rc': '', 'PC/w.asm': '' },
    ...Object.fromEntries(needs.map((name) => [`PCbuild/${name}.vcproj`, vcproj(name)])),
    'PCbuild/pcbuild.sln': sln({ ...others, one: needs }),
    'PCbuild/one.vcproj': project,
    ...files,
  });
  return { plan, project: plan.projects.find(({ name }) => name === 'one'), skipped: plan.skipped };
}
const refusal = async (project: string) => {
  const { skipped } = await only(project);
  return skipped.map(({ diagnostics }) => diagnostics[0]?.message).join();
};

test('what sheets say comes behind the project’s own, and a later sheet wins', async () => {
  const base = sheet(
    `${tool('VCCLCompilerTool', 'Optimization="1" RuntimeLibrary="0" PreprocessorDefinitions="BASE, COMMA" AdditionalIncludeDirectories="..\\Include; ..\\PC"')}
     <UserMacro Name="PyDllName" Value="python33"/>`,
  );
  const x64 = sheet(
    tool('VCCLCompilerTool', 'Optimization="2" AdditionalOptions="/GS-" PreprocessorDefinitions="_M_X64"'),
  );
  const { project } = await only(
    vcproj('one', {
      sheets: '.\\deep.vsprops;.\\x64.vsprops',
      tools: `${tool('VCCLCompilerTool', 'PreprocessorDefinitions="OWN" RuntimeLibrary="2" AdditionalOptions="/Zm200 "')}
        ${tool('VCLinkerTool', 'OutputFile="$(OutDir)\\$(PyDllName).dll" ImportLibrary="$(OutDir)$(PyDllName).lib" SubSystem="2" RandomizedBaseAddress="1"')}
        ${tool('VCManifestTool', 'EmbedManifest="false"')}`,
      files: file('..\\modules\\A.c') + file('..\\Modules\\a.h'),
    }),
    { 'PCbuild/base.vsprops': base, 'PCbuild/deep.vsprops': sheet('', '.\\base.vsprops'), 'PCbuild/x64.vsprops': x64 },
  );
  expect(project?.units).toMatchObject([
    {
      source: { root: 'source', path: 'Modules/a.c' },
      object: { root: 'intermediate', path: 'one/a.obj' },
      includes: [{ path: 'Include' }, { path: 'PC' }],
      defines: ['OWN', '_M_X64', 'BASE', 'COMMA', '_WINDLL', '_MBCS'],
      switches: ['/O2', '/MD', '/Zm200', '/GS-'],
    },
  ]);
  expect(project?.link).toMatchObject({
    kind: 'dll',
    output: { root: 'output', path: 'python33.dll' },
    importLibrary: { root: 'output', path: 'python33.lib' },
    switches: ['/DYNAMICBASE:NO', '/subsystem:Windows'],
  });
});

test('files: what holds for one alone, resources, assembly, and what is left out', async () => {
  const { project } = await only(
    vcproj('one', {
      kind: 1,
      files: [
        file('..\\Modules\\a.c', forX64(tool('VCCLCompilerTool', 'PreprocessorDefinitions="ONLY"'))),
        file('..\\Modules\\b.c', forX64('', 'ExcludedFromBuild="true"')),
        file('..\\PC\\r.rc', forX64(tool('VCResourceCompilerTool', 'Culture="1033"'))),
        file('..\\PC\\w.asm', forX64(tool('VCCustomBuildTool', 'CommandLine="ml64 /c" Outputs="$(IntDir)\\w.obj"'))),
      ].join(''),
    }),
  );
  expect(project?.units.map(({ source, defines }) => [source.path, defines])).toEqual([
    ['Modules/a.c', ['ONLY', '_MBCS']],
  ]);
  expect(project?.resources).toMatchObject([{ culture: '0x0409' }]);
  expect(project?.assemblies).toMatchObject([{ object: { root: 'intermediate', path: 'one/w.obj' } }]);
  expect(project?.link.output.path).toBe('one.exe');
});

test('libraries stand between blanks and in quotes, and those of projects before it are linked', async () => {
  const tools = tool('VCLinkerTool', 'AdditionalDependencies="ws2_32.lib &quot;$(OutDir)x.lib&quot;"');
  const { project } = await only(vcproj('one', { tools }), {}, ['pythoncore', 'kill_python']);
  expect(project?.references).toEqual(['pythoncore']);
  expect(project?.link.libraries.slice(0, 3)).toMatchObject([
    { kind: 'named', name: 'ws2_32.lib' },
    { kind: 'file', path: { root: 'output', path: 'x.lib' } },
    { kind: 'named', name: 'kernel32.lib' },
  ]);
  expect(project?.link.libraries.at(-1)).toMatchObject({ kind: 'project', path: { path: 'pythoncore.lib' } });
});

test('what CPython’s own helpers make on Windows: getbuildinfo.o and pythonnt_rc.h', async () => {
  const header = `#define PY_RELEASE_LEVEL_ALPHA\t0xA\n#define PY_MAJOR_VERSION\t3\n#define PY_MINOR_VERSION\t3
#define PY_MICRO_VERSION\t2\n#define PY_RELEASE_LEVEL\tPY_RELEASE_LEVEL_ALPHA\n#define PY_RELEASE_SERIAL\t3\n`;
  const tools = `${tool('VCPreLinkEventTool', 'Description="x" CommandLine="&quot;$(SolutionDir)make_buildinfo.exe&quot; Release &quot;$(IntDir)\\&quot;"')}
    ${tool('VCLinkerTool', 'AdditionalDependencies="&quot;$(IntDir)getbuildinfo.o&quot;"')}`;
  const files = { 'Modules/getbuildinfo.c': '', 'Include/patchlevel.h': header };
  const { project } = await only(vcproj('one', { tools }), files, ['make_versioninfo', 'make_buildinfo']);
  expect(project?.units.map(({ source }) => source.path)).toEqual(['Modules/getbuildinfo.c']);
  expect(project?.units[0]?.defines).toContain('USE_DL_EXPORT');
  expect(project?.link.libraries.every(({ kind }) => kind === 'named')).toBe(true);
  const [step] = project?.steps ?? [];
  expect(step).toMatchObject({ kind: 'write', output: { root: 'source', path: 'PC/pythonnt_rc.h' } });
  // 2 × 1000 + 10 × 10 + 3, as make_versioninfo.c computes it.
  expect(step?.kind === 'write' && step.text).toMatch(/^#define FIELD3 2103\r?$/m);
  expect(step?.kind === 'write' && step.text).toContain('"python33.dll"');
});

test('the toolset is that of Visual C++ 2008', async () => {
  const { plan } = await only(vcproj('one'));
  expect(plan.properties.PlatformToolset).toBe('v90');
});

test('a project that the solution does not build for x64 is not read', async () => {
  const files = { 'PCbuild/one.vcproj': vcproj('one') };
  const { projects, skipped } = await planOf({ ...files, 'PCbuild/pcbuild.sln': sln({ one: [] }, 'Release|Win32') });
  expect([projects, skipped]).toEqual([[], []]);
});

test.each([
  [tool('VCCLCompilerTool', 'OpenMP="true"'), 'The setting OpenMP of ClCompile is not understood'],
  [tool('VCCLCompilerTool', 'Optimization="9"'), 'The value “9” of Optimization is not known'],
  [tool('VCLinkerTool', 'OutputFile="C:\\x.dll"'), 'C:\\x.dll is not in the folder of results'],
  [tool('VCCustomBuildTool', 'CommandLine="perl x"'), 'The custom build of a project is not understood'],
  [tool('VCPostBuildEventTool', 'CommandLine="copy a b"'), 'The command of PostBuildEvent is not understood'],
])('what could change the result is refused: %s', async (tools, message) => {
  expect(await refusal(vcproj('one', { tools }))).toBe(message);
});

test('a property sheet that is not there is refused with the configuration’s place', async () => {
  const { skipped } = await only(vcproj('one', { sheets: '.\\gone.vsprops' }));
  expect(skipped[0]?.diagnostics[0]).toMatchObject({
    message: 'The property sheet .\\gone.vsprops does not exist',
    place: { file: 'PCbuild/one.vcproj', line: 5 },
  });
});

test('pcbuild.proj is taken before a solution beside it', async () => {
  const both = { 'PCbuild/pcbuild.sln': sln({ one: [] }), 'PCbuild/one.vcproj': vcproj('one') };
  const proj = '<Project><Target Name="Build"/></Project>';
  expect((await planOf({ ...both, 'PCbuild/pcbuild.proj': proj })).projects).toEqual([]);
  expect((await planOf(both)).projects).toHaveLength(1);
});
