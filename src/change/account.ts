import type { GivenChange } from '../patch/series.ts';
import type { EditAccount, Origin } from '../patch/types.ts';

/** What a given change is called beside the kinds of edits. */
export const KINDS: Readonly<Record<Origin['kind'], string>> = {
  patch: 'patch file',
  commit: 'commit',
  range: 'commits',
};

/** The one entry of a given change's account: it has one edit, the whole of it. @param problem why it could not be made. */
export const accountOf = (
  { identity, origin }: Omit<GivenChange, 'make'>,
  problem?: string,
): readonly EditAccount[] => [
  {
    edit: 0,
    kind: KINDS[origin.kind],
    looksFor: origin.kind === 'patch' ? origin.file : identity.id,
    why: identity.title,
    found: [],
    outcome: problem === undefined ? 'applied' : 'failed',
    reason: problem ?? 'applied as it is',
  },
];
