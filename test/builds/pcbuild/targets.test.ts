import { expect, test } from 'vitest';
import type { BuildStep, PcProject } from '../../../src/builds/pcbuild/types.ts';
import { type Files, planOf, solution, vcxproj } from './rig.ts';

async function only(inside: string, files: Files = {}, options = {}): Promise<PcProject> {
  const sources = { 'Modules/a.c': '', 'Modules/getbuildinfo.c': '' };
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
const texts = (steps: readonly BuildStep[]) => steps.map((step) => (step.kind === 'write' ? step.text : step.kind));
const write = (text: string) => `<WriteLinesToFile File="$(IntDir)x.txt" Lines="${text}" Overwrite="true" />`;

const COMPILE =
  '<ItemDefinitionGroup><ClCompile><PreprocessorDefinitions>ALL</PreprocessorDefinitions></ClCompile></ItemDefinitionGroup>';

test('a file that a target adds before compiling is a unit, with what the definitions say', async () => {
  const { units, steps } = await only(`${COMPILE}<Target Name="_GetBuildInfo" BeforeTargets="PrepareForBuild">
    <Exec Command="git describe &gt; &quot;$(IntDir)gittag.txt&quot;" ContinueOnError="true" />
    <PropertyGroup><GitTag Condition="Exists('$(IntDir)gittag.txt')">never</GitTag></PropertyGroup>
    <ItemGroup><ClCompile Include="..\\Modules\\getbuildinfo.c">
      <PreprocessorDefinitions>GITTAG="$(GitTag)";%(PreprocessorDefinitions)</PreprocessorDefinitions></ClCompile></ItemGroup>
    </Target><ItemGroup><ClCompile Include="..\\Modules\\a.c" /></ItemGroup>`);
  expect(units.map(({ source, defines }) => [source.path, defines])).toEqual([
    ['Modules/a.c', ['ALL']],
    ['Modules/getbuildinfo.c', ['GITTAG=""', 'ALL']],
  ]);
  // git is asked: who builds gives GitVersion and its like.
  expect(steps).toEqual([]);
});

test('a target changes the item of which a condition speaks, and no other', async () => {
  const { units } = await only(`${COMPILE}<ItemGroup><ClCompile Include="..\\Modules\\a.c" />
    <ClCompile Include="..\\Modules\\getbuildinfo.c"><PreprocessorDefinitions>OWN</PreprocessorDefinitions></ClCompile></ItemGroup>
    <Target Name="T" BeforeTargets="ClCompile"><ItemGroup><ClCompile Condition="%(Filename) == 'getbuildinfo'">
      <PreprocessorDefinitions>X;%(PreprocessorDefinitions)</PreprocessorDefinitions></ClCompile></ItemGroup></Target>`);
  expect(units.map(({ defines }) => defines)).toEqual([['ALL'], ['X', 'OWN']]);
});

test('order: dependencies, what comes before, the target, what comes after; each once', async () => {
  const { steps } = await only(`
    <Target Name="Last" AfterTargets="Build">${write('6')}</Target>
    <Target Name="After" AfterTargets="Main">${write('4')}</Target>
    <Target Name="Before" BeforeTargets="Main" DependsOnTargets="Needed">${write('2')}</Target>
    <Target Name="Main" BeforeTargets="PrepareForBuild" DependsOnTargets="Needed;PrepareForBuild">${write('3')}</Target>
    <Target Name="Needed">${write('1')}</Target>
    <Target Name="Link0" BeforeTargets="Link">${write('5')}</Target>
    <Target Name="Not" BeforeTargets="Link" Condition="'1' == '2'" DependsOnTargets="NotEither">${write('never')}</Target>
    <Target Name="NotEither">${write('never')}</Target>
    <Target Name="Cleaning" BeforeTargets="Clean">${write('never')}</Target>`);
  expect(texts(steps)).toEqual(['1\r\n', '2\r\n', '3\r\n', '4\r\n', '5\r\n', '6\r\n']);
  expect(steps.map(({ time }) => time)).toEqual([...Array(4).fill('before-compile'), 'before-link', 'after-build']);
});

test('a header that is written: line breaks in the attribute stay, semicolons part lines', async () => {
  const { steps } =
    await only(`<Target Name="RcH" BeforeTargets="ClCompile" Inputs="..\\Modules\\a.c" Outputs="..\\PC\\pythonnt_rc.h">
    <WriteLinesToFile File="..\\PC\\pythonnt_rc.h" Overwrite="true" Encoding="ascii" Lines='/* made */
#define FIELD3 $([msbuild]::Add(1, 2))
#define DLL "python27.dll"
;%3B' /></Target>`);
  expect(steps).toMatchObject([{ kind: 'write', target: 'RcH', output: { root: 'source', path: 'PC/pythonnt_rc.h' } }]);
  expect(texts(steps)).toEqual(['/* made */\n#define FIELD3 3\n#define DLL "python27.dll"\r\n;\r\n']);
});

test('3.9’s stub: lines read, matched and written; its import library is made before the link', async () => {
  const inside = `<ItemDefinitionGroup><Link><AdditionalDependencies>$(OutDir)stub.lib</AdditionalDependencies></Link>
    <PreLinkEvent><Command>lib /nologo /def:"$(IntDir)stub.def" /out:"$(OutDir)stub.lib" /MACHINE:X64</Command></PreLinkEvent></ItemDefinitionGroup>
    <Target Name="BuildStubDef" BeforeTargets="PreLinkEvent">
    <ReadLinesFromFile File="..\\PC\\python3.def"><Output TaskParameter="Lines" ItemName="_DefLines" /></ReadLinesFromFile>
    <PropertyGroup><_Pattern>^[\\w.]+=.+?\\.([^ ]+).*$</_Pattern></PropertyGroup>
    <ItemGroup><_Lines Include="EXPORTS" />
      <_Symbols Include="@(_DefLines)" Condition="$([System.Text.RegularExpressions.Regex]::IsMatch(\`%(Identity)\`, \`$(_Pattern)\`))">
        <Symbol>$([System.Text.RegularExpressions.Regex]::Replace(\`%(Identity)\`, \`$(_Pattern)\`, \`$1\`))</Symbol></_Symbols>
      <_Lines Include="@(_Symbols->'%(Symbol)')" /></ItemGroup>
    <WriteLinesToFile File="$(IntDir)stub.def" Lines="@(_Lines)" Overwrite="true" Condition="@(_Lines) != @(_None)" /></Target>`;
  const def = 'LIBRARY "python3"\r\n\r\nEXPORTS\r\n  PyA=python39.PyA\r\n  PyB=python39.PyB DATA\r\n';
  const { steps } = await only(inside, { 'PC/python3.def': def });
  expect(texts(steps)).toEqual(['EXPORTS\r\nPyA\r\nPyB\r\n', 'import-library']);
  expect(steps[1]).toMatchObject({
    time: 'before-link',
    definition: { root: 'intermediate', path: 'one/stub.def' },
    output: { root: 'output', path: 'stub.lib' },
  });
});

const FROZEN = `<ItemGroup>
    <None Include="..\\Lib\\os.py"><ModName>os</ModName><IntFile>$(IntDir)os.g.h</IntFile><OutFile>$(PySource)Python\\frozen\\os.h</OutFile></None>
    <None Include="..\\Lib\\io.py"><ModName>io</ModName><IntFile>$(IntDir)io.g.h</IntFile><OutFile>$(PySource)Python\\frozen\\io.h</OutFile></None></ItemGroup>
  <Target Name="Freeze" AfterTargets="AfterBuild">
    <Exec Command='"$(TargetPath)" "%(None.ModName)" "%(None.FullPath)" "%(None.IntFile)"' />
    <Copy SourceFiles="%(None.IntFile)" DestinationFiles="%(None.OutFile)" Condition="!Exists(%(None.OutFile)) or Exists(%(None.IntFile))">
      <Output TaskParameter="CopiedFiles" ItemName="_Updated" /></Copy>
    <Message Text="@(_Updated->'%(Filename)')" />
    <Exec Command='$(PythonForBuild) "..\\Tools\\deepfreeze.py" ^
      "..\\Python\\frozen\\os.h:os" ^
      "S:\\source\\Python\\frozen\\io.h:io" "-o" "..\\Python\\deepfreeze.c"' />
    <Exec Command="$(PythonForBuild) ..\\Tools\\deepfreeze.py" /></Target>`;

test('frozen modules: the built program runs once a module, then Python on what came out', async () => {
  const options = { kind: 'Application', properties: '<PySource>S:\\source\\</PySource>' };
  const files = { 'Lib/os.py': '', 'Lib/io.py': '', 'Tools/deepfreeze.py': '', 'Python/frozen/IO.h': '' };
  const { steps } = await only(FROZEN, files, options);
  expect(texts(steps)).toEqual(['run', 'run', 'copy', 'python']);
  expect(steps[0]).toMatchObject({
    program: { root: 'output', path: 'one.exe' },
    args: ['os', { root: 'source', path: 'Lib/os.py' }, { root: 'intermediate', path: 'one/os.g.h' }],
    inputs: [{ path: 'Lib/os.py' }],
    outputs: [{ path: 'one/os.g.h' }],
  });
  expect(steps[2]).toMatchObject({ from: { path: 'one/os.g.h' }, output: { path: 'Python/frozen/os.h' } });
  expect(steps[3]).toMatchObject({
    program: { path: 'Tools/deepfreeze.py' },
    args: [
      { path: { root: 'source', path: 'Python/frozen/os.h' }, suffix: ':os' },
      { path: { root: 'source', path: 'Python/frozen/IO.h' }, suffix: ':io' },
      '-o',
      { root: 'source', path: 'Python/deepfreeze.c' },
    ],
    outputs: [{ path: 'Python/deepfreeze.c' }],
  });
});

test('what the tree has already is not made again', async () => {
  const { steps } = await only(
    `<ItemGroup><_Out Include="..\\Parser\\parser.c" /></ItemGroup>
    <Target Name="Regen" BeforeTargets="PrepareForBuild" Inputs="..\\Grammar" Outputs="@(_Out)"><Zip /></Target>`,
    { 'Parser/parser.c': '' },
  );
  expect(steps).toEqual([]);
});

test('a text that names folders of the evaluation is not written', async () => {
  const { steps } = await only(
    `<Target Name="Bat" AfterTargets="AfterBuild">${write('@set PYTHONHOME=$(MSBuildThisFileDirectory)')}</Target>`,
  );
  expect(steps).toEqual([]);
});
