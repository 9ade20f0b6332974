/** Places that are not proven: what evidence it takes, and what speaks against one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyHunks } from '../../../src/diff/apply.ts';
import { parsePatch } from '../../../src/diff/read.ts';
import type { PortResult } from '../../../src/patch/port/types.ts';
import { applyPorted, diffOf, handMade, hunks, portText } from './rig.ts';

const make = 'Makefile.pre.in';
const port = (path: string, patch: string, from: string, to: string) =>
  portText(patch, { [path]: from }, { [path]: to }, 'likely');
const grades = (result: PortResult) => hunks(result).map(({ grade, outcome }) => `${grade} ${outcome}`);
const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');

describe('a Makefile', () => {
  const list = (...names: string[]) =>
    lines('all: build', '\t@echo done', '', `SUBDIRS= ${names.join(' ')} \\`, '\tlast', '');
  const from = list('alpha', 'bravo', 'charlie');
  const change = diffOf({ [make]: from }, { [make]: list('alpha', 'charlie') });

  test('an entry of a list of which others changed goes', async () => {
    const to = list('alpha', 'bravo', 'charlie', 'delta');
    const result = await port(make, change, from, to);
    expect(grades(result)).toEqual(['likely words']);
    expect(applyPorted(result, { [make]: to })[make]).toBe(list('alpha', 'charlie', 'delta'));
  });

  test('that is done already is upstream', async () => {
    const to = list('alpha', 'charlie');
    expect(grades(await port(make, change, from, to))[0]).toMatch(/^upstream/);
  });

  test('only what is proven is accepted where that is asked for, and the rest is between marks', async () => {
    const to = list('alpha', 'bravo', 'charlie', 'delta');
    const result = await portText(change, { [make]: from }, { [make]: to }, 'proven');
    expect(grades(result)).toEqual(['likely needs-a-person']);
    expect(result.complete).toBe(false);
    expect(result.patches[0]?.text).toBe('');
    const [file] = result.patches[0]?.unfinished ?? [];
    expect(file?.text).toMatch(/^<{7} .*\nSUBDIRS= alpha bravo charlie delta \\\n\|{7} /m);
    expect(file?.text).toMatch(/^={7}\nSUBDIRS= alpha charlie/m);
  });
});

test('an insertion goes beside the one line that both files have, not where more came between both', async () => {
  const from = lines('first = 1', 'second = 2', 'third = 3', 'fourth = 4');
  const change = handMade('notes.txt', from, 2, 0, ['inserted = 5']);
  const below = from.replace('third = 3\n', 'other = 3\n');
  const result = await port('notes.txt', change, from, below);
  expect(grades(result)[0]).toMatch(/^likely/);
  expect(applyPorted(result, { 'notes.txt': below })['notes.txt']).toContain('second = 2\ninserted = 5\nother = 3\n');
  const between = from.replace('third = 3\n', 'new = 0\nthird = 3\n');
  expect(grades(await port('notes.txt', change, from, between))).toEqual(['conflict needs-a-person']);
});

test('each change is by itself: one that is refused keeps no other one out', async () => {
  const from = lines('alpha = 1;', 'bravo = 2;', 'charlie = 3;', 'delta = 4;');
  const after = from.replace('alpha = 1', 'alpha = 10').replace('delta = 4', 'delta = 40');
  const to = from.replace('delta = 4;\n', 'delta = five;\n');
  const result = await port('notes.txt', diffOf({ 'notes.txt': from }, { 'notes.txt': after }), from, to);
  expect(grades(result)).toEqual(['likely merge', 'conflict needs-a-person']);
  expect(applyPorted(result, { 'notes.txt': to })['notes.txt']).toBe(to.replace('alpha = 1', 'alpha = 10'));
  // The rest is a patch of the old file, of this change alone.
  const [rest] = parsePatch(result.patches[0]?.rejected ?? '', 'rest').flatMap(({ files }) => files);
  expect(applyHunks(from, rest?.hunks ?? [])).toBe(from.replace('delta = 4', 'delta = 40'));
});

test('by structure, the words of a patch do not run into each other (case 31)', async () => {
  const menu = (params: string) =>
    lines('static int', `menu_pick(${params})`, '{', '    return match(text, first, last);', '}');
  const [path, was, is] = [
    'Modules/menu.c',
    'char *text, int first, int last',
    'const char *text, int first, int last',
  ];
  const patch = diffOf({ [path]: menu(was) }, { [path]: menu(is) });
  const to = { [path]: menu('char *text,  int first, int last') };
  const result = await portText(patch, { [path]: menu(was) }, to);
  expect(applyPorted(result, to)[path]).toBe(menu('const char *text,  int first, int last'));
});

test('whatever is likely is where the change was made', async () => {
  const at = fc.nat(11);
  const drift = fc.array(fc.record({ at, how: fc.constantFrom('drop', 'swap', 'add'), n: fc.nat(9) }), {
    maxLength: 4,
  });
  const old = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 12, maxLength: 12 });
  let placed = 0;
  await fc.assert(
    fc.asyncProperty(old, drift, at, fc.constantFrom('drop', 'swap', 'add'), async (numbers, changes, target, kind) => {
      const was = numbers.map((n, i) => ({ id: i, text: `value of line number_${n} is here` }));
      const edited = (all: readonly { id: number; text: string }[], i: number, how: string, text: string) =>
        all.flatMap((line) =>
          line.id !== i ? [line] : how === 'drop' ? [] : how === 'swap' ? [{ id: -1, text }] : [line, { id: -1, text }],
        );
      let now = was;
      for (const { at: where, how, n } of changes)
        if (where !== target) now = edited(now, where, how, `drifted to_${n}`);
      const text = (all: readonly { text: string }[]) => lines(...all.map((line) => line.text));
      // As a person made it: diff may tell it of another one of equal lines.
      const [start, count] = kind === 'add' ? [target + 1, 0] : [target, 1];
      const patch = handMade('x', text(was), start, count, kind === 'drop' ? [] : ['made by the patch']);
      const result = await portText(patch, { x: text(was) }, { x: text(now) }, 'likely');
      const made = applyPorted(result, { x: text(now) }).x;
      if (hunks(result).some(({ outcome, grade }) => outcome === 'needs-a-person' || grade === 'upstream')) return;
      placed++;
      const meant = text(edited(now, target, kind, 'made by the patch'));
      // An insertion may come before what somebody else put at the same gap.
      const sorted = (all: string | undefined) => all?.split('\n').sort().join('\n');
      if (kind === 'add') expect(sorted(made)).toBe(sorted(meant));
      else expect(made).toBe(meant);
    }),
    { numRuns: 100 },
  );
  expect(placed).toBeGreaterThan(50);
}, 120_000);

describe('what looks as if it were there already, in a function that is not the same any more', () => {
  const fn = (name: string, ...body: string[]) =>
    `static int\n${name}(T *x, int y)\n{\n${body.map((l) => `    ${l}\n`).join('')}}\n`;
  const twin = fn('other', 'alpha(x);', 'alpha(x);', 'alpha(x);');
  const from = `${fn('mine', 'gamma_it(x->field);', 'alpha(x);', 'alpha(x);', 'alpha(x);')}\n${twin}`;
  const change = diffOf({ 'a.c': from }, { 'a.c': `${fn('mine', 'alpha(x);', 'alpha(x);', 'alpha(x);')}\n${twin}` });

  test.each([
    ['another condition', `#ifdef OTHER\n${fn('mine', 'alpha(x);', 'alpha(x);', 'alpha(x);')}#endif\n\n${twin}`],
    ['another name', `${fn('renamed', 'alpha(x);', 'alpha(x);')}\n${twin}`],
  ])('%s: not proven', async (_, to) => {
    const proven = await portText(change, { 'a.c': from }, { 'a.c': to });
    expect(proven.complete).toBe(false);
    const likely = await port('a.c', change, from, to);
    expect(grades(likely)[0]).not.toMatch(/^(?:proven|upstream)/);
    expect(likely.patches[0]?.text ?? '').toBe('');
  });
});
