/** A new recipe to start from, valid as it is. */
export function recipeTemplate(id: string): string {
  return `# yaml-language-server: $schema=./recipe.schema.json
id: ${id}
title: Say in one line what the tweak does        # the patch's subject, at most 72 characters
why: >
  Say why a fork wants this, and what it costs.
version: 1                                        # raise it when what the recipe yields changes
cpython: ">=2.5 <3.11"                            # '2.6 - 3.7', '2.7', alternatives with ||
probe: {identifier: some_identifier}              # without it the recipe is not applicable to a tree
params:
  limit: {type: int, default: 0, min: 0, why: what it is for}    # types: enum, int, bool; \${limit} in an edit's text
files: [Objects/frameobject.c]                    # all that the recipe may touch
edits:                                            # each must match exactly once, unless times: says otherwise
  - set-define: {name: PyFrame_MAXFREELIST, value: "\${limit}", why: say why}
expect:
  slower: []                                      # tests of pybench
`;
}
