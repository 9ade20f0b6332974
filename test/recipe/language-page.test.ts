/**
 * The reference in docs/recipe-language.md: each edit with its members, from the schema, and an example with the patch that
 * the generator makes of it. `npx vitest run test/recipe -u` writes it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { generatePatch } from '../../src/patch/index.ts';
import { type EditKind, editKinds, editSchemas } from '../../src/recipe/schema.ts';
import { memoryTree } from '../patch/memory-tree.ts';
import { problemsOf, recipeOf } from '../patch/recipes.ts';

const PAGE = fileURLToPath(new URL('../../docs/recipe-language.md', import.meta.url));
const START = '<!-- reference: npx vitest run test/recipe -u -->';
const END = '<!-- end of reference -->';
const page = readFileSync(PAGE, 'utf8');

/** Without text, a path that an edit makes. */
type Files = Readonly<Record<string, string | null>>;
const EXAMPLES = parse(readFileSync(new URL('language-examples.yaml', import.meta.url), 'utf8')) as Readonly<
  Record<
    EditKind,
    { readonly files: Files; readonly edits: string; readonly remade?: Readonly<Record<string, string>> }
  >
>;

/** The diff that a recipe makes of files; fails with its problems. */
async function diffOf(recipe: string, files: Files, remade: Readonly<Record<string, string>> = {}): Promise<string> {
  const after = Object.entries(remade).map(([path, text]) => ({ path, after: text, target: 'regen-opcode' }));
  const there = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  const result = await generatePatch(recipeOf(recipe), {}, memoryTree(Object.fromEntries(there)), async () => ({
    before: [],
    after,
  }));
  if (result.verdict !== 'applies') throw new Error(`${result.verdict}: ${problemsOf(result).join('\n')}\n${recipe}`);
  const at = result.patch.text.search(/^diff --git /m);
  return at < 0 ? '' : result.patch.text.slice(at).replace(/^(?:diff --git|index) .*\n/gm, '');
}

const ofEdits = (edits: string, files: Files) =>
  `id: example\ntitle: An example\nwhy: because\ncpython: ">=2.5"\nfiles: [${Object.keys(files).join(', ')}]\nedits:\n${edits}`;

const COMMON = new Set(Object.keys(editSchemas['build-option'].shape).filter((name) => name !== 'configure'));

function members(kind: EditKind, wanted: (name: string) => boolean): string {
  const { properties = {}, required = [] } = z.toJSONSchema(editSchemas[kind], { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).flatMap(([name, member]) => {
    const { description = '' } = typeof member === 'object' ? member : {};
    return wanted(name)
      ? [`| \`${name}\` | ${required.includes(name) ? 'yes' : ''} | ${description.replaceAll('|', '\\|')} |`]
      : [];
  });
  return ['| Member | Required | Meaning |', '|---|---|---|', ...rows].join('\n');
}

async function section(kind: EditKind): Promise<string> {
  const { files, edits, remade } = EXAMPLES[kind];
  const diff = await diffOf(ofEdits(edits, files), files, remade);
  return [
    `### ${kind}`,
    `${editSchemas[kind].description}.`,
    members(kind, (name) => !COMMON.has(name)),
    `\`\`\`yaml\n${edits}\`\`\``,
    diff === ''
      ? 'There is no patch: the patched interpreter is configured with this option.'
      : `\`\`\`diff\n${diff}\`\`\``,
  ].join('\n\n');
}

describe('docs/recipe-language.md', () => {
  test('its reference has every edit, with an example that works', async () => {
    const sections = [`### Every edit\n\n${members('fold', (name) => COMMON.has(name))}`];
    for (const kind of editKinds) sections.push(await section(kind));
    const [before = '', rest = ''] = page.split(START);
    const reference = [START, ...sections, END].join('\n\n');
    await expect(`${before}${reference}${rest.split(END)[1] ?? ''}`).toMatchFileSnapshot(PAGE);
  });

  test.each([
    ['Your first recipe in ten minutes', 'Objects/frameobject.c'],
    ['A builtin function of your own', 'Python/bltinmodule.c'],
  ])('%s: gives the patch that it shows', async (title, file) => {
    const section = page.slice(page.indexOf(`## ${title}`));
    const blocks = [...section.matchAll(/^```(c|yaml|diff)\n([\s\S]*?)^```/gm)].slice(0, 3);
    const [code = '', recipe = '', diff] = blocks.map(([, , text]) => text);
    expect(blocks.map(([, kind]) => kind)).toEqual(['c', 'yaml', 'diff']);
    expect(await diffOf(recipe, { [file]: code })).toBe(diff);
  });
});
