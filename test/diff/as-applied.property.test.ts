/** What git apply, git am or patch(1) would change, is read in full, or refused: files composed of all that a patch file may hold. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyHunks } from '../../src/diff/apply.ts';
import { namedFiles } from '../../src/diff/locate.ts';
import { parsePatch } from '../../src/diff/read.ts';
import type { ParsedPatch } from '../../src/diff/types.ts';
import { UserError } from '../../src/system/diagnostic.ts';

type Files = Readonly<Record<string, string>>;

const NAMES = Array.from({ length: 5 }, (_, i) => `d/f${i}.c`);
const rows = (name: string) => Array.from({ length: 12 }, (_, i) => `${name} line ${i + 1}`);
const BASE: Files = Object.fromEntries(NAMES.map((name) => [name, `${rows(name).join('\n')}\n`]));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-as-applied-'));
  mkdirSync(path.join(dir, 'tree'));
  git('init', '-q');
  restore();
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};
const root = () => path.join(dir, 'tree');
const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root(), env, stdio: 'pipe' });

function restore(): void {
  for (const name of readdirSync(root())) if (name !== '.git') rmSync(path.join(root(), name), { recursive: true });
  for (const [name, text] of Object.entries(BASE)) {
    mkdirSync(path.dirname(path.join(root(), name)), { recursive: true });
    writeFileSync(path.join(root(), name), text);
  }
}

function files(): Record<string, string> {
  const all = readdirSync(root(), { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.git'));
  return Object.fromEntries(
    all
      .filter((name) => /\.c$/.test(name) && existsSync(path.join(root(), name)))
      .map((name) => [name, readFileSync(path.join(root(), name), 'latin1')]),
  );
}

/** Runs a program on the patch in a fresh tree. */
function run(
  text: string,
  program: string,
  ...args: readonly string[]
): { readonly ok: boolean; readonly after: Files } {
  restore();
  writeFileSync(path.join(dir, 'patch'), text, 'latin1');
  const { status } = spawnSync(program, args, { cwd: root(), env, stdio: 'pipe', timeout: 20_000 });
  return { ok: status === 0, after: files() };
}

function read(text: string): readonly ParsedPatch[] | undefined {
  try {
    return parsePatch(text, 'x.patch');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    const [{ place, message } = { place: undefined, message: '' }] = error.diagnostics;
    expect(place?.line).toBeGreaterThan(0);
    expect(place?.line).toBeLessThanOrEqual(Math.max(1, text.split('\n').length));
    expect(message).not.toBe('');
    return undefined;
  }
}

/** What the patches as they were read make of the files, and which they name; no files where a hunk is not at its place. */
function asRead(patches: readonly ParsedPatch[]): { readonly after: Files | undefined; readonly named: Set<string> } {
  const after: Record<string, string> = { ...BASE };
  const named = new Set<string>();
  let fits = true;
  for (const { patch, old, now } of patches.flatMap((one) => namedFiles(one))) {
    for (const name of [old, now]) if (name !== undefined) named.add(name);
    // The tree has LF; patch(1) takes the CR of a patch away, and git apply refuses it.
    const hunks = patch.hunks.map((hunk) => ({
      ...hunk,
      lines: hunk.lines.map(({ mark, text }) => ({ mark, text: text.replace('\r', '') })),
    }));
    const made = applyHunks(old === undefined ? '' : (after[old] ?? '\0'), hunks);
    if (made === undefined || (old !== undefined && after[old] === undefined)) fits = false;
    if (old !== undefined) delete after[old];
    if (now !== undefined) after[now] = made ?? '';
  }
  return { after: fits ? after : undefined, named };
}

const changed = (after: Files) =>
  [...new Set([...Object.keys(BASE), ...Object.keys(after)])].filter((name) => after[name] !== BASE[name]);

