import { createPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedRanges } from '../../src/change/changed-ranges.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { applyEdits } from '../../src/patch/ranges.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', 'd\r'), { maxLength: 12 });
const text = fc.tuple(lines, fc.boolean()).map(([all, ends]) => all.join('\n') + (ends && all.length > 0 ? '\n' : ''));

test('the hunks’ own ranges lead from one text to the other, whatever the context and the line ends', () => {
  fc.assert(
    fc.property(text, text, fc.nat(3), (before, after, context) => {
      fc.pre(before !== after);
      const patch = createPatch('x', before, after, '', '', { context });
      const hunks = parsePatch(patch, 'x.patch')[0]?.files[0]?.hunks;
      const ranges = changedRanges(before, after, hunks);
      expect(applyEdits(before, ranges)).toBe(after);
      // A changed line is never part of two ranges, and none is empty.
      for (const [i, { start, end, replacement }] of ranges.entries()) {
        expect(end - start + replacement.length).toBeGreaterThan(0);
        expect(start).toBeGreaterThanOrEqual(ranges[i - 1]?.end ?? 0);
      }
    }),
  );
});

test('hunks that do not fit, as where lines have moved, are not believed', () => {
  const [before, after] = ['x\na\nb\n', 'x\na\nc\n'];
  const moved = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n';
  const hunks = parsePatch(moved, 'x.patch')[0]?.files[0]?.hunks;
  expect(changedRanges(before, after, hunks)).toEqual([
    { edit: 0, kind: 'patch file', why: '', start: 4, end: 6, replacement: 'c\n' },
  ]);
});
