/** How what was built is run. `native`: here, as it is. */
export type RunnerKind = 'native' | 'qemu' | 'wine' | 'ssh' | 'manual';

/** What is measured of a target's interpreters: the names of a run's stages. */
export type Measurement = 'size' | 'tests' | 'growth' | 'memory' | 'instructions' | 'speed';

/** Programs of a toolchain beside the compiler. */
export type BinutilName = 'ar' | 'ranlib' | 'readelf' | 'strip' | 'nm' | 'size';

/** Settings of configure and make, of a target or of a range of Python versions on it. */
export interface BuildSettings {
  readonly cflags?: string | undefined;
  readonly ldflags?: string | undefined;
  /** Options and variables as configure takes them: `--disable-ipv6`, `LINKFORSHARED= `. */
  readonly configure?: readonly string[] | undefined;
  /** Answers for configure (config.site). */
  readonly site?: Readonly<Record<string, string>> | undefined;
  readonly modules?: ModuleSet | undefined;
  /** More for make to do beside its default or the interpreter. */
  readonly goals?: readonly string[] | undefined;
}

/** Which extension modules there are. */
export interface ModuleSet {
  /** `choice`: what the user asks for with `--modules`; `static`: those of `names` alone, linked into the interpreter. */
  readonly set: 'choice' | 'static';
  /** Of `static`; absent: what `--modules core` builds. The sources of each are those that the tree's Modules/Setup names. */
  readonly names?: readonly string[] | undefined;
  /** Modules that cannot be had there, although Modules/Setup turns them on: `pwd`. */
  readonly without?: readonly string[] | undefined;
  /** Lines for Setup.local as they are, for what Modules/Setup does not know. */
  readonly lines?: readonly string[] | undefined;
}

/** What differs for some versions of Python; all ranges that hold apply, in their order. */
export interface VersionSettings extends BuildSettings {
  /** As in recipes: `>=2.7 <3.0`. */
  readonly python: string;
  /** These versions cannot be built for the target, and why: the sentence that the user gets. */
  readonly refuse?: string | undefined;
  readonly limits?: readonly string[] | undefined;
  readonly cannot?: Readonly<Partial<Record<Measurement, string>>> | undefined;
}

/** Where a cross compiler's programs are. `${NAME}` in values stands for a variable of `environment`. */
export interface ToolchainDescriptor {
  /** Compiler and its options; default: `<host>-gcc`, then `<host>-clang`. */
  readonly cc?: readonly string[] | undefined;
  /** Before the names of the other programs; default: `<host>-`. */
  readonly prefix?: string | undefined;
  /** Names or paths of programs that are not called prefix and name. */
  readonly tools?: Readonly<Partial<Record<BinutilName, string>>> | undefined;
  /** Folders in which programs are looked for first. */
  readonly folders?: readonly string[] | undefined;
  /** Variables that say where the toolchain is, and that its programs see. */
  readonly environment?:
    | Readonly<Record<string, { readonly default: string; readonly why?: string | undefined }>>
    | undefined;
  /** Of pcbuild: the folder of a Microsoft SDK, as xwin or msvc-wine lays it out; absent or empty: mingw-w64's headers. */
  readonly sysroot?: string | undefined;
  /** Debian's packages that bring it. */
  readonly packages?: readonly string[] | undefined;
  /** How to get it where no package brings it: a sentence. */
  readonly obtain?: string | undefined;
}

/** How a target's interpreters are run. */
export type RunDescriptor =
  | { readonly runner: 'native' }
  | {
      readonly runner: 'qemu';
      /** `qemu-ppc64`: the user-mode emulator. */
      readonly program: string;
      /** For `-L`: where the target's dynamic loader and libraries are. Not for static interpreters. */
      readonly sysroot?: string | undefined;
      /** For `-cpu`. Models that are known to break are refused. */
      readonly cpu?: string | undefined;
      /** More options of the emulator's. */
      readonly args?: readonly string[] | undefined;
      readonly packages?: readonly string[] | undefined;
    }
  | {
      readonly runner: 'ssh';
      /** `ssh://user@host:port/dir`. */
      readonly url: string;
      readonly options?: readonly string[] | undefined;
      readonly packages?: readonly string[] | undefined;
    }
  | {
      readonly runner: 'wine';
      readonly program?: string | undefined;
      readonly packages?: readonly string[] | undefined;
    }
  | {
      readonly runner: 'manual';
      /** What a person does to run it there: a sentence. */
      readonly how?: string | undefined;
    };

/** A target as data: a user can add one in `forkwright.yml`. */
export interface TargetDescriptor extends BuildSettings {
  readonly name: string;
  readonly title: string;
  /**
   * The build driver: how this target's CPython is built. `pcbuild` reads CPython's projects for Windows and builds them by
   * clang and ninja; `msbuild` has CPython's own script build them with Visual Studio.
   */
  readonly driver: 'configure-make' | 'pcbuild' | 'msbuild';
  /** The versions that can be built for it; absent: all. */
  readonly python?: string | undefined;
  /** Why other versions cannot: a sentence. */
  readonly otherwise?: string | undefined;
  /** GNU triplet for `configure --host`; absent: this machine. */
  readonly host?: string | undefined;
  readonly toolchain?: ToolchainDescriptor | undefined;
  readonly versions?: readonly VersionSettings[] | undefined;
  readonly run: RunDescriptor;
  /** The port: recipes that both variants need to be built for this target at all, applied before those that are examined. */
  readonly recipes?: readonly string[] | undefined;
  /** What to know about it: sentences for the report. */
  readonly limits: readonly string[];
  /** What cannot be measured there, each with its reason: a sentence. */
  readonly cannot?: Readonly<Partial<Record<Measurement, string>>> | undefined;
  /** What differs when Forkwright itself runs on Windows: see `onPlatform`. */
  readonly windows?: WindowsSettings | undefined;
}

/** A target's members but its name. */
export type WindowsSettings = {
  readonly [Member in Exclude<keyof TargetDescriptor, 'name' | 'windows'>]?: TargetDescriptor[Member] | undefined;
};

/** A program that was found on this machine. */
export interface Tool {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** First line of `--version`. */
  readonly version: string;
}

/** Something that a target needs, and how to get it. For `doctor`. */
export interface Requirement {
  readonly need: string;
  readonly why: string;
  readonly optional: boolean;
  readonly found?: Tool | undefined;
  /** The exact command that installs it here, or a sentence where there is none. */
  readonly install?: string | undefined;
  /** Packages for `doctor --fix`. */
  readonly packages: readonly string[];
}

export interface Toolchain {
  readonly target: TargetDescriptor;
  readonly cc: Tool & {
    readonly family: 'gcc' | 'clang' | 'unknown';
    readonly major: number;
    readonly triplet: string;
    /** As typed after `CC=`: the program and its options. */
    readonly command: readonly string[];
  };
  readonly make: Tool;
  /** Of a cross toolchain: absolute paths; empty for the host, whose own are found on its PATH. */
  readonly binutils: Readonly<Partial<Record<BinutilName, string>>>;
  /** Of a cross toolchain: variables that its programs see (PS3DEV). */
  readonly env: Readonly<Record<string, string>>;
  /** The folders on a build's PATH: the system's, and those of the tools when they lie elsewhere. */
  readonly path: readonly string[];
  readonly launcher?: Tool | undefined;
}
