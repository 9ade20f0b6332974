import { schemaLine } from './write.ts';

/**
 * A new recipe to start from: `recipes lint` names each TODO until it is filled in.
 * @param folder where it will lie, for the path of the schema that editors check it by.
 */
export function recipeTemplate(id: string, folder: string): string {
  return `${schemaLine(folder)}
id: ${id}
title: "TODO: what the change does, in one line"  # the patch's subject, at most 72 characters
why: "TODO: why a fork wants this, and what it costs"
version: 1                                        # raise it when the patch that it gives changes
cpython: ">=2.5 <3.11"                            # '2.6 - 3.7', '2.7', alternatives with ||
probe: {identifier: TODO}                         # without it the recipe is not applicable to a tree
params:
  limit: {type: int, default: 0, min: 0, why: "TODO: what it is for"}  # enum, int, bool; \${limit} in an edit's text
files: [TODO.c]                                   # all files that the recipe may touch
edits:                                            # each must match exactly once, unless times: says otherwise
  - set-define: {name: TODO, value: "\${limit}", why: "TODO: shown beside the change in reviews"}
expect:
  slower: []                                      # tests of pybench
`;
}
