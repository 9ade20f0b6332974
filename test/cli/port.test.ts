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

const options = () => ({ checkout: repo, from: 'v3.9.2', accept: 'likely' as const });

test('what needs a person: exit code 1, nothing on stdout, the report on stderr with the change', async () => {
  said = '';
  const outcome = await port([patch], options(), ctx);
  expect(outcome).toMatchObject({ exitCode: 1, text: '' });
  expect(said).toContain('2 changes: 1 proven, 1 conflict');
  expect(said).toMatch(/needs a person \(conflict\): .*my\.patch:\d+, g\(\) \(Objects\/a\.c:15\)/);
  expect(said).toContain('    +    third(0);');
  expect(said).toContain('nothing was written');
});

test('what was placed is written, the rest is left to do; --continue goes on, and what was said is remembered', async () => {
  const file = path.join(rig.dir, 'partial.patch');
  const outcome = await port([patch], { ...options(), output: file }, ctx);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.text).toContain('NOT THE WHOLE PATCH');
  git(repo, 'apply', '--check', file);
  expect(readFileSync(file, 'latin1')).toContain('Ported-Partly: 1 change');
  expect(readFileSync(`${file}.rej`, 'latin1')).toMatch(/^--- a\/Objects\/a\.c\n|^diff --git a\/Objects\/a\.c/);
  const todo = `${file}.todo`;
  const marked = path.join(todo, '0001-my.patch/Objects/a.c');
  const asked = readFileSync(marked, 'latin1');
  expect(asked).toMatch(
    /^<{7} Objects\/a\.c\n[\s\S]*^\|{7} Objects\/a\.c of 3\.9\.2\n[\s\S]*^={7}\n[\s\S]*third\(0\)[\s\S]*^>{7} the patch\n/m,
  );
  const again = await port([], { ...options(), continue: todo }, ctx);
  expect(again).toMatchObject({ exitCode: 1 });
  expect(again.text).toContain('still to be resolved');
  writeFileSync(marked, asked.replace(/<{7}[\s\S]*>{7} the patch\n/, '    other(0);\n'));
  const done = await port([], { ...options(), continue: todo }, ctx);
  expect(done).toMatchObject({ exitCode: 0 });
  expect(existsSync(`${file}.rej`)).toBe(false);
  git(repo, 'apply', '--check', file);
  expect(readFileSync(file, 'latin1')).toMatch(/^\+ {4}other\(0\);$/m);
  expect(readFileSync(file, 'latin1')).not.toContain('Ported-Partly');
  // Offered again where the same three texts meet, and said to be no proof.
  const next = await port([patch], { ...options(), output: path.join(rig.dir, 'next.patch') }, ctx);
  expect(next).toMatchObject({ exitCode: 3 });
  expect(next.text).toContain('resolved');
  const proven = await port([patch], { ...options(), accept: 'proven' }, ctx);
  expect(proven.exitCode).toBe(1);
});

test('several patches: each a mail of its own, or a file of its own with a series', async () => {
  const base = readFileSync(path.join(repo, 'Objects/a.c'), 'utf8');
  const texts = ['first(a)', 'other(a)'].map((call, i) => {
    write(repo, { 'Objects/a.c': base.replace(call, 'done(0)') });
    const diff = git(repo, 'diff');
    git(repo, 'checkout', '-q', '.');
    return `${i === 0 ? 'Description: the first\nAuthor: A B <a@b>\nForwarded: no\n\n' : 'the second\n---\n'}${diff}`;
  });
  const files = texts.map((text, i) => {
    const file = path.join(rig.dir, `quilt-${i}.diff`);
    writeFileSync(file, text);
    return file;
  });
  const out = path.join(rig.dir, 'mails.patch');
  expect(await port(files, { ...options(), from: 'HEAD', output: out }, ctx)).toMatchObject({ exitCode: 0 });
  const at = git(repo, 'rev-parse', 'HEAD').trim();
  git(repo, '-c', 'user.name=X', '-c', 'user.email=x@x', 'am', '-q', out);
  expect(git(repo, 'log', '--format=%an: %s', `${at}..HEAD`)).toBe('unknown: the second\nA B: the first\n');
  git(repo, 'reset', '-q', '--hard', at);
  const dir = path.join(rig.dir, 'ported');
  await port(files, { ...options(), from: 'HEAD', outDir: dir }, ctx);
  expect(readFileSync(path.join(dir, 'series'), 'utf8')).toBe('quilt-0.diff\nquilt-1.diff\n');
  expect(readFileSync(path.join(dir, 'quilt-0.diff'), 'utf8')).toMatch(/^Description: the first\n/);
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
