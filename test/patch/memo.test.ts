import { describe, expect, test } from 'vitest';
import { holds } from '../../src/checkout/sought.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { generateOverTrees, generatePatch, memoisedGenerate } from '../../src/patch/index.ts';
import { resolveParams } from '../../src/recipe/index.ts';
import { memoryTree, version } from './memory-tree.ts';
import { recipeOf } from './recipes.ts';

const recipe = recipeOf(`id: test
title: A test
why: because
cpython: ">=2.5 <3.11"
files: ["Objects/*.c", Include/x.h]
edits:
  - drop-field: { struct: thing, field: unused, why: nobody reads it, files: [Include/x.h] }
`);
const params = resolveParams(recipe, {});
const HEADER = 'struct thing {\n    int used;\n    int unused;\n};\n';
const plain = { 'Include/x.h': HEADER, 'Objects/a.c': 'int a;\n', 'Modules/m.c': 'int m;\n' };

/** A memory tree that can search, and counts how often a file's text is handed out. */
function counting(
  files: Readonly<Record<string, string>>,
  python = '3.9.2',
  commit = 'a',
): SourceTree & { asked: string[] } {
  const tree = memoryTree(files, python);
  const asked: string[] = [];
  return {
    ...tree,
    asked,
    base: { kind: 'git', commit: commit.repeat(40), dirty: false, treeHash: `git:${commit}` },
    filesContaining: async (text, endings) => {
      asked.push(`search ${text}`);
      return Object.keys(files)
        .filter((f) => endings.some((e) => f.endsWith(e)) && holds(files[f] ?? '', text))
        .sort();
    },
    read: (path) => {
      asked.push(path);
      return tree.read(path);
    },
  };
}

describe('memoised generation', () => {
  test('gives for every tree what generatePatch gives, to the byte', async () => {
    const generate = memoisedGenerate();
    const trees = [
      counting(plain, '3.9.2', 'a'),
      counting(plain, '3.9.5', 'b'),
      counting(plain, '2.7.18', 'c'),
      counting({ ...plain, 'Modules/m.c': 'int f(struct thing *t) { return t->unused; }\n' }, '3.9.6', 'd'),
      counting({ ...plain, 'Modules/m.c': '/* unused */\n' }, '3.9.7', 'e'),
      counting({ ...plain, 'Objects/a.c': 'int b;\n' }, '3.9.8', 'f'),
      counting({ ...plain, 'Objects/b.c': 'int g(struct thing *t) { return t->unused; }\n' }, '3.9.9', '1'),
      counting({ 'Objects/a.c': 'int a;\n' }, '3.9.10', '2'),
      counting({ ...plain, 'Include/x.h': HEADER.replace('    int unused;\n', '') }, '3.9.11', '3'),
      counting(plain, '3.11.0', '4'),
      counting(plain, '3.9.12', '5'),
    ];
    for (const tree of [...trees, ...trees.toReversed()])
      expect(await generate(recipe, params, tree)).toEqual(await generatePatch(recipe, params, tree));
    const verdicts = await Promise.all(trees.map(async (t) => (await generate(recipe, params, t)).verdict));
    expect(new Set(verdicts).size).toBeGreaterThanOrEqual(3);
    expect(verdicts.slice(3, 5)).toEqual(['drifted', 'applies']);
  });

  test('looks at an equal tree only as far as to see that it is equal', async () => {
    const generate = memoisedGenerate();
    const first = counting(plain, '3.9.2', 'a');
    const again = counting(plain, '3.9.3', 'b');
    const one = await generate(recipe, params, first);
    const two = await generate(recipe, params, again);
    if (one.verdict !== 'applies' || two.verdict !== 'applies') throw new Error('both apply');
    expect(again.asked).toEqual(['Include/x.h', 'Objects/a.c', expect.stringMatching(/^search .*unused/)]);
    // The work itself was not done again: its results are the very same.
    expect(two.patch.files).toBe(one.patch.files);
    expect(two.patch.text).toContain('\nPython: 3.9.3\nBase: git bbbb');
    expect(two.patch.sha256).not.toBe(one.patch.sha256);
  });

  test('tells versions apart where the recipe does', async () => {
    const split = recipeOf(`id: test
title: A test
why: because
cpython: ">=2.5"
files: [a.c]
edits:
  - set-define: { name: LIMIT, value: 1, why: less, versions: "<3.9" }
  - set-define: { name: LIMIT, value: 2, why: less, versions: ">=3.9" }
`);
    const generate = memoisedGenerate();
    for (const [python, value] of [
      ['3.8.1', '1'],
      ['3.9.0', '2'],
      ['3.8.2', '1'],
    ] as const) {
      const result = await generate(split, {}, memoryTree({ 'a.c': '#define LIMIT 200\n' }, python));
      expect(result).toMatchObject({ verdict: 'applies', patch: { pythonVersion: version(python).text } });
      expect(result.verdict === 'applies' && result.patch.files[0]?.after).toBe(`#define LIMIT ${value}\n`);
    }
  });
});

test('a series over many trees: each with its own verdicts and times', async () => {
  const trees = [counting(plain, '3.9.2'), counting(plain, '3.12.0'), counting(plain, '3.9.3')];
  const seen: string[] = [];
  for await (const { tree, series } of generateOverTrees([{ recipe, params }], trees)) {
    seen.push(`${tree.version.text} ${series.map((s) => s.result.verdict).join()}`);
    expect(series.every((s) => s.durationMs >= 0 && s.durationMs < 60_000)).toBe(true);
  }
  expect(seen).toEqual(['3.9.2 applies', '3.12.0 not-applicable', '3.9.3 applies']);
});
