import { describe, expect, test } from 'vitest';
import { compareReviews } from '../../../src/review/compare/index.ts';
import type { ReviewComparison, ReviewPatch } from '../../../src/review/types.ts';
import { diff, type HunkLines, hunksOf, side } from './diffs.ts';

/** As the generator gives it: each hunk with the edits that made it. */
function generated(hunks: readonly HunkLines[], edits: readonly (readonly number[])[], hash = 'a'): ReviewPatch {
  const [patch] = side(diff(hunks)).patches;
  if (patch === undefined) throw new Error('no patch');
  return {
    ...patch,
    id: 'r',
    recipe: { id: 'r', title: 'T', why: '', version: '1', hash: hash.repeat(64) },
    verdict: 'applies',
    files: patch.files.map((file) => ({
      ...file,
      hunks: file.hunks.map((hunk, i) => ({ ...hunk, edits: edits[i] ?? [] })),
    })),
  };
}

const of = (old: ReviewPatch, now: ReviewPatch) =>
  compareReviews({ label: '3.8', patches: [old] }, { label: '3.9', patches: [now] });
const places = (found: ReviewComparison) =>
  hunksOf(found).map(({ status, old, new: now }) => [status, old?.edits.join(), now?.edits.join()]);

const first = [' a', '-one(1, 2);', '+two(1, 2);', ' b'];
const twin = [' c', '-one(1, 3);', '+two(1, 3);', ' d'];
const strange = [' e', '-alpha = beta;', '+gamma(delta);', ' f'];

describe('edits say which changes belong together', () => {
  test('however little they look alike', () => {
    const found = of(
      generated(
        [
          [10, first],
          [60, twin],
        ],
        [[0], [1]],
      ),
      generated(
        [
          [10, strange],
          [60, first],
        ],
        [[1], [0]],
      ),
    );
    expect(places(found)).toEqual([
      ['changed', '1', '1'],
      ['moved', '0', '0'],
    ]);
  });

  test('and which do not, however alike they look', () => {
    const another = strange.map((line) => line.replace('alpha', 'epsilon'));
    const found = of(
      generated(
        [
          [10, first],
          [60, strange],
        ],
        [[0], [1]],
      ),
      generated(
        [
          [10, another],
          [60, twin],
        ],
        [[0], [1]],
      ),
    );
    expect(places(found)).toEqual([
      ['changed', '0', '0'],
      ['changed', '1', '1'],
    ]);
  });

  test('an edit that is for one version is beside the one that does it in the other, when they are alike', () => {
    const found = of(generated([[10, first]], [[0]]), generated([[10, twin]], [[1]]));
    expect(places(found)).toEqual([['changed', '0', '1']]);
    const strangers = of(generated([[10, first]], [[0]]), generated([[10, strange]], [[1]]));
    expect(places(strangers)).toEqual([
      ['removed', '0', undefined],
      ['added', undefined, '1'],
    ]);
  });

  test('but not when the recipe was edited since: their numbers mean something else then', () => {
    const found = of(generated([[10, first]], [[0]]), generated([[10, twin]], [[1]], 'b'));
    expect(places(found)).toEqual([['changed', '0', '1']]);
    expect(found.patches[0]?.facts.map(({ label }) => label)).toEqual(['Recipe']);
  });
});

describe('what came of it', () => {
  const none = { verdict: 'not-applicable', files: [] } as const;

  test('a recipe that is not for one of the versions', () => {
    const one = generated([[10, first]], [[0]]);
    const found = of({ ...one, ...none }, one);
    expect(found.patches[0]).toMatchObject({
      status: 'changed',
      facts: [{ label: 'Verdict', old: 'not for this version', new: 'applies' }],
      files: [{ status: 'added' }],
    });
  });

  test('no patch on either side, for different reasons, is not the same', () => {
    const one = { ...generated([[10, first]], [[0]]), ...none, sha256: undefined };
    expect(of(one, one).patches[0]?.status).toBe('same');
    expect(of(one, { ...one, verdict: 'drifted' }).patches[0]?.status).toBe('changed');
  });

  test('a recipe with another name that does the same is the same patch', () => {
    const one = generated([[10, first]], [[0]]);
    const other: ReviewPatch = { ...one, id: 's', recipe: { id: 's', title: 'T', why: '', version: '1', hash: 'c' } };
    const more = generated([[10, strange]], [[0]]);
    const found = compareReviews(
      {
        label: 'A',
        patches: [one, { ...more, id: 'x', recipe: { id: 'x', title: '', why: '', version: '1', hash: 'd' } }],
      },
      { label: 'B', patches: [other] },
    );
    expect(found.patches.map(({ id, status }) => [id, status])).toEqual([
      ['s', 'same'],
      ['x', 'removed'],
    ]);
  });
});
