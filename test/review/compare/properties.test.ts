import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReviewComparison } from '../../../src/review/types.ts';
import { changed, compare, diff, type HunkLines, hunksOf, statuses } from './diffs.ts';

/** One patch as a plan: files of hunks of changes, every line of its own unless it is drawn from the common ones. */
interface Plan {
  readonly files: readonly (readonly Drawn[])[];
}
interface Drawn {
  readonly before: number;
  readonly removed: number;
  readonly added: number;
  readonly after: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  before: fc.integer({ min: 1, max: 4 }),
  removed: fc.integer({ min: 0, max: 3 }),
  added: fc.integer({ min: 1, max: 3 }),
  after: fc.integer({ min: 1, max: 4 }),
});
const plan: fc.Arbitrary<Plan> = fc.record({
  files: fc.array(fc.array(drawn, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
});

const fileName = (i: number) => `Objects/file${i}.c`;

function lines({ files }: Plan): readonly (readonly HunkLines[])[] {
  return files.map((hunks, f) =>
    hunks.map(({ before, removed, added, after }, h): HunkLines => {
      const some = (n: number, sign: string, what: string) =>
        Array.from({ length: n }, (_, i) => `${sign}${what}_f${f}h${h}(line${i}, value_${f}_${h}_${i});`);
      return [
        1 + h * 50,
        [
          ...some(before, ' ', 'before'),
          ...some(removed, '-', 'old'),
          ...some(added, '+', 'fresh'),
          ...some(after, ' ', 'after'),
        ],
      ];
    }),
  );
}

const text = (files: readonly (readonly HunkLines[])[], order = [...files.keys()]): string =>
  order.map((i) => diff(files[i] ?? [], fileName(i))).join('');

type Change = (line: string, file: number, hunk: number, at: number) => string;
const altered = (files: readonly (readonly HunkLines[])[], change: Change) =>
  files.map((hunks, f) =>
    hunks.map(([start, all], h) => [start, all.map((line, i) => change(line, f, h, i))] as const),
  );

test('anything compared with itself is the same', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const found = compare(text(lines(one)), text(lines(one)));
      expect(new Set(statuses(found))).toEqual(new Set(['same']));
      expect(found.counts).toMatchObject({ same: 1, changed: 0 });
    }),
  );
});

test('other line numbers: all is moved', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 500 }), (one, by) => {
      const moved = lines(one).map((hunks) => hunks.map(([start, all]) => [start + by, all] as const));
      expect(new Set(statuses(compare(text(lines(one)), text(moved))))).toEqual(new Set(['moved']));
    }),
  );
});

test('other lines around: all is context, and the file is no change of substance', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 0, max: 3 }), (one, place) => {
      const other = altered(lines(one), (line, _f, _h, i) =>
        line[0] === ' ' && i <= place ? `${line} // other` : line,
      );
      const found = compare(text(lines(one)), text(other));
      expect(new Set(statuses(found))).toEqual(new Set(['context']));
      expect(found.patches[0]?.status).toBe('context-only');
    }),
  );
});

test('one added line that differs is one change', () => {
  fc.assert(
    fc.property(plan, fc.nat(), fc.nat(), (one, pickFile, pickHunk) => {
      const all = lines(one);
      const f = pickFile % all.length;
      const h = pickHunk % (all[f]?.length ?? 1);
      const at = all[f]?.[h]?.[1].findIndex((line) => line[0] === '+') ?? 0;
      const other = altered(all, (line, ...place) =>
        place.join() === [f, h, at].join() ? '+something_else();' : line,
      );
      const found = compare(text(all), text(other));
      expect(statuses(found).filter((status) => status !== 'same')).toEqual(['changed']);
      expect(found.patches[0]?.files.map(({ status }) => status)).toEqual(
        all.map((_, i) => (i === f ? 'changed' : 'same')),
      );
    }),
  );
});

