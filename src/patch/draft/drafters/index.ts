import type { Edit } from '../../../recipe/schema.ts';
import type { Code } from '../code.ts';
import type { Group } from '../groups.ts';
import { commentEdits } from './comment.ts';
import { defineEdits } from './define.ts';
import { deletionEdits } from './deletion.ts';
import { insertionEdits } from './insertion.ts';
import { replacementEdits } from './replacement.ts';

/**
 * What may be said of a group of changed lines: candidates, the most general first. Each list is for one thing that changes
 * there; the first of it that does that and nothing else is taken.
 */
export type Drafter = (group: Group, code: Code) => Iterable<Iterable<Edit>>;

/** The closed list, in the order in which they are asked. */
export const DRAFTERS: readonly Drafter[] = [
  defineEdits,
  deletionEdits,
  replacementEdits,
  insertionEdits,
  commentEdits,
];
