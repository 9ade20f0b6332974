import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

const MACROS = 'macros: {EXPORTED: nothing, each: loop, ROWS: values}';
const CODE = `EXPORTED(1)\nint main(void)\n{\n    each(node) {\n        run(node);\n    }\n    return 0;\n}\nstruct S {\n    int a;\n};\nint rows[] = {\n    ROWS(1)\n    1,\n    0\n};\n`;

async function made(edit: string, macros: string): Promise<string> {
  const result = await generate(recipeWith(edit, macros), memoryTree({ 'a.c': CODE }));
  return result.verdict === 'applies' ? after(result, 'a.c') : problemsOf(result).join('\n');
}

describe('what is added may have macros that the recipe declares', () => {
  test.each([
    [
      'add-function',
      '{after: main, text: "EXPORTED(2) static int\\nadded(void)\\n{\\n    each(node) {\\n        run(node);\\n    }\\n    return 1;\\n}"}',
      '\n}\n\nEXPORTED(2) static int\nadded(void)\n{\n    each(node) {',
    ],
    ['add-row', '{table: rows, before: "1", text: "ROWS(2)"}', '    ROWS(1)\n    ROWS(2)\n    1,'],
    ['add-field', '{struct: S, at: end, declare: "EXPORTED(3) int b;"}', '    int a;\n    EXPORTED(3) int b;\n}'],
  ])('%s', async (kind, values, wanted) => {
    const edit = `  - ${kind}: ${values}`;
    expect(await made(edit, MACROS)).toContain(wanted);
    expect(await made(edit, '').catch(() => 'refused')).not.toContain(wanted);
  });
});
