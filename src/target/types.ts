/** How what was built is run. `native`: here, as it is. Others come with cross targets. */
export type RunnerKind = 'native' | 'qemu' | 'wine' | 'ssh' | 'manual';

/** A target as data: a user can add one in `forkwright.yml`. */
export interface TargetDescriptor {
  readonly name: string;
  readonly title: string;
  /** The build driver: how this target's CPython is built. */
  readonly driver: 'configure-make' | 'pcbuild';
  /** GNU triplet for `configure --host`; absent: this machine. */
  readonly host?: string | undefined;
  readonly cc?: readonly string[] | undefined;
  readonly cflags?: string | undefined;
  readonly ldflags?: string | undefined;
  readonly configure?: readonly string[] | undefined;
  /** Answers for configure (config.site). */
  readonly site?: Readonly<Record<string, string>> | undefined;
  readonly runner: RunnerKind;
  /** What cannot be measured there, each with its reason. */
  readonly limits: readonly string[];
}

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
  /** The exact command that installs it here. */
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
  /** The folders on a build's PATH: the system's, and those of the tools when they lie elsewhere. */
  readonly path: readonly string[];
  readonly launcher?: Tool | undefined;
}
