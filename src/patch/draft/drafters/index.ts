import type { Edit } from '../../../recipe/schema.ts';
import type { Code } from '../code.ts';
import type { Group } from '../groups.ts';
import { additionEdits } from './addition.ts';
import { branchEdits } from './branch.ts';
import { commentEdits } from './comment.ts';
import { conditionEdits } from './condition.ts';
import { knownConditionEdits } from './condition-known.ts';
import { defineEdits, includeEdits } from './define.ts';
import { deletionEdits } from './deletion.ts';
import { insertionEdits } from './insertion.ts';
import { lineEdits, partEdits } from './part.ts';
import { renamingEdits } from './renaming.ts';
import { replacementEdits } from './replacement.ts';
import { rewritingEdits } from './rewriting.ts';

/**
 * What may be said of a group of changed lines: candidates, the most general first. Each list is for one thing that changes
 * there; the first of it that does that and nothing else is taken.
 */
type Drafter = (group: Group, code: Code) => Iterable<Iterable<Edit>>;

/** The closed lists, in the order in which they are asked. */
const OF_C: readonly Drafter[] = [
  defineEdits,
  includeEdits,
  branchEdits,
  conditionEdits,
  deletionEdits,
  additionEdits,
  renamingEdits,
  replacementEdits,
  insertionEdits,
  knownConditionEdits,
  rewritingEdits,
  commentEdits,
  lineEdits,
];
const OF_OTHERS: readonly Drafter[] = [partEdits];

export const draftersFor = ({ file }: Group): readonly Drafter[] => (file.isC ? OF_C : OF_OTHERS);
