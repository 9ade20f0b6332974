import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandContext, Outcome } from '../../src/cli/frame.ts';
import { checkPatches } from '../../src/cli/generate-check.ts';
import { generateOverRefs, refFolder } from '../../src/cli/generate-refs.ts';
import { failure, git, gitInit, makeRig, miniTree, patchlevel, type Rig, write } from '../checkout/rig.ts';

let rig: Rig;
let repo: string;
let ctx: CommandContext;
const options = (ref: readonly string[]) => ({
  checkout: repo,
  param: [],
  recipesDir: [path.join(rig.dir, 'recipes')],
  include: [],
  ref,
});

beforeAll(() => {
  rig = makeRig();
  const terminal = {
    out: () => {},
    err: () => {},
    width: 120,
    tableWidth: 120,
    colorOut: false,
    colorErr: false,
    redraws: false,
    ask: async () => undefined,
  };
  ctx = { ...rig.ctx, terminal, verbose: false, quiet: false, json: false, commandLine: [] };
  mkdirSync(path.join(rig.dir, 'recipes'));
  writeFileSync(
    path.join(rig.dir, 'recipes', 'drop-it.yaml'),
    `id: drop-it
title: Drop it
why: nobody reads it
cpython: ">=3.8 <3.11"
files: ["Include/*.h"]
edits:
  - drop-field: { struct: thing, field: th_unused }
`,
  );
  const thing = 'struct thing {\n    int used;\n    int th_unused;\n};\n';
  repo = miniTree(path.join(rig.dir, 'repo'), '3.8.0', { 'Include/thing.h': thing });
  gitInit(repo, 'v3.8.0');
  const commit = (tag: string, version: string, files: Readonly<Record<string, string>>) => {
    write(repo, { 'Include/patchlevel.h': patchlevel(version), ...files });
    git(repo, 'add', '-A');
    git(repo, 'commit', '-q', '-m', tag);
    git(repo, 'tag', tag);
  };
  commit('v3.9.0', '3.9.0', {});
  commit('fork/second-user', '3.9.1', { 'Modules/mine.c': 'int f(struct thing *t) { return t->th_unused; }\n' });
  commit('v3.11.0', '3.11.0', {});
  git(repo, 'rm', '-q', 'Include/patchlevel.h');
  git(repo, 'commit', '-q', '-m', 'docs');
  git(repo, 'tag', 'v-docs');
  writeFileSync(path.join(repo, 'Include/thing.h'), 'my work\n');
});
afterAll(() => rig.remove());

const rows = (outcome: Outcome) =>
  (outcome.data as { rows: { ref: string; verdict: string; why?: string }[] }).rows.map((r) => `${r.ref} ${r.verdict}`);

test('a table over refs: no failure in what is not applicable or no tree; the work tree is left alone', async () => {
  const before = git(repo, 'status', '--porcelain');
  const out = path.join(rig.dir, 'patches');
  const outcome = await generateOverRefs(['drop-it'], { ...options(['v*', 'v3.8.0']), outDir: out }, ctx);
  expect(rows(outcome)).toEqual(['v-docs no-tree', 'v3.8.0 applies', 'v3.9.0 applies', 'v3.11.0 not-applicable']);
  expect(outcome.exitCode).toBe(0);
  expect(outcome.text).toMatch(/v3\.9\.0 +3\.9\.0 +drop-it +applies +\+0 −1/);
  expect(outcome.text).toContain('4 refs in ');
  expect(git(repo, 'status', '--porcelain')).toBe(before);
  expect(existsSync(path.join(out, 'v3.11.0'))).toBe(false);
  const patch = readFileSync(path.join(out, 'v3.9.0/drop-it.patch'), 'utf8');
  expect(patch).toContain(`\nBase: git ${git(repo, 'rev-parse', 'v3.9.0').trim()}\n`);
  git(repo, 'worktree', 'add', '-q', path.join(rig.dir, 'applied'), 'v3.9.0');
  execFileSync('git', ['apply', '--check', path.join(out, 'v3.9.0/drop-it.patch')], {
    cwd: path.join(rig.dir, 'applied'),
  });
});

