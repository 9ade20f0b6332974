import type { z } from 'zod';
import type { BaseId } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { accountSchema, expectationsSchema, identitySchema, originSchema, paramValueSchema } from './schema.ts';

export type ParamValue = z.infer<typeof paramValueSchema>;
export type RecipeIdentity = z.infer<typeof identitySchema>;
/** Absent: a recipe made it. */
export type Origin = z.infer<typeof originSchema>;
export type Expectations = z.infer<typeof expectationsSchema>;
export type EditAccount = z.infer<typeof accountSchema>;

/** Where a piece of a patch came from: shown beside its hunk in review, and with compiler errors that lie in it. */
export interface EditTrace {
  /** Index in the recipe's `edits`. */
  readonly edit: number;
  readonly kind: string;
  readonly why: string;
  /** Byte range in `before`, and what stands there instead. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export interface FileChange {
  readonly path: string;
  /** The file is not there before, or not there after: that side is empty. */
  readonly is?: 'made' | 'removed' | undefined;
  /** Whether it may be executed after; default: as before, and a file that is made may not. */
  readonly executable?: boolean | undefined;
  /** Whole contents as latin1 bytes. */
  readonly before: string;
  readonly after: string;
  /** In the order of their ranges; they do not overlap. */
  readonly edits: readonly EditTrace[];
}

export interface GeneratedPatch {
  readonly recipe: RecipeIdentity;
  readonly origin?: Origin | undefined;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly pythonVersion: string;
  readonly base: BaseId;
  readonly files: readonly FileChange[];
  /** The whole patch file, headers included, as latin1 bytes: the same on every machine. */
  readonly text: string;
  /** SHA-256 of `text`'s bytes. */
  readonly sha256: string;
  readonly insertions: number;
  readonly deletions: number;
  /** Configure options that the recipe asks for instead of an edit. */
  readonly buildOptions: readonly string[];
  /** Targets of make whose products are in the patch; absent without any. */
  readonly regenerated?: readonly string[] | undefined;
  /** Globs of files beside the recipe's own in which its edits were made as well; absent without any. */
  readonly include?: readonly string[] | undefined;
  readonly expect: Expectations;
}

/**
 * What a recipe means for a tree. `drifted` and `conflict` never come with a patch: nothing is half done.
 * `warnings` name, for example, second users of a removed field outside the recipe's files.
 */
export type GenerateResult =
  | {
      readonly verdict: 'applies';
      readonly patch: GeneratedPatch;
      readonly warnings: readonly Diagnostic[];
      readonly account: readonly EditAccount[];
    }
  | { readonly verdict: 'already-applied'; readonly why: string; readonly account: readonly EditAccount[] }
  | { readonly verdict: 'not-applicable'; readonly why: string; readonly account: readonly EditAccount[] }
  | {
      readonly verdict: 'drifted' | 'conflict';
      readonly problems: readonly Diagnostic[];
      readonly account: readonly EditAccount[];
    };

export type Verdict = GenerateResult['verdict'];
