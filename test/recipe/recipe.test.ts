import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findRecipe,
  lintRecipe,
  listRecipes,
  loadRecipe,
  parseRecipe,
  recipeTemplate,
  resolveParams,
} from '../../src/recipe/index.ts';
import { checkValue } from '../../src/recipe/params.ts';
import { sha256 } from '../../src/system/hash.ts';
import { recipeJsonSchema } from './json-schema.ts';

const shipped = fileURLToPath(new URL('../../recipes', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fw-recipe-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const good = `id: a-recipe
title: A title
why: because
cpython: ">=2.5 <3.11"
params:
  abi: {type: enum, values: [drop, keep], default: drop}
  limit: {type: int, default: 5, min: 0, max: 9}
  on: {type: bool, default: false}
files: [Objects/a.c, "Include/**/*.h"]
edits:
  - fold: {if: "$X->f == NULL", is: false, when: {abi: drop}}
  - set-define: {name: LIMIT, value: "\${limit}", files: [Objects/a.c]}
expect:
  gone: [f]
`;

/** Problems as `line:column code message (hint)`. */
function problems(yaml: string): string[] {
  return parseRecipe('r.yaml', Buffer.from(yaml)).diagnostics.map(
    (d) => `${d.place?.line}:${d.place?.column} ${d.code} ${d.message}${d.hint === undefined ? '' : ` (${d.hint})`}`,
  );
}

describe('a good recipe', () => {
  test('is read as it is written, with its hash and places', () => {
    const { loaded, diagnostics } = parseRecipe('r.yaml', Buffer.from(good));
    expect(diagnostics).toEqual([]);
    expect(loaded?.hash).toBe(sha256(good));
    expect(loaded?.recipe).toMatchObject({
      id: 'a-recipe',
      version: 1,
      edits: [{ kind: 'fold', is: false }, { kind: 'set-define' }],
    });
    expect(loaded?.placeOf(['edits', 1, 'set-define', 'name'])).toMatchObject({ line: 12, column: 24, length: 5 });
    expect(loaded?.placeOf(['edits', 1, 'set-define', 'nothing', 'here'])).toMatchObject({ line: 12 });
  });

  test('with CRLF it is the same', () => {
    expect(problems(good.replace(/\n/g, '\r\n'))).toEqual([]);
  });
});

describe('a bad recipe is told with its line and column', () => {
  const change = (from: string, to: string) => {
    expect(good).toContain(from);
    return good.replace(from, to);
  };
  test.each<[string, string, RegExp]>([
    ['empty', '', /^1:1 recipe\/empty/],
    ['not YAML', 'a: [1\nb: 2\n', /^2:1 recipe\/yaml not valid YAML: .*bracket .* not closed \(.*close every/],
    ['a tab', 'a:\n\tb: 1\n', /^2:1 recipe\/yaml .*a tab .* \(indent with spaces\)/],
    ['a key twice', `${good}title: again\n`, /^15:1 recipe\/yaml .*twice/],
    ['not a map', '- a\n', /^1:1 recipe\/invalid the recipe must be a map .*, and is a list/],
    ['text that looks like a map', 'id: a: b\n', /^1:5 recipe\/yaml .*\(put text that contains ': ' in quotes/],
    ['quotes without an end', 'id: "a\n', /recipe\/yaml not valid YAML: a text in "…" has no end/],
    ['a line without a key', 'id: a\nb\n', /^2:1 recipe\/yaml .*without ':'/],
    ['two documents', `${good}---\n${good}`, /^15:1 recipe\/yaml .*second document/],
    ['an unknown alias', change('A title', '*foo'), /^2:8 recipe\/alias nothing is called "&foo"/],
    ['a tag', change('A title', '!!python/object x'), /^2:8 recipe\/yaml .*no tags/],
    ['zero bytes', 'id: \0\n', /recipe\/not-text this is not text in UTF-8/],
    ['a number for text', change('">=2.5 <3.11"', '2.7'), /cpython must be text, and is the number 2.7 \(.*"2.7"\)/],
    ['text for a list', change('[Objects/a.c, "Include/**/*.h"]', 'a.c'), /files must be a list .*, and is text/],
    ['text for a truth', change('is: false', 'is: "no"'), /edits.fold.is must be true or false, and is text/],
    ['an unknown type', change('type: bool', 'type: float'), /params.on.type must be one of enum, int, bool/],
    ['no type', change('type: bool, ', ''), /recipe\/missing-key "type" is missing/],
    [
      'an edit that is text',
      change('- set-define:', '- set-define\n  - set-define:'),
      /an entry of edits must be a map/,
    ],
    ['an unknown key', change('why:', 'wyh:'), /^3:1 recipe\/unknown-key unknown key "wyh" \(did you mean why\?\)/],
    ['a missing key', change('title: A title\n', ''), /^1:1 recipe\/missing-key "title" is missing \(add title\)/],
    ['a long title', change('A title', 'x'.repeat(73)), /^2:8 recipe\/invalid title: at most 72/],
    ['a bad id', change('id: a-recipe', 'id: A_Recipe'), /^1:5 recipe\/invalid id: lower-case words/],
    [
      'a bad range',
      change('">=2.5 <3.11"', '">=2.5 <tree"'),
      /^4:10 recipe\/invalid cpython: a version such as 3.9 is expected here \(at character 8\)/,
    ],
    [
      'an unknown edit',
      change('- fold:', '- flod:'),
      /^11:5 recipe\/unknown-edit there is no edit "flod" \(did you mean fold\?\)/,
    ],
    [
      'an unknown key in an edit',
      change('is: false', 'si: false'),
      /recipe\/unknown-key unknown key "si" in edits.fold/,
    ],
    ['a missing key in an edit', change(', is: false', ''), /^11:11 recipe\/missing-key "is" is missing/],
    ['a wrong type in an edit', change('is: false', 'is: "no"'), /^11:37 recipe\/invalid edits.fold.is/],
    [
      'two kinds in one edit',
      change('  - set-define', '    set-define'),
      /^12:5 recipe\/two-edits one edit has one kind/,
    ],
    [
      'no edits',
      change(good.slice(good.indexOf('edits:'), good.indexOf('expect:')), 'edits: []\n'),
      /^10:8 recipe\/invalid edits/,
    ],
    [
      'bad times',
      change('is: false,', 'is: false, times: often,'),
      /^11:\d+ recipe\/invalid edits.fold.times: .*1\.\.n/,
    ],
    [
      'an unknown parameter in when',
      change('{abi: drop}', '{aib: drop}'),
      /^11:\d+ recipe\/unknown-param there is no parameter "aib" \(did you mean abi\?\)/,
    ],
    [
      'an unknown value in when',
      change('{abi: drop}', '{abi: dorp}'),
      /recipe\/bad-value abi is "dorp", but must be one of drop, keep/,
    ],
    [
      'an unknown parameter in text',
      change('{limit}', '{limits}'),
      /^12:\d+ recipe\/unknown-param .*\(did you mean limit\?\)/,
    ],
    [
      'a default out of range',
      change('default: 5', 'default: 12'),
      /^7:31 recipe\/bad-default the default of limit is 12, but must be at most 9/,
    ],
    ['an unknown type', change('type: bool', 'type: boolean'), /^8:\d+ recipe\/invalid params.on/],
    ['a path out of the tree', change('Objects/a.c,', '../a.c,'), /^9:9 recipe\/bad-path/],
    ['an absolute path', change('Objects/a.c,', '/etc/passwd,'), /^9:9 recipe\/bad-path/],
    [
      "an edit's file that is not listed",
      change('files: [Objects/a.c]}', 'files: [Objects/b.c]}'),
      /^12:\d+ recipe\/file-not-listed/,
    ],
    ['an unknown key in expect', change('gone:', 'gnoe:'), /^14:3 recipe\/unknown-key .*\(did you mean gone\?\)/],
    ['itself in after', `${good}after: [a-recipe]\n`, /^15:8 recipe\/self/],
    [
      'a test without a reason',
      `${good}  cpython-tests: [{test: test_gc}]\n`,
      /^15:\d+ recipe\/invalid .*fails or edited/,
    ],
    ['an alias bomb', `a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b, *b, *b]\n`, /^1:1 recipe\/alias/],
  ])('%s', (_, yaml, message) => {
    const all = problems(yaml);
    expect(
      all.some((p) => message.test(p)),
      all.join('\n'),
    ).toBe(true);
  });

  test('all problems at once', () => {
    expect(problems(good.replace('why:', 'wyh:').replace('- fold:', '- flod:')).length).toBeGreaterThanOrEqual(3);
  });
});

describe('parameters', () => {
  const loaded = parseRecipe('r.yaml', Buffer.from(good)).loaded;
  if (loaded === undefined) throw new Error('not loaded');
  test('given or default', () => {
    expect(resolveParams(loaded, {})).toEqual({ abi: 'drop', limit: 5, on: false });
    expect(resolveParams(loaded, { abi: 'keep', limit: '0', on: 'true' })).toEqual({ abi: 'keep', limit: 0, on: true });
  });
  test.each([
    [{ aib: 'drop' }, 'a-recipe has no parameter "aib"', 'did you mean abi?'],
    [{ abi: 'dropp' }, 'a-recipe: abi is "dropp", but must be one of drop, keep', 'did you mean drop?'],
    [{ limit: '10' }, 'a-recipe: limit is 10, but must be at most 9', undefined],
    [{ limit: '1.5' }, 'a-recipe: limit is "1.5", but must be a whole number', undefined],
    [{ limit: '' }, 'a-recipe: limit is "", but must be a whole number', undefined],
    [{ on: 'yes' }, 'a-recipe: on is "yes", but must be true or false', undefined],
  ])('%j is refused', (given, message, hint) => {
    expect(() => resolveParams(loaded, given as unknown as Record<string, string>)).toThrow(
      expect.objectContaining({ exitCode: 2, diagnostics: [expect.objectContaining({ message, hint })] }),
    );
  });
});

describe('finding recipes', () => {
  test('by name, by path, in the order of the folders; bad ones are told', async () => {
    writeFileSync(path.join(folder, 'a-recipe.yaml'), good);
    writeFileSync(path.join(folder, 'bad.yaml'), 'id: bad\n');
    expect((await findRecipe('a-recipe', [folder, shipped])).recipe.title).toBe('A title');
    expect((await findRecipe(path.join(folder, 'a-recipe.yaml'), [])).recipe.id).toBe('a-recipe');
    expect((await findRecipe('remove-zombieframe', [folder, shipped])).recipe.id).toBe('remove-zombieframe');
    const { loaded, bad } = await listRecipes([folder, shipped, path.join(folder, 'nowhere')]);
    expect(loaded.map((r) => r.recipe.id)).toContain('remove-zombieframe');
    expect(bad.map((b) => path.basename(b.file))).toEqual(['bad.yaml']);
  });
  test('not there', async () => {
    await expect(findRecipe('remove-zombiframe', [shipped])).rejects.toMatchObject({
      exitCode: 2,
      diagnostics: [{ code: 'recipe/not-found', hint: 'did you mean remove-zombieframe?' }],
    });
    await expect(loadRecipe(path.join(folder, 'no.yaml'))).rejects.toMatchObject({
      diagnostics: [{ code: 'system/enoent' }],
    });
    await expect(findRecipe('bad', [folder])).rejects.toMatchObject({ exitCode: 2 });
  });
});

test.each([
  ['x.patch', 'why\n'],
  ['x.diff', ''],
  ['x.yaml', '--- a/x\n+++ b/x\n'],
  ['x.yml', `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\n`],
])('a patch is no recipe, and what takes it is said: %s', async (name, text) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  await expect(findRecipe(file, [])).rejects.toMatchObject({
    message: 'cannot read the recipe: it is a patch',
    diagnostics: [{ place: { file }, hint: expect.stringContaining('git apply') }],
  });
});

describe('what is not a regular file', () => {
  test('is refused at once: a pipe that nobody writes to, a folder, a device without an end', async () => {
    const pipe = path.join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, folder, '/dev/zero']) {
      const refused = { diagnostics: [{ code: 'recipe/not-a-file', place: { file } }] };
      await expect(lintRecipe(file)).rejects.toMatchObject(refused);
      await expect(loadRecipe(file)).rejects.toMatchObject(refused);
    }
  });
});

describe('what is shipped', () => {
  test('every recipe is valid', async () => {
    const { loaded, bad } = await listRecipes([shipped]);
    expect(bad).toEqual([]);
    for (const { file, recipe } of loaded) expect(path.basename(file)).toBe(`${recipe.id}.yaml`);
  });
  test('the JSON Schema is current; `vitest -u` writes it', async () => {
    await expect(recipeJsonSchema()).toMatchFileSnapshot(path.join(shipped, 'recipe.schema.json'));
  });
  test('the template is a recipe in which each text that is to be written is named, with its place', async () => {
    const file = path.join(folder, 'new-one.yaml');
    const template = recipeTemplate('new-one', folder);
    writeFileSync(file, template);
    const { loaded, diagnostics } = await lintRecipe(file);
    expect(loaded?.recipe.id).toBe('new-one');
    const todos = template.split('\n').flatMap((line, i) => [...line.matchAll(/TODO/g)].map(() => i + 1));
    expect(diagnostics.map(({ code, place }) => [code, place?.line])).toEqual(
      todos.map((line) => ['recipe/unfinished', line]),
    );
    const schema = /\$schema=(\S+)/.exec(template)?.[1] ?? '';
    expect(readFileSync(path.resolve(folder, schema), 'utf8')).toBe(recipeJsonSchema());
  });
});

test('an int may have values beside its range', () => {
  const param = { type: 'int' as const, default: 640, min: 640, max: 900, also: [0], why: 'w' };
  expect(checkValue(param, 0)).toBeUndefined();
  expect(checkValue(param, 640)).toBeUndefined();
  expect(checkValue(param, 5)).toBe('is 5, but must be at least 640, or 0');
  expect(checkValue(param, 901)).toBe('is 901, but must be at most 900, or 0');
});
