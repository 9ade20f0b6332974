import type { z } from 'zod';
import type { Frozen } from '../system/frozen.ts';
import type { BinutilName } from './drivers.ts';
import type { settingsSchema, targetSchema } from './schema.ts';

/** A target as data: a user can add one in `forkwright.yml`. Its members are described in the schema. */
export type TargetDescriptor = Frozen<z.infer<typeof targetSchema>>;
export type RunDescriptor = TargetDescriptor['run'];
/** Settings of configure and make, of a target or of a range of Python versions on it. */
export type BuildSettings = Frozen<z.infer<typeof settingsSchema>>;

export interface Tool {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** First line of `--version`. */
  readonly version: string;
}

export interface Requirement {
  readonly need: string;
  readonly why: string;
  readonly optional: boolean;
  readonly found?: Tool | undefined;
  /** The exact command that installs it here, or a sentence where there is none. */
  readonly install?: string | undefined;
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
