import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderReviewTerminal } from '../../../src/review/terminal/render.ts';
import type { Review } from '../../../src/review/types.ts';
import { drifted, everything, everywhere, HOSTILE, onlyRead } from '../samples.ts';

const STATES = { everything, 'only-read': onlyRead, drifted };
const ALL = Object.entries(STATES);
const plain = (review: Review, width: number) => renderReviewTerminal(review, { width, color: false });

describe('a review on the terminal', () => {
  test.each(ALL)('%s', async (name, make) => {
    await expect(plain(make(), 80)).toMatchFileSnapshot(`__snapshots__/${name}-80.txt`);
  });

  test('side by side', async () => {
    await expect(plain(everything(), 150)).toMatchFileSnapshot('__snapshots__/everything-150.txt');
  });

  test('in colour', async () => {
    const text = renderReviewTerminal(onlyRead(), { width: 100, color: true });
    await expect(text.replaceAll('\x1b', '␛')).toMatchFileSnapshot('__snapshots__/only-read-colour.txt');
  });

  test.each([40, 57, 80, 139, 200])('no line is wider than %d columns', (width) => {
    for (const review of [...ALL.map(([, make]) => make()), ...HOSTILE.map(everywhere)]) {
      for (const color of [false, true]) {
        for (const layout of (width < 140 ? ['auto', 'side-by-side'] : ['auto']) as ('auto' | 'side-by-side')[]) {
          const lines = renderReviewTerminal(review, { width, color, layout }).split('\n');
          expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
        }
      }
    }
  });

  test('each line closes the colours that it opens, and says nothing but colours', () => {
    for (const review of [everything(), ...HOSTILE.map(everywhere)]) {
      for (const line of renderReviewTerminal(review, { width: 150, color: true }).split('\n')) {
        const codes = [...line.matchAll(/\x1b\[(\d+)m/g)].map(([, code]) => Number(code));
        const open = new Set<number>();
        for (const code of codes) {
          if (code === 0) open.clear();
          else if (code === 22) [1, 2].forEach((of) => void open.delete(of));
          else if (code === 27) open.delete(7);
          else if (code === 39) [31, 32, 33, 36].forEach((of) => void open.delete(of));
          else open.add(code);
        }
        expect([...open], line).toEqual([]);
        expect(line.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }
    }
  });

  test('colour adds nothing but colour, except that it needs no brackets', () => {
    const words = (text: string) => text.replace(/\[-|-\]|\{\+|\+\}/g, '').replace(/\s+|↳ ?[-+]?/g, '');
    const colored = renderReviewTerminal(onlyRead(), { width: 80, color: true });
    expect(words(stripVTControlCharacters(colored))).toBe(words(plain(onlyRead(), 80)));
  });

  test('no control character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (text, color) => {
        const out = renderReviewTerminal(everywhere(text), { width: 80, color });
        expect(out.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]--\n]/v);
      }),
      { numRuns: 25 },
    );
  });

  test('every line of the patch is there, at any width', () => {
    for (const width of [80, 150]) {
      const shown = plain(onlyRead(), width)
        .replace(/\[-|-\]|\{\+|\+\}/g, '')
        .replace(/\s+|│|↳ ?[-+]?/g, '');
      for (const file of onlyRead().patches[0]?.files ?? []) {
        for (const { text } of file.hunks.flatMap(({ rows }) => rows)) {
          // Beside another line the two alternate: then its words are there.
          if (width === 80) expect(shown).toContain(text.replace(/\s+/g, ''));
          else for (const word of text.match(/\w+/g) ?? []) expect(shown).toContain(word);
        }
      }
    }
  });
});

describe('what stands above a hunk', () => {
  test('the edits that made it, and why; those of the hunk above are not told twice', () => {
    const text = plain(everything(), 120);
    expect(text).toContain('▸ edit 1, replace-expression: The head may be the spare one.');
    expect(text.match(/▸ edit 2, drop-statement/g)).toHaveLength(2);
  });

  test('the same edits again', () => {
    const review = everything();
    const [patch] = review.patches;
    const [file] = patch?.files ?? [];
    if (patch === undefined || file === undefined) throw new Error('no file');
    const same = { ...file, hunks: file.hunks.map((hunk) => ({ ...hunk, edits: [1] })) };
    const text = plain({ ...review, patches: [{ ...patch, files: [same] }] }, 120);
    expect(text.match(/▸ edit 2, drop-statement: What is never taken/g)).toHaveLength(1);
    expect(text).toContain('▸ edit 2, drop-statement: as above');
  });
});
