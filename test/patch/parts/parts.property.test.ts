/** Files of named blocks, made at random: an edit in one of them is what the same edit of the list of blocks makes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryTree } from '../memory-tree.ts';
import { after, generate, problemsOf, recipeOf } from '../recipes.ts';

interface Block {
  /** Lines before those that the part holds inside, those, and lines after them. */
  readonly head: readonly string[];
  readonly body: readonly string[];
  readonly tail: readonly string[];
  /** Lines that follow the part and are none of it. */
  readonly gap: readonly string[];
}

interface Kind {
  readonly file: string;
  readonly around: readonly [readonly string[], readonly string[]];
  readonly nameOf: (n: number) => string;
  readonly block: (n: number) => fc.Arbitrary<Block>;
  /** A new line inside of a part, and how it stands there; one beside parts. */
  readonly inside: readonly [string, string];
  readonly beside: readonly [string, string];
}

const some = (lines: readonly string[], min = 0) =>
  fc.array(fc.constantFrom(...lines), { minLength: min, maxLength: 3 });
const heads = (...heads: (readonly string[])[]) => fc.constantFrom(...heads);
const blocks = (head: fc.Arbitrary<readonly string[]>, body: fc.Arbitrary<string[]>, tail: string[], gap: string[]) =>
  fc.record({ head, body, tail: fc.constant(tail), gap: some(gap) });

const KINDS: readonly Kind[] = [
  {
    file: 'Lib/a.py',
    around: [
      ['import os', "T = '''", 'def f0(): pass', "'''"],
      ['g = {', "'def f1():': (1,", '2)}'],
    ],
    nameOf: (n) => `f${n}`,
    block: (n) =>
      blocks(
        heads(
          [`def f${n}(a):`],
          ['@cache(', '1)', `async def f${n}(a, b=")", # :`, '  c=[]):'],
          [`class f${n}:`, '    """def f0():', '  it\'s """'],
        ),
        some(["    x = 'def f0():'  # (", '    # "', '    y(1,\n2)']).map((lines) => [...lines, '    last = f"{a}"']),
        [],
        ['', '# not in it'],
      ),
    inside: ['new(x)', '    new(x)'],
    beside: ['new = 1', 'new = 1'],
  },
  {
    file: 'Makefile.pre.in',
    around: [['A= f0: \\', '\tb', 'all: f0 f1'], ['.PHONY: f0 f1']],
    nameOf: (n) => `f${n}`,
    block: (n) =>
      blocks(
        heads([`f${n}: a b`], [`g${n} f${n}: \\`, '\tf0 f1'], [`f${n}:: $(A:.o=.c)`]),
        some(['\t@echo f0: "x"', '\tcd f1; \\\n\t\tmake', '\t# f0:']),
        [],
        ['B= f0: x'],
      ),
    inside: ['new', '\tnew'],
    beside: ['new: x', 'new: x'],
  },
  {
    file: 'configure.ac',
    around: [
      ['dnl case $x in f0)', 'AC_FOO([x], [', 'case "$x" in #('],
      ['*)', 'esac])', 'f0=(1)'],
    ],
    nameOf: (n) => `f${n}*)`,
    block: (n) =>
      blocks(
        heads([`  f${n}*)`], [`  g${n}|f${n}*) # f0*)`], [`  [f${n}*])`]),
        some(['    a="f0*) ;; esac"', "    AC_DEFINE([F0], [1], [isn't it])", '    case $y in\n    f0) b;;\n    esac']),
        ['    ;;'],
        ['  dnl f1*)'],
      ),
    inside: ['new', '    new'],
    beside: ['new) ;;', '  new) ;;'],
  },
  {
    file: 'PCbuild/a.vcxproj',
    around: [
      ['<?xml version="1.0"?>', '<P>', '  <!-- <C I="f0"> -->'],
      ['  <D I="f0"/>', '</P>'],
    ],
    nameOf: (n) => `P/C[@I="f${n}"]`,
    block: (n) =>
      blocks(
        heads([`  <C I="f${n}">`], ['  <C', `    J="&gt;>" I='f${n}' >`]),
        some(['    <D>1</D>', '    <C2 I="f0"/>', '    <!-- </C> -->']),
        ['  </C>'],
        ['  <E I="f1"/>', ''],
      ),
    inside: ['<N/>', '    <N/>'],
    beside: ['<N/>', '  <N/>'],
  },
];

const cases = fc.constantFrom(...KINDS).chain((kind) =>
  fc.integer({ min: 1, max: 4 }).chain((count) =>
    fc.record({
      kind: fc.constant(kind),
      made: fc.tuple(...Array.from({ length: count }, (_, n) => kind.block(n))),
      at: fc.integer({ min: 0, max: count - 1 }),
      what: fc.constantFrom('before', 'start', 'end', 'after', 'drop'),
      newline: fc.constantFrom('\n', '\r\n'),
    }),
  ),
);

test('an edit in a part is made there, and nowhere else', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ kind, made, at, what, newline }) => {
      const [first, last] = kind.around;
      const linesOf = ({ head, body, tail, gap }: Block) => [...head, ...body, ...tail, ...gap];
      const text = (list: readonly (Block | readonly string[])[]) =>
        [...first, ...list.flatMap((one) => ('head' in one ? linesOf(one) : one)), ...last, '']
          .join('\n')
          .replaceAll('\n', newline);
      const block = made[at] as Block;
      const [inside, insideThere] = kind.inside;
      const [beside, besideThere] = kind.beside;
      const changed: Readonly<Record<string, readonly string[]>> = {
        before: [besideThere, ...linesOf(block)],
        start: [...block.head, insideThere, ...block.body, ...block.tail, ...block.gap],
        end: [...block.head, ...block.body, insideThere, ...block.tail, ...block.gap],
        after: [...block.head, ...block.body, ...block.tail, besideThere, ...block.gap],
        drop: block.gap,
      };
      const isInside = what === 'start' || what === 'end';
      const edit =
        what === 'drop'
          ? `drop-lines: {in: '${kind.nameOf(at)}'}`
          : `add-lines: {in: '${kind.nameOf(at)}', at: ${what}, text: '${isInside ? inside : beside}'}`;
      const recipe = recipeOf(`id: t\ntitle: T\nwhy: w\ncpython: ">=2.5"\nfiles: [${kind.file}]\nedits: [{${edit}}]\n`);
      const before = text(made);
      const result = await generate(recipe, memoryTree({ [kind.file]: before }));
      const wanted = text(made.map((one, i) => (i === at ? (changed[what] ?? []) : one)));
      // How many blank lines a part takes along is not asked here.
      const shown = (full: string) => (what === 'drop' ? full.replace(/^\r?\n/gm, '') : full);
      expect(shown(after(result, kind.file))).toBe(shown(wanted));
      if (what === 'drop') return;
      const again = await generate(recipe, memoryTree({ [kind.file]: wanted }));
      expect([again.verdict, problemsOf(again)]).toEqual(['already-applied', ['all that its edits make is there']]);
    }),
    { numRuns: 400 },
  );
});
