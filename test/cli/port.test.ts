import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { port } from '../../src/cli/commands/port.ts';
import type { CommandContext } from '../../src/cli/frame.ts';
import { failure, git, gitInit, makeRig, miniTree, patchlevel, type Rig, write } from '../checkout/rig.ts';

let rig: Rig;
let repo: string;
let ctx: CommandContext;
let patch: string;
let said = '';

const body = ['first(a);', 'second(a);', 'third(a);', 'fourth(a);'];
const fn = (name: string, lines = body) =>
  `static int\n${name}(int a)\n{\n${lines.map((l) => `    ${l}\n`).join('')}}\n\n`;

beforeAll(() => {
  rig = makeRig();
  const terminal = {
    out: () => {},
    err: (t: string) => (said += t),
    width: 100,
    tableWidth: 100,
    colorOut: false,
    colorErr: false,
    redraws: false,
    ask: async () => undefined,
  };
  ctx = { ...rig.ctx, terminal, verbose: false, quiet: false, json: false, commandLine: [] };
  repo = miniTree(path.join(rig.dir, 'repo'), '3.9.2', { 'Objects/a.c': fn('f') + fn('g') });
  gitInit(repo, 'v3.9.2');
  write(repo, { 'Objects/a.c': (fn('f') + fn('g')).replaceAll('third(a)', 'third(0)') });
  patch = path.join(rig.dir, 'my.patch');
  writeFileSync(patch, git(repo, 'diff'));
  write(repo, {
    'Include/patchlevel.h': patchlevel('3.11.0'),
    'Objects/a.c': fn('h', ['x(a);']) + fn('g', ['other(a);', 'another(a);']) + fn('f'),
  });
  git(repo, 'add', '-A');
  git(repo, 'commit', '-q', '-m', '3.11');
});
afterAll(() => rig.remove());

const options = () => ({ checkout: repo, from: 'v3.9.2' });

test('what needs a person: exit code 1, nothing written, the report on stderr with the hunk', async () => {
  said = '';
  const outcome = await port([patch], options(), ctx);
  expect(outcome).toMatchObject({ exitCode: 1, text: '' });
  expect(said).toContain('2 hunks: 1 exact, 1 needs a person');
  expect(said).toMatch(/needs a person: .*my\.patch:\d+, g\(\) \(Objects\/a\.c:15\)/);
  expect(said).toContain('    +    third(0);');
  expect(said).toContain('nothing was written');
  const file = path.join(rig.dir, 'out.patch');
  expect((await port([patch], { ...options(), output: file }, ctx)).text).toContain('needs a person');
  expect(existsSync(file)).toBe(false);
});

test('--partial writes what was placed and the rest, says so loudly, and still exits with 1', async () => {
  const file = path.join(rig.dir, 'partial.patch');
  const outcome = await port([patch], { ...options(), output: file, partial: true }, ctx);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.text).toContain('NOT THE WHOLE PATCH');
  git(repo, 'apply', '--check', file);
  expect(readFileSync(file, 'latin1')).toContain('Ported-Partly: 1 hunk');
  expect(readFileSync(`${file}.rej`, 'latin1')).toMatch(/^--- a\/Objects\/a\.c\n|^diff --git a\/Objects\/a\.c/);
  expect(await failure(port([patch], { ...options(), partial: true }, ctx))).toMatchObject({ code: 'cli/usage' });
});

test('all placed: the patch goes to stdout, and applies; the checkout is left alone', async () => {
  const before = git(repo, 'status', '--porcelain');
  const one = path.join(rig.dir, 'one.patch');
  const hunk = [
    '--- a/Objects/a.c',
    '+++ b/Objects/a.c',
    '@@ -4,4 +4,4 @@',
    ...[' first', ' second', '-third', '+third'].map((l, i) => `${l[0]}    ${l.slice(1)}(${i === 3 ? 0 : 'a'});`),
    '     fourth(a);',
    '',
  ];
  writeFileSync(one, hunk.join('\n'));
  const outcome = await port([one], options(), ctx);
  expect(outcome.exitCode).toBe(0);
  const out = path.join(rig.dir, 'one-out.patch');
  writeFileSync(out, outcome.text);
  git(repo, 'apply', '--check', out);
  expect(git(repo, 'status', '--porcelain')).toBe(before);
});

test('requests that are not right', async () => {
  expect(await failure(port([patch], { ...options(), from: 'v1' }, ctx))).toMatchObject({ code: 'cli/no-from' });
  expect(await failure(port(['none.patch'], options(), ctx))).toMatchObject({ code: 'cli/no-patch' });
  expect(await failure(port([patch], { ...options(), from: 'HEAD' }, ctx))).toMatchObject({
    code: 'patch/not-for-this',
  });
});
