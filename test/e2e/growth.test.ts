/** What grows with its input grows with it, and not with its square: ratios of processor time, each the least of several. */
import { expect, test } from 'vitest';
import { findMsbuildErrors } from '../../src/builds/msbuild/driver.ts';
import { changedRanges } from '../../src/change/changed-ranges.ts';
import { parsePatch } from '../../src/diff/read.ts';
import type { FileChange } from '../../src/patch/types.ts';
import { runChecks } from '../../src/review/checks/index.ts';
import { renderReviewHtml } from '../../src/review/html/page.ts';
import { renderReviewTerminal } from '../../src/review/terminal/render.ts';
import type { Context } from '../../src/system/context.ts';
import { memoryTree } from '../patch/memory-tree.ts';
import { large } from '../review/html/reviews.ts';

const ctx: Context = { emit: () => {}, signal: new AbortController().signal, cacheDir: '/nowhere', jobs: 1, env: {} };

/** Microseconds of this process. */
async function cost(work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < 4; i++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    all.push(user + system);
  }
  return Math.min(...all);
}

/** How much more eight times as much costs: 8 where it is linear, 64 where each is looked at for each. */
async function growth(of: (n: number) => () => unknown, n: number): Promise<number> {
  const [few, many] = [of(n), of(8 * n)];
  await few();
  return (await cost(many)) / (await cost(few));
}
const LINEAR = 24;

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
const checks = (files: readonly FileChange[]) => () => {
  const tree = memoryTree(Object.fromEntries(files.map(({ path, before }) => [path, before])));
  const patches = [{ files, expect: { tests: [], faster: [], slower: [] } }];
  return runChecks({ patches, reviewed: [{ files: [] }], generated: false, tree }, ctx);
};
const change = (path: string, before: string, after: string): FileChange => ({
  path,
  before,
  after,
  edits: [{ edit: 0, kind: 'patch file', why: '', start: 0, end: before.length, replacement: after }],
});

test.each([
  [
    'checks of one header of many macros that are new',
    (n: number) => {
      const old = numbers(n).map((i) => `#define OLD_${i} ${i}\n`);
      const now = numbers(n).map((i) => `#define NEW_${i} ${i}\n`);
      return checks([change('Include/a.h', old.join(''), [...old, ...now].join(''))]);
    },
    500,
  ],
  [
    'checks of many headers of 20 macros, of which one is redefined',
    (n: number) =>
      checks(
        numbers(n).map((h) => {
          const text = numbers(20).map((i) => `#define MY_${h}_${i} ${i}\n`);
          return change(`Include/h${h}.h`, text.join(''), text.join('').replace(`MY_${h}_5 5`, `MY_${h}_5 9`));
        }),
      ),
    50,
  ],
  [
    'checks of one header of many structs',
    (n: number) => {
      const text = numbers(n).map((i) => `struct s${i} {\n#ifdef A\n  int a;\n#endif\n  int b;\n};\n`);
      return checks([change('Include/a.h', text.join(''), text.join('').replaceAll('int b', 'long b'))]);
    },
    200,
  ],
  [
    'what changed in a file of which all lines change',
    (n: number) => {
      const [old, now] = [numbers(n).map((i) => `int v${i};\n`), numbers(n).map((i) => `int w${i};\n`)];
      const lines = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
      const patch = `--- a/x.c\n+++ b/x.c\n@@ -1,${n} +1,${n} @@\n${lines.join('')}`;
      const hunks = parsePatch(patch, 'x')[0]?.files[0]?.hunks;
      return () => changedRanges(old.join(''), now.join(''), hunks);
    },
    10_000,
  ],
  ['a page', (n: number) => () => renderReviewHtml(large(n)), 100_000],
  [
    'a review on a terminal',
    (n: number) => {
      const review = large(n);
      return () => renderReviewTerminal(review, { width: 80, color: true });
    },
    50_000,
  ],
  [
    'a very long line of a build’s log',
    (n: number) => () => {
      findMsbuildErrors(`${'a(1) : '.repeat(n)}\n${' '.repeat(5 * n)}x`);
    },
    5000,
  ],
] as const)('%s', async (_, of, n) => {
  expect(await growth(of, n)).toBeLessThan(LINEAR);
});
