/** Programs of a toolchain beside the compiler. */
export const BINUTILS = ['ar', 'ranlib', 'readelf', 'strip', 'nm', 'size'] as const;
export type BinutilName = (typeof BINUTILS)[number];

export type DriverOption = 'sysroot' | 'externals';

/** What must be known of a build driver where nothing is built. How it builds is for its own file in builds/ to say. */
interface DriverFacts {
  /** What runs the build's commands, and the Debian packages that bring it. */
  readonly make: { readonly program: string; readonly packages: readonly string[]; readonly why: string };
  /** Its compiler makes a program by itself, which is tried before anything is built: no sysroot, no developer's prompt. */
  readonly tried: boolean;
  /** What it builds are programs for Windows, with the interpreter's code in a DLL. */
  readonly windows: boolean;
  /** Programs that look into object files come with its toolchain. */
  readonly binutils: boolean;
  readonly takes: readonly DriverOption[];
  /** Why it does not run on a system: a sentence. */
  readonly notOn?: Readonly<Partial<Record<NodeJS.Platform, string>>>;
}

/**
 * The build drivers: how a target's CPython is built. `pcbuild` reads CPython's projects for Windows and builds them by
 * clang and ninja; `msbuild` has CPython's own script build them with Visual Studio.
 */
export const DRIVER_FACTS = {
  'configure-make': {
    make: { program: 'make', packages: ['make'], why: "runs CPython's Makefile" },
    tried: true,
    windows: false,
    binutils: true,
    takes: [],
    notOn: {
      win32: 'configure and make do not run on Windows: build CPython’s own projects there, with --target msvc-x64',
    },
  },
  pcbuild: {
    make: { program: 'ninja', packages: ['ninja-build'], why: "runs the commands of CPython's Windows projects" },
    tried: false,
    windows: true,
    binutils: true,
    takes: ['sysroot'],
  },
  msbuild: {
    make: { program: 'MSBuild', packages: [], why: "builds CPython's Windows projects" },
    tried: false,
    windows: true,
    binutils: false,
    takes: ['externals'],
  },
} as const satisfies Readonly<Record<string, DriverFacts>>;

export type DriverName = keyof typeof DRIVER_FACTS;
export const DRIVER_NAMES = Object.keys(DRIVER_FACTS) as [DriverName, ...DriverName[]];

export const factsOf = ({ driver }: { readonly driver: DriverName }): DriverFacts => DRIVER_FACTS[driver];
