import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findConditionals } from '../../src/c/conditionals.ts';
import { codeTokens } from '../../src/c/lex.ts';
import { visibleText } from '../../src/c/mask.ts';
import { cParser, parseC } from '../../src/c/parser.ts';
import { allAssignments } from '../../src/c/source.ts';
import { applyHunks } from '../../src/diff/apply.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { applyEdits } from '../../src/patch/ranges.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith } from './recipes.ts';

/** The ways in which a frame is put aside, each a complete statement, with its condition and its else branches. */
const recipe = recipeWith(
  `
  - fold: {if: "$CO->zf == NULL", is: false, dead: "$CO->zf = $F", times: 0..n}
  - fold: {if: "$CO->zf != NULL", is: false, dead: ["$F = $CO->zf", "del($CO->zf)"], times: 0..n}
  - drop-guarded-load: {field: zf, times: 0..n}
  - drop-statement: {match: "$CO->zf = NULL;", times: 0..n}`,
  'expect: {gone: [zf]}',
);

const indent = (text: string, by: string) =>
  text
    .split('\n')
    .map((l) => (l === '' || l.startsWith('#') ? l : by + l))
    .join('\n');
const block = (text: string) => `{\n${indent(text, '    ')}}\n`;

const simple = fc.constantFrom(
  'a();\n',
  '/* n\xf6te */\nb(x);\n',
  'n++;  /* \xe9 */\n',
  'del(f);\n',
  'puts("zz { } \\" #if");\n',
  'MACRO_BEGIN(f)\n',
  'if (p)\n    q();\nelse\n    r();\n',
  'for (i = 0; i < 3; i++)\n    t[i] = NULL;\n',
  '\n',
);
const condition = fc.constantFrom(
  'co->zf == NULL',
  'NULL == co->zf',
  '!co->zf',
  'a && co->zf == NULL',
  'co->zf == NULL && (b || c)',
  '(co->zf == NULL)',
);
const statements = fc.array(simple, { minLength: 1, maxLength: 3 }).map((s) => s.join(''));

/** A branch in one of the brace styles. */
const branch = (body: fc.Arbitrary<string>) =>
  fc.tuple(body, fc.constantFrom(' {', '\n{')).map(([text, open]) => `${open}\n${indent(text, '    ')}}\n`);

const store = fc
  .tuple(
    condition,
    fc.constantFrom(
      '\n    co->zf = f;\n',
      ' {\n    co->zf = f;\n}\n',
      '\n{\n    co->zf = f;  /* kept */\n}\n',
      ' co->zf = f;\n',
    ),
    fc.constantFrom('', '#if MAX > 0\n', '#ifdef DBG\n'),
    fc.option(branch(statements)),
    fc.option(branch(statements)),
  )
  .map(([c, then, directive, middle, last]) => {
    const inner = middle === null ? '' : `else if (n < MAX)${middle}`;
    const wrapped = directive === '' || inner === '' ? inner : `${directive}${inner}#endif\n`;
    return `if (${c})${then}${wrapped}${last === null ? '' : `else${last}`}`;
  });
const load = fc.constantFrom(
  'if (co->zf != NULL) {\n    f = co->zf;\n    co->zf = NULL;\n}\nelse {\n    f = alloc();\n}\n',
  'if (co->zf != NULL)\n    del(co->zf);\n',
  'f = co->zf;\nif (f != NULL) {\n    co->zf = NULL;\n    return;\n}\nf = alloc();\n',
  'f = co->zf;\nif (f) {\n    return;\n}\nuse(f);\n',
  'co->zf = NULL;\n',
);
const idiom = fc.oneof(store, load);
const placed = fc.oneof(
  { weight: 4, arbitrary: idiom },
  fc.tuple(idiom, statements).map(([i, s]) => `if (deep) ${block(i + s)}`),
  fc.tuple(idiom, statements).map(([i, s]) => `#ifdef OPT\n${i}#else\n${s}#endif\n`),
  fc.tuple(statements, idiom).map(([s, i]) => `#ifndef OPT\n${s}#else\n${i}#endif\n`),
  idiom.map((i) => `#ifdef OPT\n${i}#endif\n`),
);
const style = fc.record({ tabs: fc.boolean(), crlf: fc.boolean(), python: fc.constantFrom('2.7.18', '3.9.2') });
const source = fc
  .tuple(fc.array(fc.oneof(statements, placed), { minLength: 1, maxLength: 5 }), placed, style, fc.nat(5))
  .map(([others, one, how, at]) => {
    const parts = [...others.slice(0, at), one, ...others.slice(at)];
    const unix = `/* L\xf6wis */\n#define MAX 9\n\nstatic void\ng(void)\n{\n    a();\n}\n\nstatic void\nf(O *co, F *f)\n{\n    int n = 0;\n\n${indent(
      parts.join(''),
      '    ',
    )}}\n\nint tail;\n`;
    const spaced = how.tabs ? unix.replace(/^(?: {4})+/gm, (s) => '\t'.repeat(s.length / 4)) : unix;
    return { text: how.crlf ? spaced.replace(/\n/g, '\r\n') : spaced, python: how.python };
  });

