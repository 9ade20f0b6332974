/** The bundle that GitHub runs is committed: it must be what these sources give. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/system/hash.ts';

const root = path.resolve(import.meta.dirname, '../..');
const dist = path.join(root, 'dist');
let scratch: string;
let fresh: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fw-dist-'));
  fresh = path.join(scratch, 'dist');
  execFileSync(process.execPath, [path.join(root, 'scripts/build-action.ts'), fresh]);
}, 120_000);

afterAll(() => rm(scratch, { recursive: true, force: true }));

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hashed = await Promise.all(
    files.map(async (file) => [path.relative(folder, file), sha256(await readFile(file))] as const),
  );
  return Object.fromEntries(hashed);
}

test('dist/ is what the sources give', async () => {
  const [committed, made] = await Promise.all([contents(dist), contents(fresh)]);
  const names = [...new Set([...Object.keys(committed), ...Object.keys(made)])].sort();
  const differing = names.filter((name) => committed[name] !== made[name]);
  const told = differing.slice(0, 10).join(', ') + (differing.length > 10 ? `, … (${differing.length} files)` : '');
  expect(
    differing,
    `dist/ is out of date: ${told}\nMake it anew and commit it:\n  npm run build:action && git add -A dist && git commit -m "dist: as the sources are" -- dist\n`,
  ).toEqual([]);
});

test('everything that is not JavaScript travels with it', async () => {
  const names = Object.keys(await contents(fresh));
  expect(names).toEqual(
    expect.arrayContaining(
      [
        'main.js',
        'ssh-run.js',
        'THIRD-PARTY-LICENSES.txt',
        'assets/wasm/tree-sitter-c.wasm',
        'assets/wasm/web-tree-sitter.wasm',
        'assets/bench/worker.py',
        'assets/recipe/baked.json',
        'assets/report/base.css',
        'assets/review/page.css',
        'assets/action/problem-matchers.json',
      ].map((name) => path.normalize(name)),
    ),
  );
});

test('it stays small, and says nothing of the machine that it was made on', async () => {
  let bytes = 0;
  for (const name of Object.keys(await contents(fresh))) {
    const file = path.join(fresh, name);
    bytes += (await stat(file)).size;
    expect((await readFile(file)).includes(root), name).toBe(false);
  }
  expect(bytes).toBeLessThan(8 * 1024 * 1024);
});

test('git keeps its bytes, and shows no diff of it', () => {
  const args = ['check-attr', 'text', 'diff', 'linguist-generated', '--', 'dist/main.js'];
  const said = execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  expect(said).toContain('text: unset');
  expect(said).toContain('diff: unset');
  expect(said).toContain('linguist-generated: set');
});
