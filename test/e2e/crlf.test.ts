/** Checkouts whose files end their lines with CR LF, as git makes them on Windows: patches apply, and the files stay so. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderTree, openCheckout, type SourceTree } from '../../src/checkout/index.ts';
import { generateSeries } from '../../src/patch/index.ts';
import { listRecipes, resolveParams } from '../../src/recipe/index.ts';
import type { Context } from '../../src/system/context.ts';
import { forkwright, ROOT, sourceTree } from './forkwright.ts';

const signal = new AbortController().signal;
const ctx: Context = { emit: () => undefined, signal, cacheDir: tmpdir(), jobs: 1, env: process.env };
const crlf = (text: string) => text.replace(/\r?\n/g, '\r\n');
const isText = (text: string) => !text.includes('\0');

/** A tree as a checkout with CR LF would be. */
const withCrlf = (tree: SourceTree): SourceTree => ({
  ...tree,
  read: async (file) => {
    const found = await tree.read(file);
    return found === undefined || !isText(found.text)
      ? found
      : { ...found, text: crlf(found.text), blob: `crlf-${found.blob}` };
  },
});

describe.each(['2.7', '3.9', '3.13'])('%s', (version) => {
  test('every shipped recipe does the same to it, and leaves it CR LF', async () => {
    const checkout = await openCheckout(await sourceTree(version), ctx);
    const tree = folderTree(checkout, ctx);
    const { loaded } = await listRecipes([path.join(ROOT, 'recipes')]);
    let applied = 0;
    for (const recipe of loaded) {
      const item = { recipe, params: resolveParams(recipe, {}) };
      const [[unix], [windows]] = await Promise.all([
        generateSeries([item], tree),
        generateSeries([item], withCrlf(tree)),
      ]);
      expect(windows?.result.verdict, recipe.recipe.id).toBe(unix?.result.verdict);
      if (unix?.result.verdict !== 'applies' || windows?.result.verdict !== 'applies') continue;
      applied += 1;
      const made = new Map(windows.result.patch.files.map((file) => [file.path, file.after]));
      // Only names: whole files would be said otherwise.
      const wrong = unix.result.patch.files.filter((file) => made.get(file.path) !== crlf(file.after));
      expect([recipe.recipe.id, made.size, ...wrong.map((file) => file.path)]).toEqual([
        recipe.recipe.id,
        unix.result.patch.files.length,
      ]);
      expect(windows.result.patch.insertions).toBe(unix.result.patch.insertions);
    }
    expect(applied).toBeGreaterThan(5);
  });
});

describe('a repository with LF in its objects and CR LF in its work tree', () => {
  const FILES = ['Objects/frameobject.c', 'Objects/codeobject.c', 'Include/code.h', 'Include/patchlevel.h'];
  let folder: string;
  let repository: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@invalid', ...args], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString('latin1');
  const bytes = (name: string) => readFileSync(path.join(repository, name), 'latin1');
  const restore = () => {
    for (const name of FILES) rmSync(path.join(repository, name));
    git('checkout', '--', '.');
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'forkwright crlf '));
    repository = path.join(folder, 'a checkout');
    execFileSync('cp', ['-r', await sourceTree('2.7'), repository]);
    git('init', '-q');
    git('config', 'core.autocrlf', 'false');
    // CPython's own attributes, and everything that is text as on Windows.
    writeFileSync(
      path.join(repository, '.gitattributes'),
      '* text=auto eol=crlf\n*.c text eol=crlf\n*.h text eol=crlf\n',
    );
    git('add', '-A', '-f');
    git('commit', '-q', '-m', 'as released');
    restore();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('it is one', () => {
    expect(git('cat-file', 'blob', 'HEAD:Objects/frameobject.c')).not.toContain('\r');
    for (const name of FILES) expect(bytes(name)).toBe(crlf(bytes(name)));
    expect(git('status', '--porcelain')).toBe('');
  });

  test('the patch is taken by git apply, and the files stay CR LF', async () => {
    const patch = path.join(folder, 'the patch');
    const made = await forkwright(['generate', 'remove-zombieframe', '-C', repository, '-o', patch]);
    expect(made.err).not.toMatch(/^error:/m);
    expect(made.exitCode).toBe(0);
    git('apply', '--check', patch);
    git('apply', patch);
    const byGit = FILES.map(bytes);
    expect(byGit.every((text) => text === crlf(text))).toBe(true);
    expect(byGit.join('')).not.toContain('zombie');
    restore();

    const applied = await forkwright(['apply', 'remove-zombieframe', '-C', repository]);
    expect(applied.exitCode).toBe(0);
    expect(FILES.map(bytes)).toEqual(byGit);

    // What is committed of it has LF again, and nothing but the change.
    const changed = git('diff', '--stat').trim().split('\n').at(-1);
    git('commit', '-q', '-a', '-m', 'patched');
    expect(git('show', '--stat', '--format=').trim().split('\n').at(-1)).toBe(changed);
    expect(git('cat-file', 'blob', 'HEAD:Objects/frameobject.c')).not.toContain('\r');
    git('reset', '-q', '--hard', 'HEAD~1');
    restore();
  });

  test('a patch that was made of LF sources is taken there, too', async () => {
    const patch = path.join(folder, 'unix.patch');
    await forkwright(['generate', 'remove-zombieframe', '-C', await sourceTree('2.7'), '-o', patch]);
    git('apply', patch);
    expect(FILES.map(bytes).every((text) => text === crlf(text))).toBe(true);
    restore();
  });

  test('with autocrlf, as git for Windows is set up', async () => {
    rmSync(path.join(repository, '.gitattributes'));
    git('add', '-A');
    git('commit', '-q', '-m', 'no attributes');
    git('config', 'core.autocrlf', 'true');
    restore();
    expect(bytes('Objects/frameobject.c')).toBe(crlf(bytes('Objects/frameobject.c')));
    const patch = path.join(folder, 'auto.patch');
    const made = await forkwright(['generate', 'remove-zombieframe', '-C', repository, '-o', patch]);
    expect(made.exitCode).toBe(0);
    git('apply', patch);
    expect(FILES.map(bytes).every((text) => text === crlf(text))).toBe(true);
    expect(git('diff', '--stat')).toContain('Objects/frameobject.c');
    restore();
  });
});
