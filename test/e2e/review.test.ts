/** Reviews of real patches on real sources: what a person reads, on a terminal, in a pull request and by tools. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProcess } from '../../src/system/process.ts';
import { forkwright, forkwrightJson, ROOT, sourceTree } from './forkwright.ts';

const patches = (version: string) => path.join(ROOT, 'patches', version);
const sources = new Map<string, string>();
const tree = (version: string) => sources.get(version) ?? expect.fail(version);
let scratch: string;

beforeAll(async () => {
  for (const version of ['2.7', '3.9']) sources.set(version, await sourceTree(version));
  scratch = await mkdtemp(path.join(tmpdir(), 'forkwright-review-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Without the line breaks that the terminal's width made. */
const told = (out: string) => out.replace(/\s+/g, ' ');

const review = (...args: string[]) => forkwright(['review', ...args]);

describe.each([
  { version: '3.9', files: 4, header: 'Include/cpython/code.h', macros: ['PyFrame_MAXFREELIST=0'] },
  { version: '2.7', files: 5, header: 'Include/code.h', macros: [] },
])('remove-zombieframe on $version', ({ version, files, header, macros }) => {
  test('on the terminal: verified, checked, each hunk with its edit, and no line is wider than the terminal', async () => {
    const { out, exitCode } = await review('remove-zombieframe', '-C', tree(version), '--verify');
    expect(exitCode).toBe(0);
    expect(out).toContain('every edit matched as declared');
    expect(out).toMatch(/✓ the touched files compile as before/);
    expect(out).toMatch(/loses\s+co_zombieframe/);
    expect(out).toMatch(/▸ edit 6, drop-field: Nothing uses the field any more\./);
    expect(out).toContain(`── ${header}`);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  test('as data: provenance, evidence, struct, and which #ifs decide', async () => {
    const { patches: reviewed, checks } = await forkwrightJson<{
      patches: { files: { path: string; hunks: { edits: number[] }[] }[]; evidence: { verdict: string }[] }[];
      checks: { id: string; verdict: string; findings: { message: string }[]; tables: { rows: string[][] }[] }[];
    }>(['review', 'remove-zombieframe', '-C', tree(version)]);
    const [patch] = reviewed;
    expect(patch?.files).toHaveLength(files);
    for (const file of patch?.files ?? []) {
      for (const { edits } of file.hunks) expect(edits.length, file.path).toBeGreaterThan(0);
    }
    expect(patch?.evidence.filter(({ verdict }) => verdict === 'passed')).toHaveLength(5);
    const check = (id: string) => checks.find((one) => one.id === id);
    expect(check('struct-layout')?.tables[0]?.rows).toEqual([['co_zombieframe', 'void *co_zombieframe', '–']]);
    expect(check('other-users')?.tables[0]?.rows).toEqual([['co_zombieframe', 'goes', '0', '0', '0', '0', '0', '0']]);
    const asked = check('if-coverage')?.tables.flatMap(({ rows }) => rows.map((row) => row[1])) ?? [];
    for (const macro of macros) expect(asked).toContain(macro);
  });

  test('the committed patch is current; one that was edited by hand is not, and it is said where', async () => {
    const current = await review(
      path.join(patches(version), 'remove-zombieframe.patch'),
      '--check',
      '-C',
      tree(version),
    );
    expect(current.exitCode).toBe(0);
    const file = path.join(scratch, `edited-${version}.patch`);
    const text = await readFile(path.join(patches(version), 'remove-zombieframe.patch'), 'latin1');
    await writeFile(file, text.replace('-    void *co_zombieframe;', '-    void  *co_zombieframe;'), 'latin1');
    const edited = await review(file, '--check', '-C', tree(version));
    expect(edited.exitCode).toBe(1);
    expect(edited.out).toContain('not what its recipe yields');
  });
});

test('since the last review: a recipe that was edited, and one with another parameter, are told in substance', async () => {
  const old = path.join(patches('3.9'), 'remove-zombieframe.patch');
  const same = await review('remove-zombieframe', '-C', tree('3.9'), '--against', old);
  expect(same.exitCode).toBe(0);
  const recipe = await readFile(path.join(ROOT, 'recipes/remove-zombieframe.yaml'), 'utf8');
  const edited = path.join(scratch, 'remove-zombieframe.yaml');
  await writeFile(edited, recipe.replace('        separate free list of', '        separate, bounded free list of'));
  const changed = await review(edited, '-C', tree('3.9'), '--against', old);
  expect(changed.exitCode).toBe(1);
  expect(told(changed.out)).toContain('1 changed in substance');
  expect(changed.out).toContain('{+, bounded +}');
  const parameter = await review('remove-zombieframe', '-C', tree('3.9'), '-p', 'abi=keep-field', '--against', old);
  expect(parameter.exitCode).toBe(1);
  expect(parameter.out).toMatch(/Parameters:\n\s+- abi=drop-field\n\s+\+ abi=keep-field/);
});

test('how the same recipe looks on two versions of one repository', async () => {
  const repo = path.join(scratch, 'repo');
  const git = (...args: string[]) =>
    runProcess('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: repo,
      env: { PATH: process.env.PATH ?? '', HOME: scratch },
      timeoutMs: 300_000,
    });
  await mkdir(repo);
  await git('init', '-q');
  for (const version of ['2.7', '3.9']) {
    for (const folder of ['Include', 'Objects', 'Python', 'Lib/test', 'configure', 'Makefile.pre.in']) {
      await rm(path.join(repo, folder), { recursive: true, force: true });
      await cp(path.join(tree(version), folder), path.join(repo, folder), { recursive: true });
    }
    await git('add', '-A');
    await git('commit', '-qm', version);
    await git('tag', `v${version}`);
  }
  const { out, exitCode } = await review('remove-zombieframe', '-C', repo, '--ref', 'v2.7', '--ref', 'v3.9');
  expect(exitCode).toBe(0);
  expect(told(out)).toContain('v2.7 → v3.9: 1 changed in substance.');
  expect(out).toContain('Include/cpython/code.h (was Include/code.h)');
  expect(out).toMatch(/context only/);
});

test('a series of three: each on those before it; its range-diff against another', async () => {
  const names = ['remove-zombieframe', 'arena-size', 'frame-freelist'];
  const { out, exitCode } = await review(...names, '-C', tree('3.9'));
  expect(exitCode).toBe(0);
  for (const name of names) expect(out).toContain(`━━ ${name} ━`);
  const range = await review('--series', patches('2.7'), patches('3.9'), '-f', 'range-diff');
  expect(range.exitCode).toBe(0);
  expect(range.out).toMatch(/^ *\d+: {2}[0-9a-f]{7} ! +\d+: {2}[0-9a-f]{7} remove-zombieframe: /m);
  expect(range.out).toMatch(/^ *\d+: {2}[0-9a-f]{7} < +-: {2}------- bounded-int-float-blocks/m);
});

test('formats for tools are what they say', async () => {
  const file = path.join(patches('3.9'), 'remove-zombieframe.patch');
  const sarif = JSON.parse((await review('remove-zombieframe', '-C', tree('3.9'), '-f', 'sarif')).out);
  expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Forkwright' } } }] });
  expect(JSON.parse((await review(file, '-f', 'rdjson')).out)).toHaveProperty('diagnostics');
  expect(JSON.parse((await review('remove-zombieframe', '-C', tree('3.9'), '-f', 'github')).out)).toBeInstanceOf(Array);
  const markdown = await review('remove-zombieframe', '-C', tree('3.9'), '-f', 'markdown');
  expect(markdown.out.length).toBeLessThan(65_536);
  expect(markdown.out).toContain('```diff');
  const page = path.join(scratch, 'review.html');
  const wrote = await review('remove-zombieframe', '-C', tree('3.9'), '-f', 'html', '-o', page);
  expect(wrote.out).toContain('wrote');
  expect(await readFile(page, 'utf8')).toContain("default-src 'none'");
});

describe('what is not right is refused with what to do', () => {
  test.each([
    [['no-such-recipe'], 'no-such-recipe'],
    [['patches-that-are-not.patch'], 'patches-that-are-not.patch'],
    [['remove-zombieframe', 'patches/3.9/arena-size.patch'], 'do not go together'],
    [['--series', 'patches/3.9'], '--series compares two'],
    [['patches/3.9', '--verify'], 'do not go together'],
    [['remove-zombieframe', '--check'], 'is for patch files'],
    [['patches/3.9/arena-size.patch', '-f', 'range-diff'], 'needs two sides'],
    [['README.md.patch'], 'README.md.patch'],
  ])('%j', async (args, message) => {
    const { err, exitCode } = await forkwright(['review', ...args], { cwd: ROOT });
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('a run that measured another patch says nothing of this one', async () => {
    const file = path.join(patches('3.9'), 'arena-size.patch');
    const { err, exitCode } = await review(file, '--run', scratch);
    expect(exitCode).toBe(2);
    expect(err).toContain('not a run folder');
  });
});
