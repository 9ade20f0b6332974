import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { compareReviews } from '../../../src/review/compare/index.ts';
import { reviewComments } from '../../../src/review/formats/github-comments.ts';
import { patchDifference, rangeDiffText } from '../../../src/review/formats/range-diff.ts';
import { reviewRdjson } from '../../../src/review/formats/rdjson.ts';
import { repositoryPath } from '../../../src/review/formats/remarks.ts';
import { reviewSarif } from '../../../src/review/formats/sarif.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { reviewJson } from '../../../src/review/render.ts';
import type { Review, ReviewPatch } from '../../../src/review/types.ts';
import { drifted, everything, everywhere, HOSTILE, onlyRead, otherRing, ringPatch } from '../samples.ts';

const asJson = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

describe('JSON', () => {
  test('is the review without whole files', () => {
    const review = everything();
    const text = JSON.stringify(reviewJson(review));
    expect(text).not.toContain('whole text');
    const back = JSON.parse(text) as Review;
    expect(back.schemaVersion).toBe(1);
    expect(back.patches[0]?.files[0]?.hunks).toEqual(JSON.parse(JSON.stringify(review.patches[0]?.files[0]?.hunks)));
    expect(back.checks).toEqual(review.checks);
  });
});

describe('reviewdog', () => {
  test('what has a place', async () => {
    await expect(asJson(reviewRdjson(everything()))).toMatchFileSnapshot('__snapshots__/everything.rdjson');
    expect(reviewRdjson(onlyRead()).diagnostics).toEqual([]);
    expect(reviewRdjson(drifted()).diagnostics[0]).toMatchObject({
      severity: 'ERROR',
      code: { value: 'patch/no-match' },
    });
  });

  test('columns are bytes of UTF-8, the end is exclusive', () => {
    const review = everything();
    const [check] = review.checks;
    if (check === undefined) throw new Error('no check');
    // `    Item *spare; /* wide: 界 */`: the blank after the wide character.
    const place = { file: 'Include/ring.h', line: 6, column: 28, length: 2 };
    const found = reviewRdjson({
      ...review,
      checks: [{ ...check, findings: [{ severity: 'note', message: 'm', place }] }],
    });
    expect(found.diagnostics.at(-1)?.location.range).toEqual({
      start: { line: 6, column: 30 },
      end: { line: 6, column: 32 },
    });
  });
});

/** Every line that a diff shows, as GitHub counts them. */
function legalLines(review: Review): Set<string> {
  return new Set(
    review.patches.flatMap(({ files }) =>
      files.flatMap((file) =>
        file.hunks.flatMap(({ rows }) =>
          rows.map(({ newLine, oldLine }) =>
            newLine === undefined ? `${file.path} LEFT ${oldLine}` : `${file.path} RIGHT ${newLine}`,
          ),
        ),
      ),
    ),
  );
}

