import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { ReviewFile, ReviewHunk, ReviewPatch } from '../../../src/review/types.ts';

/** All names and contents here are bytes, as latin1. */
interface Entry {
  readonly mode: '100644' | '100755' | '120000';
  readonly bytes: string;
}
type Tree = ReadonlyMap<string, Entry>;

let repo: string;
beforeAll(() => {
  repo = mkdtempSync(path.join(tmpdir(), 'fw-diffs-'));
  git(['init', '-q', '--bare']);
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

function git(args: readonly string[], input = ''): string {
  return execFileSync('git', args, {
    cwd: repo,
    input: Buffer.from(input, 'latin1'),
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: repo, GIT_CONFIG_NOSYSTEM: '1' },
  });
}

/** Two trees as two commits, without files on this disk: it may not take their names. */
function commit(before: Tree, after: Tree, message: string): void {
  const quoted = (name: string) =>
    `"${name.replace(/[^ !#-[\]-~]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
  const data = (bytes: string) => `data ${bytes.length}\n${bytes}\n`;
  const tree = (all: Tree) =>
    [...all].map(([name, { mode, bytes }]) => `M ${mode} inline ${quoted(name)}\n${data(bytes)}`);
  const head = (text: string) =>
    `commit refs/heads/x\ncommitter A <a@example.com> 1580000000 +0000\n${data(text)}deleteall\n`;
  git(['update-ref', '-d', 'refs/heads/x']);
  git(
    ['fast-import', '--quiet', '--force'],
    `${head('base')}${tree(before).join('')}\n${head(message)}${tree(after).join('')}\n`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const decoded = (bytes: string): string => {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
};
const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const part = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      'Objects',
      'frame.c',
      'x.h',
      'dev',
      'null',
      'a b',
      ' b',
      'x b',
      '-',
      '"',
      '\\',
      'a\tb',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"q"',
      'n\nm',
      'ö',
      '界.c',
      ' ',
      'x ',
      '\\n',
      '=> y',
      'Binary files',
      '\xe9',
      'c\r',
      '\x01',
      "'",
      '{a => b}',
    ),
  },
);
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => {
  const joined = parts.join('/');
  // What stands here is text but for one name that is no UTF-8.
  return joined.includes('\xe9') ? joined.replace(/[^\0-\xff]/g, '?') : asBytes(joined);
});

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('int a;', 'int b;', '{', '}', '', '    return 0;', 'f(x, y);', '\tg();') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '-- a/x',
      '++ b/x',
      '--- a/x',
      '+++ b/x',
      '@@ -1 +1 @@',
      'diff --git a/x b/x',
      '-- ',
      '\\ No newline at end of file',
      'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001',
      'a\rb',
      asBytes('a\u2028b'),
      '\f',
      asBytes('é 界'),
      '\xe9',
      'GIT binary patch',
      '---',
    ),
  },
);
const text = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\n', '\r\n', 'mixed'), fc.boolean())
  .map(([lines, end, whole]) => {
    const all = lines.map((one, i) => one + (end === 'mixed' ? (i % 3 === 0 ? '\r\n' : '\n') : end)).join('');
    return whole ? all : all.replace(/\r?\n$/, '');
  });
const bytes = fc.oneof(
  { weight: 8, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((all) => `\0${Buffer.from(all).toString('latin1')}`),
  },
);
const mode = fc.constantFrom('100644' as const, '100644' as const, '100755' as const);
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ mode, bytes }) },
  { weight: 1, arbitrary: fc.record({ mode: fc.constant('120000' as const), bytes: fc.constantFrom('a', 'b c') }) },
);

/** What is done to a file between the two trees. */
const deed = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'keep' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      at: fc.nat(),
      lines: fc.array(line, { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), entry }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'delete' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('rename' as const, 'copy' as const), to: name, more: fc.boolean() }),
  },
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** A name may not be a folder of another one's. */
function put(tree: Map<string, Entry>, at: string, what: Entry): void {
  for (const other of tree.keys()) {
    if (other !== at && (other.startsWith(`${at}/`) || at.startsWith(`${other}/`))) return;
  }
  tree.set(at, what);
}

function done(before: Tree, deeds: readonly Deed[]): Tree {
  const after = new Map(before);
  for (const [i, [at, old]] of [...before].entries()) {
    const one = deeds[i];
    switch (one?.kind) {
      case 'change': {
        const lines = old.bytes.split('\n');
        lines.splice(one.at % lines.length, 1, ...one.lines);
        if (old.mode !== '120000') after.set(at, { ...old, bytes: lines.join('\n') });
        break;
      }
      case 'replace':
        after.set(at, one.entry);
        break;
      case 'mode':
        if (old.mode !== '120000') after.set(at, { ...old, mode: old.mode === '100644' ? '100755' : '100644' });
        break;
      case 'delete':
        after.delete(at);
        break;
      case 'rename':
      case 'copy':
        if (one.kind === 'rename') after.delete(at);
        put(after, one.to, one.more && old.mode !== '120000' ? { ...old, bytes: `first\n${old.bytes}` } : old);
        break;
    }
  }
  return after;
}

const trees = fc
  .tuple(
    fc.array(fc.tuple(name, entry), { minLength: 1, maxLength: 6 }),
    fc.array(deed, { minLength: 6, maxLength: 6 }),
    fc.array(fc.tuple(name, entry), { maxLength: 2 }),
  )
  .map(([files, deeds, added]) => {
    const before = new Map<string, Entry>();
    for (const [at, what] of files) put(before, at, what);
    const after = new Map(done(before, deeds));
    for (const [at, what] of added) put(after, at, what);
    return { before, after } as const;
  })
  .filter(({ before, after }) => {
    const list = (tree: Tree) =>
      [...tree]
        .map((one) => JSON.stringify(one))
        .sort()
        .join();
    return list(before) !== list(after);
  });

interface Told {
  readonly status: string;
  readonly path: string;
  readonly oldPath?: string | undefined;
  readonly mode?: string | undefined;
}

/** What git says of the same two trees in its own words for scripts (git-diff(1), RAW OUTPUT FORMAT). */
function toldByGit(options: readonly string[]): readonly Told[] {
  const fields = git([
    'diff-tree',
    '-r',
    '--raw',
    '-z',
    '-M',
    ...options.filter((one) => /^-M|^-C|copies/.test(one)),
    'x~',
    'x',
  ]).split('\0');
  const out: Told[] = [];
  while (fields.length > 1) {
    // With -M git finds renames, with -C copies, too; other options would make it write the patch.
    const [from, to, , , letter] = fields.shift()?.slice(1).split(' ') ?? [];
    const first = decoded(fields.shift() ?? '');
    const changed = from === to ? undefined : `${from} → ${to}`;
    const ofNew = to === '100644' ? undefined : to;
    switch (letter?.[0]) {
      case 'A':
        out.push({ status: 'added', path: first, mode: ofNew });
        break;
      case 'D':
        out.push({ status: 'deleted', path: first });
        break;
      case 'T':
        out.push({ status: 'deleted', path: first }, { status: 'added', path: first, mode: ofNew });
        break;
      case 'M':
        out.push({ status: 'modified', path: first, mode: changed });
        break;
      default:
        out.push({
          status: letter?.startsWith('R') === true ? 'renamed' : 'copied',
          path: decoded(fields.shift() ?? ''),
          oldPath: first,
          mode: changed,
        });
    }
  }
  return out;
}

const lines = (all: string) => all.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** What comes out when the hunks are applied to a text. */
function applied(old: string, { hunks, encoding }: ReviewFile): string {
  const encode = (row: string) => (encoding === 'utf-8' ? asBytes(row) : row);
  const all = lines(old);
  let at = 0;
  let out = '';
  const upTo = (n: number) => {
    out += all.slice(at, n).join('');
    at = n;
  };
  for (const hunk of hunks) {
    upTo(hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1);
    for (const { kind, text: row, eol } of hunk.rows) {
      if (kind !== 'added') expect(encode(row) + eol).toBe(all[at++]);
      if (kind !== 'removed') out += encode(row) + eol;
    }
  }
  upTo(all.length);
  return out;
}

function verify(patch: ReviewPatch | undefined, before: Tree, after: Tree, options: readonly string[]): void {
  const files = patch?.files ?? [];
  const told = files.map(({ status, path: at, oldPath, mode: changed }) => ({
    status,
    path: at,
    oldPath,
    mode: changed,
  }));
  expect(told).toEqual(toldByGit(options).map((one) => ({ oldPath: undefined, mode: undefined, ...one })));
  const byName = (tree: Tree) => new Map([...tree].map(([at, { bytes: all }]) => [decoded(at), all]));
  const [old, now] = [byName(before), byName(after)];
  for (const file of files) {
    const was = file.status === 'added' ? '' : (old.get(file.oldPath ?? file.path) ?? '');
    const is = file.status === 'deleted' ? '' : (now.get(file.path) ?? '');
    if (file.binary) expect(was.includes('\0') || is.includes('\0')).toBe(true);
    else expect(applied(was, file)).toBe(is);
    const count = (kind: string) => file.hunks.flatMap(({ rows }) => rows).filter((row) => row.kind === kind).length;
    expect([file.insertions, file.deletions]).toEqual([count('added'), count('removed')]);
    for (const hunk of file.hunks) numbered(hunk);
  }
}

function numbered({ rows, oldStart, oldLines, newStart, newLines }: ReviewHunk): void {
  const run = (start: number, n: number) => Array.from({ length: n }, (_, i) => start + i);
  expect(rows.flatMap(({ oldLine }) => oldLine ?? [])).toEqual(run(oldStart, oldLines));
  expect(rows.flatMap(({ newLine }) => newLine ?? [])).toEqual(run(newStart, newLines));
}

const options = fc
  .subarray([['-M'], ['-C', '--find-copies-harder'], ['--binary'], ['--full-index'], ['-U0'], ['-U9'], ['--patience']])
  .map((some) => some.flat());

test('git diff of any two trees is read as git means it', () => {
  fc.assert(
    fc.property(trees, options, ({ before, after }, some) => {
      commit(before, after, 'change');
      const diff = git(['diff', ...some, 'x~', 'x']);
      const patches = readPatchText(diff, { file: 'x.patch' });
      expect(patches).toHaveLength(1);
      verify(patches[0], before, after, some);
    }),
    { numRuns: 40 },
  );
}, 60_000);

const message = fc.tuple(
  fc.constantFrom(
    'Short',
    'A long subject that goes on and on until format-patch has to break it into two lines of its own',
    'Grüße aus 界',
    'A = b? _c_',
  ),
  fc.constantFrom('', 'Why.', 'Why.\n\nMore: lines\nof it.', 'Für 界.', 'Recipe: not one of ours'),
);

test('git format-patch of any two trees is read as git means it', () => {
  fc.assert(
    fc.property(trees, options, message, ({ before, after }, some, [subject, body]) => {
      commit(before, after, asBytes(`${subject}\n\n${body}\n`));
      const mail = git(['format-patch', '--stdout', ...some, 'x~..x']);
      const patches = readPatchText(mail + mail, { file: 'x.patch' });
      expect(patches.map(({ title }) => title)).toEqual([subject, subject]);
      for (const patch of patches) verify(patch, before, after, some);
    }),
    { numRuns: 40 },
  );
}, 60_000);