/** The parts of one change: line `at` (from 1) of a file becomes another one. */
const hunkOf = (name: string, at: number, to: string) => {
  const all = rows(name);
  const from = Math.max(0, at - 4);
  const end = Math.min(all.length, at + 3);
  const body = all.slice(from, end).map((row, i) => (from + i === at - 1 ? `-${row}\n+${to}` : ` ${row}`));
  return `@@ -${from + 1},${end - from} +${from + 1},${end - from} @@\n${body.join('\n')}\n`;
};
const unified = (name: string, at: number) => `--- a/${name}\n+++ b/${name}\n${hunkOf(name, at, 'changed')}`;
const context = (name: string, at: number) => {
  const all = rows(name);
  const [from, end] = [Math.max(0, at - 4), Math.min(all.length, at + 3)];
  const side = (to: string) =>
    all
      .slice(from, end)
      .map((row, i) => (from + i === at - 1 ? `! ${to === '' ? row : to}` : `  ${row}`))
      .join('\n');
  return `*** a/${name}\t2020-01-01 10:00:00\n--- b/${name}\t2020-01-01 10:00:00\n***************\n*** ${from + 1},${end} ****\n${side('')}\n--- ${from + 1},${end} ----\n${side('changed')}\n`;
};
const before = (text: string, prefix: string) => text.replace(/^/gm, prefix).slice(0, -prefix.length || undefined);
const removedLines = (name: string) =>
  rows(name)
    .map((row) => `-${row}\n`)
    .join('');

