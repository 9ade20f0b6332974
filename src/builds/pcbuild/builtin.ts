/**
 * What of Visual C++'s own property sheets and targets matters to compile and link lines. They are Microsoft's and are on
 * no machine that builds without Visual Studio; these lines say the same in our words.
 * @see https://learn.microsoft.com/cpp/build/reference/common-macros-for-build-commands-and-properties
 */
const DEFAULTS = `<Project>
  <PropertyGroup>
    <ProjectName Condition="'$(ProjectName)' == ''">$(MSBuildProjectName)</ProjectName>
    <ConfigurationType Condition="'$(ConfigurationType)' == ''">Application</ConfigurationType>
  </PropertyGroup>
</Project>`;

const PROPS = `<Project>
  <PropertyGroup>
    <TargetExt Condition="'$(ConfigurationType)' == 'Application'">.exe</TargetExt>
    <TargetExt Condition="'$(ConfigurationType)' == 'DynamicLibrary'">.dll</TargetExt>
    <TargetExt Condition="'$(ConfigurationType)' == 'StaticLibrary'">.lib</TargetExt>
  </PropertyGroup>
  <ItemDefinitionGroup>
    <ClCompile>
      <PreprocessorDefinitions Condition="'$(CharacterSet)' == 'Unicode'">_UNICODE;UNICODE</PreprocessorDefinitions>
      <PreprocessorDefinitions Condition="'$(CharacterSet)' == 'MultiByte'">_MBCS</PreprocessorDefinitions>
      <PreprocessorDefinitions Condition="'$(ConfigurationType)' == 'DynamicLibrary'">_WINDLL;%(PreprocessorDefinitions)</PreprocessorDefinitions>
    </ClCompile>
    <ResourceCompile>
      <PreprocessorDefinitions Condition="'$(CharacterSet)' == 'Unicode'">_UNICODE;UNICODE</PreprocessorDefinitions>
      <PreprocessorDefinitions Condition="'$(CharacterSet)' == 'MultiByte'">_MBCS</PreprocessorDefinitions>
    </ResourceCompile>
    <Link>
      <AdditionalDependencies>kernel32.lib;user32.lib;gdi32.lib;winspool.lib;comdlg32.lib;advapi32.lib;shell32.lib;ole32.lib;oleaut32.lib;uuid.lib;odbc32.lib;odbccp32.lib</AdditionalDependencies>
    </Link>
    <ProjectReference>
      <LinkLibraryDependencies>true</LinkLibraryDependencies>
    </ProjectReference>
  </ItemDefinitionGroup>
</Project>`;

const TARGETS = `<Project>
  <PropertyGroup>
    <TargetName Condition="'$(TargetName)' == ''">$(ProjectName)</TargetName>
    <TargetPath>$(OutDir)$(TargetName)$(TargetExt)</TargetPath>
  </PropertyGroup>
</Project>`;

/** Where `$(VCTargetsPath)` is said to be. */
export const VC_TARGETS = 'V:\\VC';

/** By name in small letters. The targets are not evaluated: what they do, in which order, is in run-targets.ts. */
export const BUILTIN_FILES: ReadonlyMap<string, string> = new Map([
  ['microsoft.cpp.default.props', DEFAULTS],
  ['microsoft.cpp.props', PROPS],
  ['microsoft.cpp.targets', TARGETS],
]);
