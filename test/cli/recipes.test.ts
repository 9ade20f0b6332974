import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/commands/recipes.ts';

let folder: string;
const out: string[] = [];
const err: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-recipes-'));
  out.length = 0;
  err.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await rm(folder, { recursive: true });
});

async function recipes(...args: string[]): Promise<{ exitCode: unknown; out: string; err: string }> {
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(['recipes', ...args], { from: 'user' });
  return { exitCode: process.exitCode, out: out.join(''), err: err.join('') };
}

test('show tells what every edit is about, and why', async () => {
  const shown = await recipes('show', 'remove-zombieframe');
  expect(shown.exitCode).toBe(0);
  expect(shown.out).toContain('drop-field | keep-field (default drop-field)');
  expect(shown.out).toMatch(/fold +\$CO->co_zombieframe == NULL — A frame that dies/);
  expect(shown.out).toContain('PythonFunctionCalls');
});

test('show tells what was measured, with units and releases', async () => {
  const shown = await recipes('show', 'arena-size');
  expect(shown.out).toMatch(/size of an arena +3\.13\.5 +1,024 KiB +64 KiB/);
});

test('list --json is lines of JSON alone, the result last', async () => {
  const lines = (await recipes('list', '--json')).out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ type: 'result', command: 'recipes list', exitCode: 0 });
  expect(lines.at(-1).data.recipes.map((recipe: { id: string }) => recipe.id)).toContain('remove-zombieframe');
});

test('new starts a recipe that lints as unfinished, and never overwrites one', async () => {
  const file = path.join(folder, 'mine.yaml');
  expect((await recipes('new', 'mine', '-o', file)).exitCode).toBe(0);
  const made = await readFile(file, 'utf8');
  expect((await recipes('lint', file)).exitCode).toBe(1);
  await writeFile(file, `${made}# edited\n`);
  expect((await recipes('new', 'mine', '-o', file)).exitCode).toBe(2);
  expect(await readFile(file, 'utf8')).toBe(`${made}# edited\n`);
});

test.each(['../evil', 'Big', 'a b', ''])('%j is no name of a recipe: nothing is written', async (id) => {
  const made = await recipes('new', id, '-o', path.join(folder, 'x.yaml'));
  expect(made.exitCode).toBe(2);
  expect(made.err).toContain('is not a recipe');
});

test('new --from drafts a recipe that makes the patch, and tells of other trees', async () => {
  const tree = async (name: string, version: string, limit: string) => {
    await mkdir(path.join(folder, name, 'Include'), { recursive: true });
    await mkdir(path.join(folder, name, 'Objects'));
    const [major, minor, micro] = version.split('.');
    const numbers = `#define PY_MAJOR_VERSION ${major}\n#define PY_MINOR_VERSION ${minor}\n#define PY_MICRO_VERSION ${micro}\n`;
    const level = '#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL\n#define PY_RELEASE_SERIAL 0\n';
    await writeFile(
      path.join(folder, name, 'Include/patchlevel.h'),
      `${numbers}${level}#define PY_VERSION "${version}"\n`,
    );
    await writeFile(path.join(folder, name, 'Objects/a.c'), `#define ${limit} 200\nint x;\n`);
    return path.join(folder, name);
  };
  const patch = path.join(folder, 'my.patch');
  const lines = [
    '--- a/Objects/a.c',
    '+++ b/Objects/a.c',
    '@@ -1,2 +1,2 @@',
    '-#define LIMIT 200',
    '+#define LIMIT 0',
    ' int x;',
  ];
  await writeFile(patch, `Keep nothing.\n\n${lines.join('\n')}\n`);
  const file = path.join(folder, 'mine.yaml');
  const trees = [
    await tree('a', '3.9.2', 'LIMIT'),
    await tree('b', '3.11.4', 'LIMIT'),
    await tree('c', '3.12.0', 'OTHER'),
  ];
  const made = await recipes(
    'new',
    'mine',
    '--from',
    patch,
    '-C',
    trees[0] ?? '',
    '--also',
    trees[1] ?? '',
    '--also',
    trees[2] ?? '',
    '-o',
    file,
  );
  expect(made.exitCode).toBe(0);
  expect(made.out).toMatch(/3\.11\.4 +applies/);
  expect(made.out).toMatch(/3\.12\.0 +drifted +Objects\/a\.c: edit 1 \(set-define\)/);
  const yaml = await readFile(file, 'utf8');
  expect(yaml).toContain('cpython: ">=3.9 <3.12" # a guess, to be checked: it applies to 3.9.2, 3.11.4');
  expect(yaml).toContain('- set-define:\n      name: LIMIT\n      value: 0\n');
});
