import type { Diagnostic, Place } from '../../system/diagnostic.ts';

/**
 * Where a path of a Windows build begins.
 * `source`: the CPython tree. `intermediate`: objects and generated files (`Py_IntDir`). `output`: what is built
 * (`OutDir`). `externals`: the libraries that CPython's own build fetches (`ExternalsDir`).
 */
export type PathRoot = 'source' | 'intermediate' | 'output' | 'externals';

/** A file or folder, independent of the machine that builds. */
export interface BuildPath {
  readonly root: PathRoot;
  /**
   * Relative, with '/', normalised, without a slash at the end; '' is the root itself. Below `source` and `externals`
   * spelt as on disk when it is there.
   */
  readonly path: string;
}

/** The real, absolute folder of each root, for the writers. */
export type BuildRoots = Readonly<Record<PathRoot, string>>;

/** A folder of external libraries, read only; paths are relative, with '/'. */
export interface ExternalsFolder {
  /** All files below it. */
  readonly files: readonly string[];
  /** A file's bytes as latin1. */
  read(path: string): Promise<string | undefined>;
}

/** What the projects are evaluated for: the command line of an `msbuild PCbuild\pcbuild.proj`. */
export interface PcbuildRequest {
  /** `Release`, `Debug`; `PGInstrument` and `PGUpdate` are evaluated as well. */
  readonly configuration: string;
  /** `x64`. */
  readonly platform: string;
  /**
   * Global properties, as `/p:NAME=VALUE`: projects cannot reassign them. Paths in them are written with
   * {@link VIRTUAL_ROOTS}: `zlibDir: 'X:\\externals\\zlib\\'`.
   */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Environment variables that the projects may see; nothing else of this machine's environment is seen. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Answers to `$(registry:KEY@VALUE)`, by the whole text after the colon; what is not here is empty. */
  readonly registry?: Readonly<Record<string, string>> | undefined;
  /** Default: there are none, and projects that need one are skipped. */
  readonly externals?: ExternalsFolder | undefined;
}

/** One translation unit. */
export interface CompileUnit {
  readonly source: BuildPath;
  /** Unique in the build. */
  readonly object: BuildPath;
  readonly language: 'c' | 'c++';
  /** In order of search. */
  readonly includes: readonly BuildPath[];
  /** `NAME` or `NAME=VALUE`, in order, each once; what a command line has after `-D`, not quoted for a shell. */
  readonly defines: readonly string[];
  /** All other options in cl's notation: `/O2`, `/MD`, `/W3`, `/utf-8`. Whole-program (`/GL`) and `/Zi` are among them. */
  readonly switches: readonly string[];
  readonly place: Place;
}

/** A resource script. */
export interface ResourceUnit {
  readonly source: BuildPath;
  /** The .res file. */
  readonly object: BuildPath;
  readonly includes: readonly BuildPath[];
  /** As of a compile unit: `ORIGINAL_FILENAME="python.exe"` with its quotes. */
  readonly defines: readonly string[];
  /** `0x0409`. */
  readonly culture?: string | undefined;
  readonly place: Place;
}

/** An assembly source: a custom build of 2.7's _ctypes. */
export interface AssemblyUnit {
  readonly source: BuildPath;
  readonly object: BuildPath;
  /** The project's own command, evaluated: `ml64 /nologo /c /Zi …`. */
  readonly command: string;
  readonly place: Place;
}

/** What is linked beside the project's objects. */
export type LinkLibrary =
  /** Found along the library path: `ws2_32.lib`. */
  | { readonly kind: 'named'; readonly name: string }
  /** A file of an external or one that a step makes. */
  | { readonly kind: 'file'; readonly path: BuildPath }
  /** The import library or the static library of another project. */
  | { readonly kind: 'project'; readonly project: string; readonly path: BuildPath };