test('a second user outside of the recipe’s files is drift of that ref alone, with its place, and nothing is written of it', async () => {
  const out = path.join(rig.dir, 'fork-patches');
  const outcome = await generateOverRefs(['drop-it'], { ...options(['v3.9.0', 'fork/*']), outDir: out }, ctx);
  expect(rows(outcome)).toEqual(['v3.9.0 applies', 'fork/second-user drifted']);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.text).toContain('Modules/mine.c:1');
  expect(existsSync(path.join(out, 'fork'))).toBe(false);
});

test('a ref that is not there is a mistake of the request', async () => {
  expect(await failure(generateOverRefs(['drop-it'], options(['v3.9.0', 'v9']), ctx))).toMatchObject({
    code: 'checkout/no-ref',
  });
});

test('--verify compiles what is touched in the tree of each ref, and in none where a part fails', async () => {
  const file = path.join(rig.dir, 'recipes', 'longer.yaml');
  const edit = '- set-define: { name: LIMIT, value: "300", files: [Objects/frameobject.c] }';
  writeFileSync(
    file,
    `id: longer\ntitle: Longer\nwhy: it fits\ncpython: ">=3.8"\nfiles: [Objects/frameobject.c]\nedits:\n  ${edit}\n`,
  );
  const source = (check: string) =>
    `#include "Python.h"\n#define LIMIT 200\n#if LIMIT > ${check}\n#error "too long"\n#endif\nint frame = LIMIT;\n`;
  const other = miniTree(path.join(rig.dir, 'compiled'), '3.8.0', {
    'Include/Python.h': '#include "pyconfig.h"\n',
    'Objects/frameobject.c': source('400'),
  });
  write(other, { configure: '#!/bin/sh\necho "#define HAVE_CONFIG 1" > pyconfig.h\n' });
  chmodSync(path.join(other, 'configure'), 0o755);
  gitInit(other, 'fits');
  const commit = (tag: string, text: string) => {
    write(other, { 'Objects/frameobject.c': text });
    git(other, 'commit', '-q', '-a', '-m', tag);
    git(other, 'tag', tag);
  };
  commit('too-long', source('250'));
  commit('drifted', 'int frame;\n');
  const outcome = await generateOverRefs(
    ['longer'],
    { ...options(['fits', 'too-long', 'drifted']), checkout: other, verify: true },
    ctx,
  );
  const { syntax } = outcome.data as { syntax: { ref: string; checks: { verdict: string }[] }[] };
  expect(syntax.map(({ ref, checks }) => `${ref} ${checks.map(({ verdict }) => verdict).join(' ')}`)).toEqual([
    'fits fine fine',
    'too-long worse worse',
  ]);
  expect(outcome.exitCode).toBe(1);
  const fits = await generateOverRefs(['longer'], { ...options(['fits']), checkout: other, verify: true }, ctx);
  expect(fits.exitCode).toBe(0);
});

test('shipped patches are checked on the refs of their versions; a check of nothing does not pass', async () => {
  const patches = path.join(rig.dir, 'shipped');
  await generateOverRefs(['drop-it'], { ...options(['v3.8.0', 'v3.9.0']), outDir: patches }, ctx);
  const checkOn = (...ref: string[]) => checkPatches(patches, options(ref), ctx);
  expect((await checkOn('v3.8.0', 'v3.9.0')).exitCode).toBe(0);
  const one = await checkOn('v3.9.0');
  expect(one.exitCode).toBe(0);
  expect(one.text).toContain('v3.8.0/drop-it.patch: not compared, for it is for Python 3.8.0');
  expect(await failure(checkOn('v3.11.0'))).toMatchObject({ code: 'cli/nothing-to-check' });
  const file = path.join(patches, 'v3.9.0/drop-it.patch');
  writeFileSync(file, readFileSync(file, 'utf8').replace('-    int th_unused;', '-    int th_other;'));
  const spoilt = await checkOn('v3.8.0', 'v3.9.0');
  expect(spoilt.exitCode).toBe(1);
  expect(spoilt.text).toContain('\n--    int th_other;\n+-    int th_unused;\n');
  writeFileSync(path.join(patches, 'v3.9.0/series'), 'lost.patch\n');
  expect(await failure(checkOn('v3.9.0'))).toMatchObject({ code: 'cli/series' });
});

test.each([
  ['origin/3.9', 'origin/3.9'],
  ['HEAD~2', 'HEAD_2'],
  ['../../x', '_/_/x'],
  ['/a//b', 'a/b'],
  ['v3.9^{}', 'v3.9___'],
])('%s is written to %s', (ref, folder) => expect(refFolder(ref)).toBe(folder));