/** What a patch file may hold, each piece of another file of the tree. */
const PIECES: Readonly<Record<string, (name: string, at: number) => string>> = {
  unified,
  git: (name, at) => `diff --git a/${name} b/${name}\nindex 1234567..89abcde 100644\n${unified(name, at)}`,
  quilt: (name, at) =>
    `Index: p/${name}\n${'='.repeat(67)}\n--- p.orig/${name}\n+++ p/${name}\n${hunkOf(name, at, 'changed')}`,
  times: (name, at) => unified(name, at).replace(/^(---|\+\+\+) (\S+)/gm, '$1 $2\t2020-01-01 10:00:00.000000000 +0100'),
  crlf: (name, at) => unified(name, at).replaceAll('\n', '\r\n'),
  'no space in empty lines': (name, at) => unified(name, at).replace(/ $/gm, ''),
  made: (name) =>
    `diff --git a/${name}n.c b/${name}n.c\nnew file mode 100644\n--- /dev/null\n+++ b/${name}n.c\n@@ -0,0 +1 @@\n+n\n`,
  'made by diff -N': (name) =>
    `--- o/${name}n.c\t1970-01-01 01:00:00.000000000 +0100\n+++ n/${name}n.c\t2020-01-01 10:00:00 +0100\n@@ -0,0 +1 @@\n+n\n`,
  removed: (name) =>
    `diff --git a/${name} b/${name}\ndeleted file mode 100644\n--- a/${name}\n+++ /dev/null\n@@ -1,12 +0,0 @@\n${removedLines(name)}`,
  renamed: (name) =>
    `diff --git a/${name} b/${name}r.c\nsimilarity index 100%\nrename from ${name}\nrename to ${name}r.c\n`,
  mode: (name) => `diff --git a/${name} b/${name}\nold mode 100644\nnew mode 100755\n`,
  'no line at the end': (name, at) =>
    `${unified(name, 12)}`
      .replace('+changed\n', '+changed\n\\ No newline at end of file\n')
      .slice(0, at === 1 ? -1 : undefined),
  context,
  'context, indented': (name, at) => before(context(name, at), '  '),
  indented: (name, at) => before(unified(name, at), '   '),
  'indented by a tab': (name, at) => before(unified(name, at), '\t'),
  'indented by X': (name, at) => before(unified(name, at), 'X'),
  'a mail in a mail': (name, at) => unified(name, at).replace(/^-/gm, '- -'),
  normal: (name, at) => `Index: ${name}\n${at}c${at}\n< ${rows(name)[at - 1]}\n---\n> changed\n`,
  ed: (name, at) => `Index: ${name}\n${at}c\nchanged\n.\n`,
  'ed after names': (name, at) => `--- a/${name}\n+++ b/${name}\n${at}c\nchanged\n.\n`,
  'a hunk by its Index': (name, at) => `Index: ${name}\n${hunkOf(name, at, 'changed')}`,
  'names apart': (name, at) => `--- a/${name}\n\n+++ b/${name}\n${hunkOf(name, at, 'changed')}`,
  'names the other way round': (name, at) => `+++ b/${name}\n--- a/${name}\n${hunkOf(name, at, 'changed')}`,
  'one name': (name, at) => `+++ b/${name}\n${hunkOf(name, at, 'changed')}`,
  'a second hunk apart': (name) => `${unified(name, 2)}\n${hunkOf(name, 11, 'other')}`,
  'two hunks': (name) => unified(name, 1) + hunkOf(name, 12, 'other'),
  merge: (name) =>
    `diff --cc ${name}\nindex 1,2..3\n--- a/${name}\n+++ b/${name}\n@@@ -1,2 -1,2 +1,2 @@@\n  a\n -b\n +c\n`,
  'only in': (name) => `Only in d: ${path.basename(name)}x\n`,
  'binary files': (name) => `Binary files a/${name} and b/${name} differ\n`,
  'one line more': (name, at) => `${unified(name, at)}+more\n`,
  'context more': (name, at) => `${unified(name, at)} more\n`,
  'cut off': (name, at) => unified(name, at).split('\n').slice(0, -3).join('\n'),
  'counts too large': (name, at) => unified(name, at).replace(/,(\d+) @@/, (_, n) => `,${Number(n) + 1} @@`),
  'a git header alone': (name) => `diff --git a/${name} b/${name}\n`,
  'a renaming, indented': (name) =>
    before(
      `diff --git a/${name} b/${name}r.c\nsimilarity index 100%\nrename from ${name}\nrename to ${name}r.c\n`,
      ' X',
    ),
  'made, indented': (name) => `  diff --git a/${name}n.c b/${name}n.c\n  new file mode 100644\n  index 0..e69de29\n`,
  'a mode, removed': (name) =>
    `diff --git a/${name} b/${name}\nold mode 100644\nnew mode 100755\n\n  rename from a\n  rename to b\n`,
  'a name before /dev/null': (name) => `  --- a/d/f4.c\n\n--- /dev/null\n+++ b/${name}n.c\n@@ -0,0 +1 @@\n+n\n`,
  'ed without a dot': (name, at) => `  Index: ${name}\n  ${at}d\n`,
  'two blanks': (name, at) => unified(name, at).replace('--- ', '---  '),
  'old names of renaming': (name) => `diff --git a/${name} b/${name}o.c\nrename old ${name}\nrename new ${name}o.c\n`,
};
/** What stands between them. */
const BETWEEN: readonly string[] = [
  '',
  'Some words.\n\n',
  'Description: words\n more words\nForwarded: no\nLast-Update: 2020-01-01\n\n',
  '-- \n2.39.2\n\n',
  '# DP: words\n',
  '\n',
  '---\n d/f0.c | 2 +-\n 1 file changed\n\n',
  'diff -u -r1.2 f\n',
  `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Thu, 1 Jan 2020 00:00:00 +0000\nSubject: [PATCH] Words\n\nWords.\n---\n\n`,
  'From a@example.org Thu Jan  1 10:00:00 2020\nFrom: A <a@example.org>\nDate: Thu, 1 Jan 2020 00:00:00 +0000\nSubject: [PATCH] Words\n\nWords.\n---\n\n',
  `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Thu, 1 Jan 2020 00:00:00 +0000\nSubject: [PATCH] Words\n\nAs in:\n\n`,
  '--XX\nContent-Type: text/plain\n\nWords.\n---\n\n',
  '\n--XX--\n\n',
  '--\n2.39.5\n',
  'Property changes on: x\n___________________\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n',
];