test('the order of files says nothing', () => {
  fc.assert(
    fc.property(
      plan.chain((one) =>
        fc.tuple(
          fc.constant(one),
          fc.shuffledSubarray([...one.files.keys()], { minLength: one.files.length }),
          fc.integer({ min: 0, max: 2 }),
        ),
      ),
      ([one, order, every]) => {
        const all = lines(one);
        // Some files have another name on the other side, some lines differ.
        const other = altered(all, (line, f, h, i) => ((f + h + i) % 4 === every ? `${line} /* other */` : line));
        const renamed = (patch: string) => patch.replaceAll('Objects/', 'Python/');
        const told = (found: ReviewComparison) =>
          found.patches
            .flatMap(({ files }) => files)
            .map(({ path, oldPath, status, hunks }) => [path, oldPath, status, hunks.map((hunk) => hunk.status)].join())
            .sort();
        expect(told(compare(text(all, order), renamed(text(other))))).toEqual(
          told(compare(text(all), renamed(text(other)))),
        );
      },
    ),
  );
});

test('the sides swapped: the same pairs, what came for what went', () => {
  const common = fc.constantFrom('x', 'y = 1;', 'return f;', '    if (a)', '', '}', 'foo(bar, baz);', 'foo(bar, 2);');
  const line = fc.tuple(fc.constantFrom(' ', '-', '+'), common).map(([sign, words]) => sign + words);
  const file = fc.array(fc.array(line, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
  const patch = file.map((hunks) => diff(hunks.map((all, i) => [1 + i * 50, [...all, '+end']])));
  fc.assert(
    fc.property(patch, patch, (one, other) => {
      const pairs = (found: ReviewComparison, first: 'old' | 'new', second: 'old' | 'new') =>
        hunksOf(found)
          .map((hunk) => JSON.stringify([hunk[first]?.rows, hunk[second]?.rows]))
          .sort();
      const [there, back] = [compare(one, other), compare(other, one)];
      expect(pairs(back, 'new', 'old')).toEqual(pairs(there, 'old', 'new'));
      const swapped = { added: 'removed', removed: 'added' } as Record<string, string>;
      expect(statuses(back).toSorted()).toEqual(
        statuses(there)
          .map((status) => swapped[status] ?? status)
          .toSorted(),
      );
    }),
    { numRuns: 300 },
  );
});

test('every line is told once on each side, and nothing that differs is called the same or context', () => {
  const line = fc
    .tuple(fc.constantFrom(' ', '-', '+'), fc.constantFrom('a', 'b', 'a b', 'f(1);', 'f(2);', '', '}'))
    .map((both) => both.join(''));
  const file = fc.array(fc.array(line, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 4 });
  const hunks = file.map((all) => all.map((some, i) => [1 + i * 50, [...some, '+end']] as const));
  fc.assert(
    fc.property(hunks, hunks, (one, other) => {
      const found = hunksOf(compare(diff(one), diff(other)));
      const lineCount = (all: readonly HunkLines[]) =>
        all.flatMap(([, some]) => some.filter((l) => l[0] !== ' ')).length;
      expect(found.flatMap((hunk) => changed(hunk.old))).toHaveLength(lineCount(one));
      expect(found.flatMap((hunk) => changed(hunk.new))).toHaveLength(lineCount(other));
      for (const { status, old, new: now } of found) {
        if (status === 'same' || status === 'moved' || status === 'context') expect(changed(old)).toEqual(changed(now));
        for (const hunk of [old, now]) {
          const [first] = hunk?.rows.flatMap(({ oldLine }) => oldLine ?? []) ?? [];
          const [firstNew] = hunk?.rows.flatMap(({ newLine }) => newLine ?? []) ?? [];
          if (first !== undefined) expect(hunk?.oldStart).toBe(first);
          if (firstNew !== undefined) expect(hunk?.newStart).toBe(firstNew);
        }
        if (status === 'changed') expect(changed(old)).not.toEqual(changed(now));
      }
    }),
    { numRuns: 300 },
  );
});
