/** What becomes of what generators have made; test/e2e/regenerate.test.ts runs CPython's own. */
import { describe, expect, test } from 'vitest';
import { generatePatch } from '../../src/patch/generate.ts';
import type { Regenerated, RegenerateFor, Remade } from '../../src/patch/regenerate.ts';
import { memoryTree } from './memory-tree.ts';
import { problemsOf, recipeOf, after as textAfter } from './recipes.ts';

const recipe = (make: string) =>
  recipeOf(
    `id: test\ntitle: A test\nwhy: because\ncpython: ">=2.5"\nfiles: [Lib/opcode.py]\nedits:\n` +
      `  - edit-text: {find: A, with: B}\n  - regenerate: {make: ${make}}\n`,
  );
const MAKEFILE = 'OPCODES= x\nregen-opcode:\n\tx\n\nregen-opcode-targets:\n\ty\n';
const tree = memoryTree({
  'Lib/opcode.py': 'A\nx\n',
  'Include/opcode.h': '1\n2\n3\n',
  'Python/targets.h': '1\n',
  'Makefile.pre.in': MAKEFILE,
});
const header = (text: string): Remade => ({ path: 'Include/opcode.h', after: text, target: 'regen-opcode' });

const generated = (made: Regenerated, make = 'regen-opcode') => generatePatch(recipe(make), {}, tree, async () => made);

describe('regenerate', () => {
  test('what the generators make of the change is a part of the patch', async () => {
    let asked: Parameters<RegenerateFor> | undefined;
    const result = await generatePatch(recipe('[regen-opcode, regen-opcode-targets]'), {}, tree, async (...args) => {
      asked = args;
      const made = { path: 'Include/new.h', after: 'n\n', target: 'regen-opcode-targets' };
      return { before: [], after: [header('1\nx\n3\n'), made] };
    });
    expect(asked?.[0].map(({ path, after }) => [path, after])).toEqual([['Lib/opcode.py', 'B\nx\n']]);
    expect(asked?.[1]).toEqual(['regen-opcode', 'regen-opcode-targets']);
    expect(textAfter(result, 'Include/opcode.h')).toBe('1\nx\n3\n');
    if (result.verdict !== 'applies') return;
    expect(result.patch.files.map(({ path, is, edits }) => [path, is, edits.map((e) => e.edit)])).toEqual([
      ['Include/new.h', 'made', [1]],
      ['Include/opcode.h', undefined, [1]],
      ['Lib/opcode.py', undefined, [0]],
    ]);
    expect(result.patch.text).toContain('Regenerated: regen-opcode regen-opcode-targets\n');
    expect(result.patch.text).toContain('new file mode 100644');
    expect([result.patch.insertions, result.patch.deletions]).toEqual([3, 2]);
    expect(result.account[1]).toMatchObject({
      outcome: 'applied',
      found: [{ file: 'Include/opcode.h', decision: 'made by make regen-opcode' }, { file: 'Include/new.h' }],
    });
  });

  test('a file that the recipe edits and a generator makes anew', async () => {
    const both = { path: 'Lib/opcode.py', after: 'B\nx\ny\n', target: 'regen-opcode' };
    const result = await generated({ before: [], after: [both] });
    expect(textAfter(result, 'Lib/opcode.py')).toBe('B\nx\ny\n');
    if (result.verdict === 'applies')
      expect(result.patch.files[0]?.edits).toMatchObject([
        { edit: 0, start: 0, end: 2, replacement: 'B\n' },
        { edit: 1, start: 4, end: 4, replacement: 'y\n' },
      ]);
  });

  test('without leave to run anything it is refused: a half is no patch', async () => {
    const result = await generatePatch(recipe('regen-opcode'), {}, tree);
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result)).toEqual([
      'patch/not-regenerated Lib/opcode.py: test: files that CPython generates are still to be made by make regen-opcode',
    ]);
  });

  test('a target that the tree does not have is refused before anything runs', async () => {
    const result = await generated({ before: [], after: [] }, 'regen-opcod');
    expect(problemsOf(result)).toEqual([
      'patch/no-such-target Makefile.pre.in: regenerate: make has no target regen-opcod in this tree',
    ]);
  });

  test('what a generator makes without the recipe, too, is not the recipe’s', async () => {
    const same = header('stale\n');
    const result = await generated({ before: [same], after: [same] });
    expect(textAfter(result, 'Include/opcode.h')).toBe('(unchanged)');
    const other = await generated({ before: [same], after: [header('other\n')] });
    expect(problemsOf(other)[0]).toContain(
      'patch/stale-generated Include/opcode.h: make regen-opcode changes this file',
    );
    const back = await generated({ before: [same], after: [] });
    expect(problemsOf(back)[0]).toContain('patch/stale-generated Include/opcode.h');
  });

  test('a generator that fails is the answer', async () => {
    const result = await generated({ problems: [{ code: 'build/regenerate-failed', message: 'make failed' }] });
    expect(problemsOf(result)).toEqual(['build/regenerate-failed : make failed']);
  });

  test.each(['all', 'regen-x; rm', 'clinic2', '-f', '""'])('only targets that generate: %s', (make) => {
    expect(() => recipe(make)).toThrow('a target of make that generates files is expected');
  });

  test('not those that ask the net or a container engine', () => {
    expect(() => recipe('[regen-opcode, regen-configure]')).toThrow('this target needs the net or containers');
  });
});
