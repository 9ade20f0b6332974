import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
