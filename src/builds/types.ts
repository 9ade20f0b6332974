import type { Checkout } from '../checkout/types.ts';
import type { FileChange, GeneratedPatch } from '../patch/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { TargetDescriptor, Toolchain } from '../targets/types.ts';
import type { Build } from './build-file.ts';

export type { Build } from './build-file.ts';

/** `control` is the baseline built a second time and linked in another order, for the noise floor. */
export const VARIANTS = ['baseline', 'patched', 'control'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface BuildOptions {
  /** Profile-guided optimisation. Off unless asked: recorded either way. */
  readonly pgo: boolean;
  readonly modules: 'core' | 'all';
  /** Extra configure options of the user's, for all variants. */
  readonly configure: readonly string[];
  readonly cflags?: string | undefined;
  /** Of msbuild: CPython's own script may fetch the libraries that some modules need. */
  readonly externals?: boolean | undefined;
  readonly launcher: 'ccache' | 'sccache' | 'distcc' | 'icecc' | 'none';
}

export interface BuildRequest {
  readonly variant: Variant;
  readonly checkout: Checkout;
  /** The patches of the variant, in order; none for the baseline. */
  readonly patches: readonly GeneratedPatch[];
  /** As `targetFor` gives it: its variables are written out. */
  readonly target: TargetDescriptor;
  readonly options: BuildOptions;
}

/** A peculiarity of a version with a compiler, and what is done about it, for all variants alike. */
export interface Quirk {
  readonly id: string;
  readonly why: string;
  readonly cflags?: string | undefined;
  readonly opt?: string | undefined;
  readonly configure?: readonly string[] | undefined;
  readonly site?: Readonly<Record<string, string>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export type ChangedSource = Pick<FileChange, 'path' | 'after' | 'executable' | 'is'>;

/** Everything that is decided about a build before anything is made. */
export interface BuildPlan {
  readonly request: BuildRequest;
  readonly toolchain: Toolchain;
  readonly quirks: readonly Quirk[];
  readonly changes: readonly ChangedSource[];
  /** As typed, of build systems that are configured; else what they are told. */
  readonly configure: readonly string[];
  readonly site?: string | undefined;
  /** With `$ROOT` for the build's folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly fingerprint: string;
  readonly key: string;
  /** The same version for this machine, which must be there before it is made: of a cross build. */
  readonly buildPython?: BuildPlan | undefined;
}

/** A build, and whether it was made now or found in the store. */
export interface BuildResult {
  readonly build: Build;
  readonly variant: Variant;
  readonly hit: boolean;
}

/** A variant that could not be built: an answer, not an exception. */
export interface BuildFailure {
  readonly variant: Variant;
  readonly key: string;
  /** What failed: `check` is the first start of the fresh interpreter. */
  readonly step: 'configure' | 'make' | 'check';
  /** The first errors, those in the tree with their place relative to it. Never empty. */
  readonly diagnostics: readonly Diagnostic[];
  /** Log files of the steps so far, absolute. They stay until the same build is tried again. */
  readonly logs: Readonly<Record<string, string>>;
}

export type BuildOutcome =
  | (BuildResult & { readonly ok: true })
  | { readonly ok: false; readonly variant: Variant; readonly failure: BuildFailure };
