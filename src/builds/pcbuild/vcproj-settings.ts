/** How a setting of Visual Studio 2008 is said to MSBuild. */
interface Setting {
  /** Its name there; default: the same. */
  readonly name?: string;
  /**
   * Numbers: what MSBuild says for each. `same`: as it is. `list`, `words`, `libraries`: what was said before comes behind its own.
   * `language`: the number of a culture. `nothing`: nothing that is built changes by it.
   */
  readonly kind: 'same' | 'list' | 'words' | 'libraries' | 'language' | 'nothing' | Readonly<Record<string, string>>;
}
export type Settings = Readonly<Record<string, Setting>>;

const SAME: Setting = { kind: 'same' };
const LIST: Setting = { kind: 'list' };
const WORDS: Setting = { kind: 'words' };
const NOTHING: Setting = { kind: 'nothing' };
const YES_NO: Setting = { kind: { 0: '', 1: 'false', 2: 'true' } };

/** @see https://learn.microsoft.com/previous-versions/visualstudio/visual-studio-2008/aa712521(v=vs.90) */
const COMPILER: Settings = {
  AdditionalIncludeDirectories: LIST,
  AdditionalOptions: WORDS,
  BrowseInformation: NOTHING,
  BufferSecurityCheck: SAME,
  CompileAs: { kind: { 0: 'Default', 1: 'CompileAsC', 2: 'CompileAsCpp' } },
  DebugInformationFormat: { kind: { 0: '', 1: 'OldStyle', 3: 'ProgramDatabase', 4: 'EditAndContinue' } },
  DisableSpecificWarnings: LIST,
  EnableFunctionLevelLinking: { name: 'FunctionLevelLinking', kind: 'same' },
  EnableIntrinsicFunctions: { name: 'IntrinsicFunctions', kind: 'same' },
  ExceptionHandling: { kind: { 0: 'false', 1: 'Sync', 2: 'Async' } },
  InlineFunctionExpansion: { kind: { 0: 'Default', 1: 'OnlyExplicitInline', 2: 'AnySuitable' } },
  Optimization: { kind: { 0: 'Disabled', 1: 'MinSpace', 2: 'MaxSpeed', 3: 'Full' } },
  PreprocessorDefinitions: LIST,
  RuntimeLibrary: {
    kind: { 0: 'MultiThreaded', 1: 'MultiThreadedDebug', 2: 'MultiThreadedDLL', 3: 'MultiThreadedDebugDLL' },
  },
  StringPooling: SAME,
  SuppressStartupBanner: SAME,
  WarningLevel: { kind: { 0: 'TurnOffAllWarnings', 1: 'Level1', 2: 'Level2', 3: 'Level3', 4: 'Level4' } },
};

const LINKER: Settings = {
  AdditionalDependencies: { kind: 'libraries' },
  AdditionalLibraryDirectories: LIST,
  AdditionalManifestDependencies: NOTHING,
  AdditionalOptions: WORDS,
  BaseAddress: SAME,
  DataExecutionPrevention: YES_NO,
  // Of equal functions and of what nobody calls: said for all versions alike where it is linked.
  EnableCOMDATFolding: NOTHING,
  GenerateDebugInformation: SAME,
  GenerateManifest: NOTHING,
  IgnoreDefaultLibraryNames: { name: 'IgnoreSpecificDefaultLibraries', kind: 'list' },
  // These two are the project's name.
  ImportLibrary: NOTHING,
  OutputFile: NOTHING,
  LinkIncremental: NOTHING,
  ModuleDefinitionFile: SAME,
  OptimizeReferences: NOTHING,
  ProgramDatabaseFile: NOTHING,
  RandomizedBaseAddress: YES_NO,
  StackCommitSize: SAME,
  StackReserveSize: SAME,
  SubSystem: { kind: { 0: '', 1: 'Console', 2: 'Windows' } },
  SuppressStartupBanner: SAME,
  TargetMachine: { kind: { 0: '', 1: 'MachineX86', 17: 'MachineX64' } },
};

const RESOURCES: Settings = {
  AdditionalIncludeDirectories: LIST,
  Culture: { kind: 'language' },
  PreprocessorDefinitions: LIST,
};

const EVENT: Settings = { CommandLine: { name: 'Command', kind: 'same' }, Description: NOTHING };

/** The tools that make what is compiled and linked: what MSBuild calls what is said of them, and each setting. */
export const TOOLS: Readonly<Record<string, readonly [type: string, settings: Settings]>> = {
  VCCLCompilerTool: ['ClCompile', COMPILER],
  VCLinkerTool: ['Link', LINKER],
  VCResourceCompilerTool: ['ResourceCompile', RESOURCES],
  VCPreBuildEventTool: ['PreBuildEvent', EVENT],
  VCPreLinkEventTool: ['PreLinkEvent', EVENT],
  VCPostBuildEventTool: ['PostBuildEvent', EVENT],
};