describe('comments of a pull request', () => {
  test('each hunk with its edits, and what is said of lines in the diff', async () => {
    const comments = reviewComments(everything());
    await expect(asJson(comments)).toMatchFileSnapshot('__snapshots__/everything.comments.json');
    const legal = legalLines(everything());
    for (const { path, line, side, start_line, start_side } of comments) {
      expect(legal).toContain(`${path} ${side} ${line}`);
      if (start_line !== undefined) expect(legal).toContain(`${path} ${start_side} ${start_line}`);
    }
  });

  test('nothing of lines that the diff does not show', () => {
    const review = everything();
    const far = review.patches.map((patch) => ({
      ...patch,
      edits: [],
      warnings: [{ code: 'x', message: 'far', place: { file: 'Objects/ring.c', line: 70 } }],
    }));
    expect(reviewComments({ ...review, patches: far, checks: [] })).toEqual([]);
  });

  test('a line that changed is meant rather than one beside it with the same number on the other side', () => {
    const review = everything();
    const [patch] = review.patches;
    if (patch === undefined) throw new Error('no patch');
    const warn = (line: number) => ({ code: 'x', message: 'm', place: { file: 'Objects/ring.c', line } });
    const said = reviewComments({
      ...review,
      patches: [{ ...patch, edits: [], warnings: [warn(45), warn(47), warn(49)] }],
      checks: [],
    });
    // 45 is removed before, and context after; 47 and 49 are context, as numbered before.
    expect(said.map(({ side, line }) => [side, line])).toEqual([
      ['LEFT', 45],
      ['RIGHT', 45],
      ['RIGHT', 47],
    ]);
  });

  const edits: ReviewPatch['edits'] = [
    { edit: 0, kind: 'edit-text', why: 'so', looksFor: 'x', outcome: 'applied', reason: '' },
  ];
  const series = (...texts: string[]): Review => ({
    schemaVersion: 1,
    title: 'series',
    checks: [],
    patches: texts.flatMap((text, i) =>
      readPatchText(`--- a/f.c\n+++ b/f.c\n${text}`, { file: `${i}.patch` }).map((patch) => ({
        ...patch,
        edits,
        files: patch.files.map((file) => ({ ...file, hunks: file.hunks.map((hunk) => ({ ...hunk, edits: [0] })) })),
      })),
    ),
  });
  const places = (review: Review) =>
    reviewComments(review).map(({ path, line, side, start_line, start_side }) => [
      path,
      side,
      line,
      start_side,
      start_line,
    ]);

  test('in a series lines are where the diff of all patches has them', () => {
    // The second puts two lines on top and takes one away in the middle; the third changes what was below it.
    const first = '@@ -10,1 +10,1 @@\n-a\n+b\n';
    const second = '@@ -0,0 +1,2 @@\n+x\n+y\n@@ -20,1 +21,0 @@\n-gone\n';
    const third = '@@ -31,1 +31,1 @@\n-c\n+d\n';
    expect(places(series(first, second, third))).toEqual([
      ['f.c', 'RIGHT', 12, 'LEFT', 10],
      ['f.c', 'RIGHT', 2, 'RIGHT', 1],
      ['f.c', 'LEFT', 20, undefined, undefined],
      ['f.c', 'RIGHT', 31, 'LEFT', 30],
    ]);
  });

  test('what a later patch took away again has no line', () => {
    expect(places(series('@@ -3,0 +4,1 @@\n+once\n', '@@ -4,1 +3,0 @@\n-once\n'))).toEqual([]);
  });

  test('no comment can be more than text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
        for (const { body } of reviewComments(everywhere(text))) {
          const html = micromark(body, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
          const names = [...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name);
          expect(names.filter((name) => !/^(?:p|strong|ul|li|code|pre|sub)$/.test(name ?? ''))).toEqual([]);
          expect(body).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/v);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('range-diff', () => {
  test('as git writes it', async () => {
    const file = (name: string, words: string) =>
      readPatchText(`--- a/${name}\n+++ b/${name}\n@@ -1 +1,2 @@\n x\n+${words}\n`, { file: name });
    const [gone, come, same] = [file('gone', 'one thing'), file('come', 'another way'), file('same', 'something else')];
    const text = rangeDiffText(
      compareReviews(
        { label: 'A', patches: [...gone, otherRing(), ...same] },
        { label: 'B', patches: [ringPatch(), ...same, ...come] },
      ),
    );
    await expect(text).toMatchFileSnapshot('__snapshots__/range-diff.txt');
    expect(text.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      expect.stringMatching(/^1: {2}[0-9a-f]{7} < -: {2}------- gone$/),
      expect.stringMatching(/^2: {2}efefefe ! 1: {2}cdcdcdc no-spare: Keep no spare item in a ring$/),
      expect.stringMatching(/^3: {2}([0-9a-f]{7}) = 2: {2}\1 same$/),
      expect.stringMatching(/^-: {2}------- > 3: {2}[0-9a-f]{7} come$/),
    ]);
  });

  test('numbers stand in a column', () => {
    const many = Array.from({ length: 10 }, (_, i) => ({
      ...ringPatch(),
      id: `p${i}`,
      recipe: undefined,
      file: `${i}`,
      title: `T${i}`,
      sha256: String(i).repeat(64),
    }));
    const text = rangeDiffText(compareReviews({ label: 'A', patches: many }, { label: 'B', patches: many }));
    expect(text.split('\n').slice(8, 10)).toEqual([
      ' 9:  8888888 =  9:  8888888 p8: T8',
      '10:  9999999 = 10:  9999999 p9: T9',
    ]);
  });

  test('each line of it is one line, whatever the text', () => {
    for (const text of HOSTILE) {
      const { comparison } = everywhere(text);
      for (const patch of comparison?.patches ?? []) {
        for (const line of patchDifference(patch))
          expect(line).not.toMatch(/[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]--\t]/v);
      }
    }
  });
});

describe('a tree that is a folder of a larger repository', () => {
  const vendored = (): Review => {
    const review = everything();
    if (review.checkout === undefined) throw new Error('no checkout');
    return { ...review, checkout: { ...review.checkout, folder: 'vendor/cpython' } };
  };
  const of = (review: Review) => ({
    sarif: JSON.stringify(reviewSarif(review)).match(/"uri":"[^"]*"/g) ?? [],
    rdjson: JSON.stringify(reviewRdjson(review)).match(/"path":"[^"]*"/g) ?? [],
    github: JSON.stringify(reviewComments(review)).match(/"path":"[^"]*"/g) ?? [],
  });

  test('paths are those of the repository, of all places', () => {
    const [plain, now] = [of(everything()), of(vendored())];
    for (const format of ['sarif', 'rdjson', 'github'] as const) {
      expect(now[format].length, format).toBeGreaterThan(1);
      expect(now[format], format).toEqual(plain[format].map((path) => path.replace(/":"/, '":"vendor/cpython/')));
    }
  });

  test('patch files, recipes and absolute paths are not of the tree, a changed YAML file is', () => {
    const review = vendored();
    const read = readPatchText('--- a/a.yml\n+++ b/a.yml\n@@ -1 +1 @@\n-a\n+b\n', { file: 'p/one.patch' });
    const paths = ['p/one.patch', 'recipe.yaml', '/tmp/x.c', '../x.c', 'a.yml', 'Objects/a.c'];
    expect(paths.map((file) => repositoryPath(file, { ...review, patches: read }))).toEqual([
      'p/one.patch',
      'recipe.yaml',
      '/tmp/x.c',
      '../x.c',
      'vendor/cpython/a.yml',
      'vendor/cpython/Objects/a.c',
    ]);
  });
});
