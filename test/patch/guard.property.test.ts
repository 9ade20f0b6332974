import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findConditionals } from '../../src/c/conditionals.ts';
import { codeTokens } from '../../src/c/lex.ts';
import { visibleText } from '../../src/c/mask.ts';
import { allAssignments } from '../../src/c/source.ts';
import { applyHunks } from '../../src/diff/apply.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith } from './recipes.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);

const indent = (text: string) => text.replace(/^(?=[^\n#])/gm, '    ');
const good = fc.constantFrom('make(x);\n', 'a();\n', 'n++;  /* make(x); */\n', 'puts("make(x);");\n', '\n');
const leaf = fc.oneof(
  { weight: 12, arbitrary: good },
  { weight: 1, arbitrary: fc.constantFrom('make(x); a();\n', 'if (n)\n    make(x);\n') },
);
const { statements } = fc.letrec<{ statement: string; statements: string }>((tie) => ({
  statements: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((s) => s.join('')),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: leaf },
    tie('statements').map((s) => `if (n) {\n${indent(s)}}\n`),
    tie('statements').map((s) => `#ifdef OPT\n${s}#endif\n`),
    fc.tuple(tie('statements'), tie('statements')).map(([a, b]) => `#ifdef NEW\n${a}#else\n${b}#endif\n`),
    tie('statements').map((s) => `#if MAX > 1\n${s}#endif\n`),
  ),
}));
const source = fc
  .tuple(statements, fc.boolean())
  .map(([body, crlf]) =>
    `static void\nf(int n)\n{\n${indent(body)}    a();\n}\n`.replaceAll('\n', crlf ? '\r\n' : '\n'),
  );

const atoms = ['defined(OPT)', 'defined(NEW)', 'MAX > 1'];

/** Holds a patch to what it must be, and hands over the code that is compiled before and after under each assignment. */
async function each(
  edit: string,
  text: string,
  see: (is: (atom: string) => boolean, before: string, after: string) => void,
) {
  const recipe = recipeWith(`  - ${edit}`);
  const result = await generate(recipe, memoryTree({ 'a.c': text }));
  if (result.verdict !== 'applies') {
    expect(problemsOf(result).join('\n')).not.toBe('');
    return false;
  }
  const after = result.patch.files[0]?.after ?? '';
  const hunks = parsePatch(result.patch.text, 'x').flatMap(({ files }) => files.flatMap((one) => one.hunks));
  expect(applyHunks(text, hunks)).toBe(after);
  expect(applyHunks(after, hunks, true)).toBe(text);
  expect((await generate(recipe, memoryTree({ 'a.c': after }))).verdict).toBe('already-applied');
  if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  const [was, now] = [findConditionals(text), findConditionals(after)];
  expect(now.unbalanced).toEqual([]);
  for (const assignment of allAssignments(atoms)) {
    const seen = (code: string, conditionals: typeof was) =>
      codeTokens(visibleText(code, conditionals, assignment)).join(' ');
    see((atom) => assignment.get(atom) ?? true, seen(text, was), seen(after, now));
  }
  return true;
}

test(
  'guard: with the condition all is as before, without it the other code takes its place',
  async () => {
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(source, async (text) => {
        const edit = 'guard: {match: make($X);, under: "#ifdef NEW", else: other($X);, times: 0..n}';
        const isDone = await each(edit, text, (is, before, after) => {
          if (is('defined(NEW)')) expect(after).toBe(before);
          else expect(after).not.toMatch(/make \( x \) ; (?!a \( \))/);
          if (!is('defined(NEW)')) expect(after.replaceAll('other', 'make')).toBe(before);
        });
        applied += Number(isDone);
      }),
      { numRuns: RUNS },
    );
    expect(applied).toBeGreaterThan(RUNS / 20);
  },
  RUNS * 1000,
);

test(
  'add-branch: where the #if holds all is as before, else its lines come in',
  async () => {
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(source, async (text) => {
        const isDone = await each(
          'add-branch: {to: "#ifdef OPT", text: other(1);, times: 1..n}',
          text,
          (is, before, after) => {
            if (is('defined(OPT)')) expect(after).toBe(before);
            else expect(after.replaceAll('other ( 1 ) ; ', '')).toBe(before);
          },
        );
        applied += Number(isDone);
      }),
      { numRuns: RUNS },
    );
    expect(applied).toBeGreaterThan(RUNS / 20);
  },
  RUNS * 1000,
);