export interface LinkStep {
  readonly kind: 'exe' | 'dll' | 'lib';
  /** `python39.dll`, `_socket.pyd`, `python_d.exe`. */
  readonly output: BuildPath;
  /** Of a dll. An exe may have one as well when it exports; none is claimed here. */
  readonly importLibrary?: BuildPath | undefined;
  readonly libraries: readonly LinkLibrary[];
  readonly libraryFolders: readonly BuildPath[];
  readonly definition?: BuildPath | undefined;
  /** `console`, `windows`. */
  readonly subsystem?: string | undefined;
  /** Bytes, as the project writes them: `2000000`. */
  readonly stackReserve?: string | undefined;
  readonly stackCommit?: string | undefined;
  readonly baseAddress?: string | undefined;
  readonly entryPoint?: string | undefined;
  readonly noEntryPoint: boolean;
  readonly ignoredDefaultLibraries: readonly string[];
  readonly delayLoaded: readonly string[];
  /** `FUNCTION` of each `/EXPORT:`, options kept: `DllGetClassObject,PRIVATE`. */
  readonly exports: readonly string[];
  /** All other options in link's notation: `/OPT:REF,NOICF`, `/LTCG`, `/DEBUG`. */
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

/** Work of a project beside compiling and linking. */
export type BuildStep =
  /** A text file, content known: `pythonnt_rc.h`, 3.13's `pyconfig.h`, `python3stub.def`. `text` is its bytes as latin1. */
  | (StepBase & { readonly kind: 'write'; readonly output: BuildPath; readonly text: string })
  | (StepBase & { readonly kind: 'copy'; readonly from: BuildPath; readonly output: BuildPath })
  /** `lib /def:X /out:Y`: 3.9's python3stub.lib. */
  | (StepBase & { readonly kind: 'import-library'; readonly definition: BuildPath; readonly output: BuildPath })
  /** A built program is run: `_freeze_module.exe NAME IN OUT`. Arguments that are paths have been recognised. */
  | (StepBase & {
      readonly kind: 'run';
      readonly program: BuildPath;
      readonly args: readonly (string | BuildPath)[];
      readonly inputs: readonly BuildPath[];
      readonly outputs: readonly BuildPath[];
    })
  /** A Python of the building machine runs a script: 3.11's deepfreeze.py. */
  | (StepBase & {
      readonly kind: 'python';
      readonly script: BuildPath;
      /** Paths with a suffix (`…/os.h:os`) are given as a text with the path in front. */
      readonly args: readonly (string | BuildPath | { readonly path: BuildPath; readonly suffix: string })[];
      readonly inputs: readonly BuildPath[];
      readonly outputs: readonly BuildPath[];
    });

/** Something that the reader left out knowingly, and why that does not change what is built. */
export interface LeftOut {
  /** `import`, `target`, `task`, `item`, `metadata`, `registry`. */
  readonly what: string;
  readonly name: string;
  readonly why: string;
  readonly place: Place;
}

export interface PcProject {
  /** The file's name without `.vcxproj`. */
  readonly name: string;
  readonly file: BuildPath;
  /** Which list of pcbuild.proj builds it (`FreezeProjects`, `Projects`, `Projects2`); not when only referenced. */
  readonly listed?: string | undefined;
  /** Belongs to CPython's tests or examples by pcbuild.proj (`TestModules`). */
  readonly test: boolean;
  /** Projects that must be built before, by name. */
  readonly references: readonly string[];
  readonly units: readonly CompileUnit[];
  readonly resources: readonly ResourceUnit[];
  readonly assemblies: readonly AssemblyUnit[];
  readonly link: LinkStep;
  readonly steps: readonly BuildStep[];
  readonly leftOut: readonly LeftOut[];
}

export type SkipReason = 'externals' | 'reference' | 'other-build' | 'refused';

/** A project that is not built, with the sentence for the user. */
export interface SkippedProject {
  readonly name: string;
  /**
   * `externals`: sources or libraries that are not there. `reference`: needs a project that is skipped.
   * `other-build`: nmake, perl: not a compile of its own. `refused`: an unknown construct that could change the result.
   */
  readonly reason: SkipReason;
  readonly test: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** All that a configuration builds. Plain data. */
export interface PcbuildPlan {
  readonly configuration: string;
  readonly platform: string;
  /** Before another comes all that it references; otherwise pcbuild.proj's order. */
  readonly projects: readonly PcProject[];
  readonly skipped: readonly SkippedProject[];
  /** Evaluated facts that a driver wants: `PyDllName`, `MajorVersionNumber`, `SysWinVer`, `Field3Value`, … of pythoncore. */
  readonly properties: Readonly<Record<string, string>>;
}
