import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedRanges } from '../../src/diff/write.ts';
import { applyEdits } from '../../src/patch/ranges.ts';

test('the stretches make the one text of the other', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', 'd'), { maxLength: 12 }).map((l) => l.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const ranges = changedRanges(before, after);
      expect(applyEdits(before, ranges)).toBe(after);
      ranges.forEach((range, i) => {
        expect(range.start).toBeGreaterThanOrEqual(ranges[i - 1]?.end ?? 0);
      });
    }),
    { numRuns: 500 },
  );
});
