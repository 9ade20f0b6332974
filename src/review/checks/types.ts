import type { SyntaxCheck } from '../../build/check-syntax.ts';
import type { Build } from '../../build/types.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { GeneratedPatch } from '../../patch/types.ts';

/** What the checks look at. */
export interface CheckInput {
  /** The series, in its order: each patch's `before` is the result of those before it. */
  readonly patches: readonly GeneratedPatch[];
  /** As it is before the series. */
  readonly tree: SourceTree;
  /** From `checkSyntax`, when the touched files were compiled. */
  readonly syntax?: readonly SyntaxCheck[] | undefined;
  /** Builds of both variants, a pair a target, when a run is at hand. */
  readonly builds?:
    | readonly { readonly target: string; readonly baseline: Build; readonly patched: Build }[]
    | undefined;
}
