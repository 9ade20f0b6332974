import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintEdits } from '../../src/patch/index.ts';
import { loadRecipe, recipeTemplate } from '../../src/recipe/index.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, recipeOf, recipesFolder, recipeWith } from './recipes.ts';

describe('what is wrong with an edit and can be seen without a tree', () => {
  test.each([
    [
      'replace-expression: {match: grown($ARG), with: larger($AGR)}',
      'no pattern of the edit binds $AGR; did you mean $ARG?',
    ],
    ['replace-expression: {match: grown(a), with: larger($X)}', 'binds $X; there are no metavariables'],
    ['replace-expression: {match: "grown($X", with: "larger($X)"}', 'is not one C expression'],
    ['replace-expression: {match: "#if MY_FORK", with: "#if 1"}', 'is not one C expression'],
    ['replace-expression: {match: "grown($X)", with: "larger($X"}', 'is not one C expression'],
    ['replace-expression: {match: "grown($X)", with: "larger($X))"}', 'is not one C expression'],
    ['replace-expression: {match: "grown($X)", with: "$X), (1"}', 'is not one C expression'],
    ['replace-expression: {match: "grown($X)", with: "larger($X);"}', 'takes the place of an expression'],
    ['replace-expression: {match: "grown($X);", with: "larger($X)"}', 'takes the place of one'],
    [String.raw`rewrite: {match: "a();\n…\nb();", with: "c();\nb();"}`, 'the pattern has one …'],
    [String.raw`rewrite: {match: "a();\n…", with: "b();\n…"}`, 'at the end of a pattern stands for nothing'],
    [String.raw`rewrite: {match: "if (a($X))\n    …", with: "…"}`, 'is not in one here'],
    ['rewrite: {match: "a($...X + 1)", with: "b()"}', '$...X stands for arguments'],
    ['rewrite: {match: "a($...X)", with: "b($...Y)"}', 'binds $...Y; did you mean $...X?'],
    ['rewrite: {match: "a($X);", with: "#ifdef A"}', 'no statement, but takes the place of one'],
    ['replace-expression: {match: big($A), with: big($A + 1)}', '"big($A + 1)" would be matched again by "big($A)"'],
    [String.raw`rewrite: {match: "if (on($C)) {\n…\n}", with: "if (on(!$C)) {\n…\n}"}`, 'would be matched again'],
    [`replace-expression: {match: "grown($X)", with: 'say("$X")'}`, '$X stands in text here'],
    ['replace-expression: {match: "$X", with: "1"}', 'names no identifier'],
    ['fold: {if: "$X == NULL;", is: false}', 'no expression is like it'],
    ['fold: {if: "$X->a == NULL", is: false, dead: ["b(", "c()"]}', 'is not one C expression'],
    ['drop-statement: {match: "a($X)"}', 'no statement is like it'],
    ['insert: {in: f, before: "a()", text: "b();"}', 'no statement is like it'],
    ['insert: {in: f, before: "a();", text: "b("}', 'cannot be read as statements'],
    ['insert: {in: f, after: "a($X);", text: "b($Y);"}', 'binds $Y; did you mean $X?'],
    [String.raw`insert: {in: f, after: "a($X);", text: "#ifdef A\nb($Y);\n#endif"}`, 'binds $Y'],
    [String.raw`insert: {in: f, after: "a();", text: "#ifdef A\nb();"}`, 'has no partner'],
    [
      String.raw`insert: {in: f, after: "a();", text: "#ifdef A\nb();\n#else\nb(;\n#endif"}`,
      'cannot be read as statements',
    ],
    ['set-define: {name: N, value: "1 /* why */"}', 'one line of code'],
    [String.raw`set-define: {name: N, value: "1\n2"}`, 'one line of code'],
    ['edit-comment: {about: a, from: a, with: "b */ c"}', 'would end the comment'],
  ])('%s', async (edit, wanted) => {
    const recipe = recipeWith(`  - ${edit}`);
    const found = await lintEdits(recipe);
    expect(found.map((d) => `${d.message}; ${d.hint}`).join('\n')).toContain(wanted);
    expect(found[0]?.place).toMatchObject({ file: 'test.yaml', line: 8 });
    const made = generate(recipe, memoryTree({ 'a.c': 'int a;\n' }));
    await expect(made).rejects.toEqual(new UserError(found));
  });

  test('every edit is looked at, also those that are not for this version or these parameters', async () => {
    const recipe = recipeWith(
      `  - drop-statement: {match: "a(", versions: '<3'}\n  - drop-statement: {match: "b();"}\n  - drop-statement: {match: "c(;", when: {how: x}}`,
      'params: {how: {type: enum, values: [x, y], default: y}}',
    );
    expect((await lintEdits(recipe)).map((d) => d.place?.line)).toEqual([8, 10]);
  });

  test('a count that no code can have', () => {
    for (const times of ["'3..1'", "'0..0'", "'0'"])
      expect(() => recipeWith(`  - drop-function: {name: f, times: ${times}}`)).toThrow(/no count/);
  });

  test('all that is shipped is fine, and the template', async () => {
    const files = readdirSync(recipesFolder).filter((f) => f.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(await lintEdits(await loadRecipe(path.join(recipesFolder, file)))).toEqual([]);
    expect(await lintEdits(recipeOf(recipeTemplate('mine', '/')))).toEqual([]);
  });
});
