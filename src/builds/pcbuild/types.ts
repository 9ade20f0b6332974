import type { Diagnostic, Place } from '../../system/diagnostic.ts';

/**
 * Where a path of a Windows build begins.
 * `source`: the CPython tree. `intermediate`: objects and generated files (`Py_IntDir`). `output`: what is built
 * (`OutDir`). `externals`: the libraries that CPython's own build fetches (`ExternalsDir`), which are not there.
 */
export type PathRoot = 'source' | 'intermediate' | 'output' | 'externals';

/** A file or folder, independent of the machine that builds. */
export interface BuildPath {
  readonly root: PathRoot;
  /**
   * Relative, with '/', normalised, without a slash at the end; '' is the root itself. Below `source` spelt as on disk
   * when it is there.
   */
  readonly path: string;
}

/** The real, absolute folder of each root, for the writers. */
export type BuildRoots = Readonly<Record<PathRoot, string>>;

/** What an object is made of. An assembly source is a custom build of 2.7's _ctypes. */
export interface Unit {
  readonly source: BuildPath;
  /** Unique in the build; of a resource script the .res file. */
  readonly object: BuildPath;
  readonly place: Place;
}

/** What is preprocessed. */
interface IncludingUnit extends Unit {
  /** In order of search. */
  readonly includes: readonly BuildPath[];
  /** `NAME` or `NAME=VALUE`, in order, each once; what a command line has after `-D`, not quoted for a shell. */
  readonly defines: readonly string[];
}

/** One translation unit. */
export interface CompileUnit extends IncludingUnit {
  readonly language: 'c' | 'c++';
  /** All other options in cl's notation: `/O2`, `/MD`, `/W3`, `/utf-8`. Whole-program (`/GL`) and `/Zi` are among them. */
  readonly switches: readonly string[];
}

/** A resource script. */
export interface ResourceUnit extends IncludingUnit {
  /** `0x0409`. */
  readonly culture?: string | undefined;
}

export type LinkLibrary =
  /** Found along the library path: `ws2_32.lib`. */
  | { readonly kind: 'named'; readonly name: string }
  /** A file that a step makes; the import library or the static library of another project. */
  | { readonly kind: 'file' | 'project'; readonly path: BuildPath };

export interface LinkStep {
  readonly kind: 'exe' | 'dll' | 'lib';
  /** `python39.dll`, `_socket.pyd`, `python_d.exe`. */
  readonly output: BuildPath;
  /** Of a dll. An exe may have one as well when it exports; none is claimed here. */
  readonly importLibrary?: BuildPath | undefined;
  readonly libraries: readonly LinkLibrary[];
  readonly libraryFolders: readonly BuildPath[];
  readonly definition?: BuildPath | undefined;
  /** All other options in link's notation: `/OPT:REF,NOICF`, `/LTCG`, `/stack:2000000`, `/EXPORT:DllGetClassObject,PRIVATE`. */
  readonly switches: readonly string[];
  readonly place: Place;
}

/** When a step of a Target or an event is done, in the order of Microsoft.Cpp's targets. */
export type StepTime = 'before-compile' | 'before-link' | 'after-build';

interface StepBase {
  readonly time: StepTime;
  /** The Target or the event that does it: `GeneratePythonNtRcH`, `PreLinkEvent`. */
  readonly target: string;
  readonly place: Place;
}

/** A word, a path that was recognised, or one with a suffix (`…/os.h:os`). */
export type StepArgument = string | BuildPath | { readonly path: BuildPath; readonly suffix: string };

export type BuildStep =
  /** A text file, content known: `pythonnt_rc.h`, 3.13's `pyconfig.h`, `python3stub.def`. `text` is its bytes as latin1. */
  | (StepBase & { readonly kind: 'write'; readonly output: BuildPath; readonly text: string })
  | (StepBase & { readonly kind: 'copy'; readonly from: BuildPath; readonly output: BuildPath })
  /** `lib /def:X /out:Y`: 3.9's python3stub.lib. */
  | (StepBase & { readonly kind: 'import-library'; readonly definition: BuildPath; readonly output: BuildPath })
  /**
   * `run`: a built program, `_freeze_module.exe NAME IN OUT`. `python`: a Python of the building machine runs the
   * program, a script: 3.11's deepfreeze.py.
   */
  | (StepBase & {
      readonly kind: 'run' | 'python';
      readonly program: BuildPath;
      readonly args: readonly StepArgument[];
      readonly inputs: readonly BuildPath[];
      readonly outputs: readonly BuildPath[];
    });

export function outputsOf(step: BuildStep): readonly BuildPath[] {
  return 'outputs' in step ? step.outputs : [step.output];
}

export interface PcProject {
  /** The file's name without `.vcxproj`. */
  readonly name: string;
  /** Belongs to CPython's tests or examples by pcbuild.proj (`TestModules`). */
  readonly test: boolean;
  /** Projects that must be built before, by name. */
  readonly references: readonly string[];
  readonly units: readonly CompileUnit[];
  readonly resources: readonly ResourceUnit[];
  readonly assemblies: readonly Unit[];
  readonly link: LinkStep;
  readonly steps: readonly BuildStep[];
}

/** A project that is not built, with the sentence for the user. */
export interface SkippedProject {
  readonly name: string;
  /**
   * `externals`: sources or libraries that are not there. `reference`: needs a project that is skipped.
   * `other-build`: nmake, perl: not a compile of its own. `refused`: an unknown construct that could change the result.
   */
  readonly reason: 'externals' | 'reference' | 'other-build' | 'refused';
  readonly diagnostics: readonly Diagnostic[];
}

export interface PcbuildPlan {
  /** `Release|x64`. */
  readonly configuration: string;
  /** Before another comes all that it references; otherwise pcbuild.proj's order. */
  readonly projects: readonly PcProject[];
  readonly skipped: readonly SkippedProject[];
  /** Evaluated facts that a driver wants: `PlatformToolset`, `PyDllName`, `SysWinVer`, `Field3Value`, … of pythoncore. */
  readonly properties: Readonly<Record<string, string>>;
}
