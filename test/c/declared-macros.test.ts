import { describe, expect, test } from 'vitest';
import { type MacroKind, maskDeclared } from '../../src/c/declared-macros.ts';
import { cParser } from '../../src/c/parser.ts';
import { CSource } from '../../src/c/source.ts';
import { openView } from '../../src/c/view.ts';

describe('macros that a recipe declares', () => {
  test.each<[MacroKind, string, string]>([
    ['nothing', 'MY_EXPORT int x;', '          int x;'],
    ['nothing', 'p = FREECAST(char) q;', `p = ${' '.repeat(15)}q;`],
    ['type', 'LOCAL(void) f(void)', '      void  f(void)'],
    ['type-arguments', 'CHECK("%u", unsigned int, char **, n);', 'CHECK("%u", unsigned_int, char___, n);'],
    ['string', 'F_HANDLE F_HANDLE', '"F_HAND" "F_HAND"'],
    ['values', '{ HEAD(1) 2 }', '{ 0,      2 }'],
    ['values', '{ HEAD(1), 2 }', '{ 0      , 2 }'],
    ['declaration', 'MY_FIELDS(a) int b;', 'int h;       int b;'],
    ['if', 'IF_ON(x) y();', 'if(1)    y();'],
    ['loop', 'FOR_EACH(i, n) y();', 'for(;;)        y();'],
    ['block-start', 'BEGIN x(); END', '    { x(); END'],
    ['block-end', 'END_BLOCK(1)', '           }'],
    ['statement', 'start(a, goto x) y();', 'start          ; y();'],
    ['statement', 'start(a, b) y();', 'start=a, b; y();'],
    ['statement', 'start(a, goto x); y();', 'start           ; y();'],
    ['statement', 'begin y();', 'begi; y();'],
  ])('%s: %s', (kind, from, to) => {
    const name =
      /\b(?:MY_EXPORT|FREECAST|LOCAL|CHECK|F_HANDLE|HEAD|MY_FIELDS|IF_ON|FOR_EACH|BEGIN|END_BLOCK|start|begin)\b/.exec(
        from,
      )?.[0] ?? '';
    const made = maskDeclared(from, { [name]: kind });
    expect(made).toHaveLength(from.length);
    expect(made).toBe(to);
  });

  test('a macro as a statement is known behind a // comment, too', async () => {
    const text = 'void\nf(void)\n{\n    g();  // "why"\n    // http://x/\n    Py_TRASHCAN_BEGIN(op, f)\n    g();\n}\n';
    const parser = await cParser();
    const view = openView(parser, new CSource('a.c', text), { start: 0, end: text.length }, new Map());
    expect(view.errors).toHaveLength(0);
    view.tree.delete();
  });

  test('let the grammar read what it could not', async () => {
    const text = `void\nf(void)\n{\n    start("x", goto error);\n    each(self, node) {\n        Tcl_Free(FREECAST argv);\n        CHECK(unsigned int, f);\n        ENSURE_Var(ovar, NULL)\n        x(F_HANDLE F_HANDLE "|" F_HANDLE, 1);\n    }\n    open y(); close\n}\n`;
    const macros = {
      start: 'statement',
      each: 'loop',
      FREECAST: 'nothing',
      CHECK: 'type-arguments',
      ENSURE_Var: 'statement',
      F_HANDLE: 'string',
      open: 'block-start',
      close: 'block-end',
    } as const;
    const parser = await cParser();
    const errors = (source: CSource) => {
      const view = openView(parser, source, { start: 0, end: text.length }, new Map());
      const { length } = view.errors;
      view.tree.delete();
      return length;
    };
    expect(errors(new CSource('a.c', text))).toBeGreaterThan(3);
    expect(errors(new CSource('a.c', text, macros))).toBe(0);
  });
});