const sound = ['unified', 'git', 'quilt', 'times', 'made', 'removed', 'renamed', 'mode', 'two hunks'];
const piece = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...sound) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(PIECES)) },
);
const composed = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...BETWEEN), piece, fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom(...BETWEEN),
  )
  .map(([parts, end]) => parts.map(([text, kind, at], i) => text + PIECES[kind]?.(NAMES[i] ?? '', at)).join('') + end);

/** Whatever the program made of the tree stands in what was read, or the patch is refused. */
function verify(text: string, [program = '', ...args]: readonly string[]): 'refused' | 'applied' | 'not applied' {
  const patches = read(text);
  if (patches === undefined) return 'refused';
  const { ok, after } = run(text, program, ...args);
  const said = asRead(patches);
  expect([...said.named]).toEqual(expect.arrayContaining(changed(after)));
  if (!ok) return 'not applied';
  expect(said.after).toBeDefined();
  expect(after).toEqual(said.after);
  return 'applied';
}

const APPLIED: readonly (readonly [string, ...string[]])[] = [
  ['git', 'apply', '../patch'],
  ['patch', '-p1', '--force', '--no-backup-if-mismatch', '-r', '-', '-i', '../patch'],
];

test.each(APPLIED)('what %s %s changes is read in full, or refused: each piece alone', (...command) => {
  const came = Object.entries(PIECES).map(([kind, make]) => [kind, verify(make('d/f0.c', 6), command)]);
  expect(Object.fromEntries(came)).toMatchSnapshot();
});

test.each(APPLIED)(
  'what %s %s changes is read in full, or refused',
  (...command) => {
    const counts = { refused: 0, applied: 0, 'not applied': 0 };
    fc.assert(
      fc.property(composed, (text) => {
        counts[verify(text, command)]++;
      }),
      { numRuns: 100 },
    );
    expect(counts.applied).toBeGreaterThan(20);
    expect(counts.refused).toBeGreaterThan(20);
  },
  120_000,
);

const mail = (text: string) =>
  `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Thu, 1 Jan 2020 00:00:00 +0000\nSubject: [PATCH] Words\n\n${text}`;

test('what git am changes is read in full, or refused: diffs before the ---, in the signature, in several mails', () => {
  const counts = { refused: 0, applied: 0, 'not applied': 0 };
  const am = (text: string) => {
    git('reset', '-q', '--hard', 'HEAD');
    const first = git('rev-parse', 'HEAD').toString().trim();
    counts[verify(text, ['git', 'am', '-q', '../patch'])]++;
    spawnSync('git', ['am', '--abort'], { cwd: root(), env, stdio: 'pipe' });
    git('reset', '-q', '--hard', first);
  };
  am(mail(`Words.\n---\n d/f0.c | 2\n\n${unified('d/f0.c', 3)}-- \n2.39\n\n${unified('d/f1.c', 3)}`));
  am(mail(`Words.\n\n${unified('d/f0.c', 3)}`));
  am(mail(`Words.\n\n${unified('d/f0.c', 3)}\n---\n\n${unified('d/f1.c', 3)}`));
  am(mail(`Words.\n---\n\n${unified('d/f0.c', 3)}`) + mail(`More.\n---\n\n${unified('d/f1.c', 3)}`));
  am(
    mail(`Content-Type: text/plain; format=flowed\n\nWords.\n---\n\n${unified('d/f0.c', 3)}`).replace(
      '\n\nContent',
      '\nContent',
    ),
  );
  expect(counts.applied).toBeGreaterThan(2);
  fc.assert(fc.property(composed.map(mail), am), { numRuns: 30 });
  const fields = [
    'Content-Type: text/plain; boundary=XX\n',
    'Content-Transfer-Encoding:\n quoted-printable\n',
    'X: y\n',
  ];
  const folded = fc.tuple(fc.constantFrom(...fields), composed);
  fc.assert(
    fc.property(folded, ([field, text]) => am(mail(text).replace('\n\n', `\n${field}\n`))),
    { numRuns: 30 },
  );
  expect(counts.refused).toBeGreaterThan(3);
}, 120_000);
