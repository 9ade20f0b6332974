/** Lines that an edit writes end as their neighbours do, also where a file has both kinds. */
import { describe, expect, test } from 'vitest';
import { newlineAt } from '../../src/c/lex.ts';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

async function edited(edit: string, text: string) {
  const result = await generate(recipeWith(edit), memoryTree({ 'a.c': text }));
  return result.verdict === 'applies' ? after(result, 'a.c') : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}

test('the last line ends as the one before it', () => {
  expect(newlineAt('a\r\nb', 3)).toBe('\r\n');
  expect(newlineAt('a\nb', 2)).toBe('\n');
  expect(newlineAt('a', 0)).toBe('\n');
  expect(newlineAt('', 0)).toBe('\n');
  expect(newlineAt('a\nb\r\n', 0)).toBe('\n');
});

const CRLF_TOP = 'void\r\ng(void)\r\n{\r\n}\r\n';
const LF_TOP = CRLF_TOP.replaceAll('\r\n', '\n');
const crlf = (text: string) => text.replaceAll('\n', '\r\n');

describe.each([
  ['LF below CRLF', CRLF_TOP, (text: string) => text],
  ['CRLF below LF', LF_TOP, crlf],
])('%s', (_, top, own) => {
  const check = async (edit: string, from: string, to: string) =>
    expect(await edited(edit, top + own(from))).toBe(top + own(to));

  test('a line before, a line after', async () => {
    const code = 'void\nf(void)\n{\n    a();\n}\n';
    const insert = (where: string) => `  - insert: {in: f, ${where}: "a();", text: "b();\\nc();"}`;
    await check(insert('before'), code, 'void\nf(void)\n{\n    b();\n    c();\n    a();\n}\n');
    await check(insert('after'), code, 'void\nf(void)\n{\n    a();\n    b();\n    c();\n}\n');
  });

  test('text of several lines, found whatever ends them', async () => {
    const edit = '  - edit-text: {find: "/* a\\n   b */", with: "/* c\\n   d\\n   e */"}';
    await check(edit, '/* a\n   b */\nint x;\n', '/* c\n   d\n   e */\nint x;\n');
  });

  test('a comment', async () => {
    const edit = '  - edit-comment: {about: "zap", from: "zap it", with: "zip it\\nand zoom"}';
    expect(await edited(edit, `${top}${own('/* zap it\n   now */\nint x;\n')}`)).not.toMatch(
      top === LF_TOP ? /zip it\n/ : /zip it\r\n/,
    );
  });
});
