import type { RecipeOptions } from '../run-options.ts';

/** What a review is asked for. */
export interface ReviewOptions extends RecipeOptions {
  /** A checkout was named: the one of patch files cannot be taken for the folder that the user is in. */
  readonly checkoutGiven: boolean;
  readonly ref: readonly string[];
  readonly against?: string;
  readonly series?: boolean;
  readonly check?: boolean;
  readonly verify?: boolean;
  readonly run?: string;
  /** How many leading folders of patch files' paths are left out, as with `patch -p`. */
  readonly strip?: number;
}