/** `PROPERTY_RUNS=20000 npx vitest run test/patch/property.test.ts` looks further than every run of the tests can. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const atoms = ['MAX > 0', 'defined(DBG)', 'defined(OPT)'];

describe('for random placements of the idioms', () => {
  test(
    'a patch is whole, idempotent, reversible, right under every #if, and touches nothing else',
    async () => {
      const parser = await cParser();
      let applied = 0;
      await fc.assert(
        fc.asyncProperty(source, async ({ text, python }) => {
          const result = await generate(recipe, memoryTree({ 'a.c': text }, python));
          if (result.verdict !== 'applies') {
            // A refusal is honest only where a shape is known to be refused.
            expect(problemsOf(result).join('\n')).toMatch(/patch\/(unbraced|depends-on-if|effects)/);
            return;
          }
          applied++;
          const [file] = result.patch.files;
          if (file === undefined) throw new Error('no file');
          const { after } = file;
          expect(after).not.toMatch(/\bzf\b/);

          const hunks = parsePatch(result.patch.text, 'x').flatMap(({ files }) => files.flatMap((one) => one.hunks));
          expect(applyHunks(text, hunks)).toBe(after);
          expect(applyHunks(after, hunks, true)).toBe(text);
          expect(applyEdits(text, file.edits)).toBe(after);

          const again = await generate(recipe, memoryTree({ 'a.c': after }, python));
          expect(again.verdict).not.toBe('applies');

          const conditionals = findConditionals(after);
          expect(conditionals.unbalanced).toEqual([]);
          const was = findConditionals(text);
          for (const assignment of allAssignments(atoms)) {
            const now = visibleText(after, conditionals, assignment).replace(/MACRO_BEGIN\(f\)/g, '              ;');
            const tree = parseC(parser, now);
            expect(tree.rootNode.hasError, now).toBe(false);
            tree.delete();
            // What is left was there before, in the same order.
            const before = codeTokens(visibleText(text, was, assignment));
            let at = 0;
            for (const token of codeTokens(visibleText(after, conditionals, assignment))) {
              if (token === 'NULL') continue;
              while (at < before.length && before[at] !== token) at++;
              expect(at, `${token} is new`).toBeLessThan(before.length);
              at++;
            }
          }
          if (text.includes('\r\n')) expect(after.replace(/\r\n/g, '')).not.toContain('\n');
          expect(after.startsWith(text.slice(0, text.indexOf('int n')))).toBe(true);
          expect(after.endsWith('int tail;'.concat(text.includes('\r\n') ? '\r\n' : '\n'))).toBe(true);
          expect(after).not.toMatch(/[ \t]+\r?\n/);
        }),
        { numRuns: RUNS },
      );
      expect(applied).toBeGreaterThan((RUNS * 2) / 3);
      if (process.env.PROPERTY_RUNS !== undefined)
        console.log(`${RUNS} sources: ${applied} patched, ${RUNS - applied} refused`);
    },
    RUNS * 400,
  );

  test('masks keep every offset', () => {
    fc.assert(
      fc.property(source, ({ text }) => {
        const conditionals = findConditionals(text);
        for (const assignment of allAssignments(atoms)) {
          const seen = visibleText(text, conditionals, assignment);
          expect(seen.length).toBe(text.length);
          for (let i = 0; i < text.length; i++) if (seen[i] !== text[i]) expect(seen[i]).toBe(' ');
        }
      }),
      { numRuns: 50 },
    );
  });
});
