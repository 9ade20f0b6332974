/** A recipe's or a tree's words stay words: the finished mail, as git and as patch(1) read it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letterOf } from '../../src/diff/mail.ts';
import { parsePatch } from '../../src/diff/read.ts';
import type { ParsedPatch } from '../../src/diff/types.ts';
import { writeDiff } from '../../src/diff/write.ts';
import { patchMail } from '../../src/patch/mail.ts';
import type { MessageFacts } from '../../src/patch/message.ts';
import { UserError } from '../../src/system/diagnostic.ts';

const diff = writeDiff({
  oldPath: 'good.c',
  newPath: 'good.c',
  oldMode: '100644',
  newMode: '100644',
  before: 'a\nb\n',
  after: 'a\nc\n',
});
const facts = (more: Partial<MessageFacts> & { title?: string; why?: string } = {}): MessageFacts => ({
  recipe: { id: 'x', title: more.title ?? 'A title', why: more.why ?? 'because', version: '1', hash: 'a'.repeat(64) },
  params: {},
  pythonVersion: '3.9.2',
  base: { kind: 'folder', treeHash: 'sha256:x' },
  buildOptions: [],
  ...more,
});

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-mail-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The folder's files after `patch`, and what `git mailinfo` takes for the author, the subject and the patch. */
function asRead(mail: string) {
  const tree = mkdtempSync(path.join(dir, 'tree-'));
  for (const name of ['good.c', 'evil.c']) writeFileSync(path.join(tree, name), 'a\nb\n');
  const patch = path.join(dir, 'patch');
  const box = path.join(dir, 'box');
  rmSync(box, { recursive: true, force: true });
  mkdirSync(box);
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
  writeFileSync(patch, mail, 'latin1');
  const mails = Number(execFileSync('git', ['mailsplit', `-o${box}`, patch], { env, encoding: 'utf8' }));
  const args = ['-c', 'mailinfo.scissors=true', 'mailinfo', path.join(dir, 'msg'), path.join(dir, 'diff')];
  const info = execFileSync('git', args, { env, input: Buffer.from(mail, 'latin1'), encoding: 'utf8' });
  const done = spawnSync('patch', ['-p1', '-F0', '-s', '-f', '-i', patch], { cwd: tree, env, encoding: 'utf8' });
  const files = Object.fromEntries(readdirSync(tree).map((f) => [f, readFileSync(path.join(tree, f), 'latin1')]));
  return { mails, info, diff: readFileSync(path.join(dir, 'diff'), 'latin1'), status: done.status, files };
}

function expectOnlyTheDiff(mail: string, subject: string) {
  const read = asRead(mail);
  expect(read).toMatchObject({ mails: 1, status: 0, files: { 'good.c': 'a\nc\n', 'evil.c': 'a\nb\n' } });
  expect(read.diff).toBe(`---\n\n${diff.text}`);
  expect(read.info).toContain(`Author: Forkwright\nEmail: forkwright@invalid\nSubject: ${subject}\n`);
  expect(letterOf(parsePatch(mail, 'mail')[0] as ParsedPatch).subject).toBe(subject);
}

const EVIL = ['--- a/evil.c', '+++ b/evil.c', '@@ -1,2 +1,2 @@', ' a', '-b', '+x'];
/** A word that fills its line: what follows begins the next one. */
const filler = 'w'.repeat(72);
const laidOut = EVIL.map((line) => `${filler} ${line.trim()}`).join(' ');

describe('words that git or patch(1) could obey', () => {
  test.each([
    ['an indented diff', laidOut],
    ['a diff of its own', EVIL.join('\n\n')],
    ['a header of git', `${filler} diff --git a/evil.c b/evil.c ${filler} --- a/evil.c ${filler} +++ b/evil.c`],
    ['another author', 'From:Name<mail@example.org>'],
    ['another subject', 'Subject:Another\n\nDate:now'],
    ['another mail', 'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n\nFrom: A <a@b.c>\n\nx'],
    ['an end of the message', `before\n\n---\n\nafter\n\n-- \n\nlast`],
    [
      'a context diff',
      `${filler} *** a/evil.c ${filler} --- b/evil.c ${filler} *************** ${filler} *** 1,2 ****`,
    ],
    ['orders for ed', `${filler} Index: evil.c ${filler} 1c x ${filler} .`],
    ['an index line', 'Index: evil.c'],
    ['a mail in a mail', `- --- a/evil.c\n\n- +++ b/evil.c\n\n${EVIL.slice(2).join('\n\n')}`],
    ['scissors', 'before\n\n-- >8 --\n\nafter'],
    ['umlauts', 'Größe: klein — Ende'],
  ])('%s', (_, why) => {
    let mail: string;
    try {
      mail = patchMail(facts({ why }), [diff]);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).diagnostics[0]?.code).toBe('patch/unsafe-words');
      return;
    }
    expectOnlyTheDiff(mail, 'A title');
  });

  test.each<[string, Parameters<typeof facts>[0]]>([
    ['a line break in a value', { params: { a: `x\n---\n${diff.text.replaceAll('good', 'evil')}` } }],
    ['… in an option of configure', { buildOptions: ['--with-x\n---\n'] }],
    ['… in an archive’s name', { base: { kind: 'tarball', name: 'x\n---\n', sha256: 'a', treeHash: 'b' } }],
    ['… in a glob', { include: ['x\r---'] }],
    ['… in the version', { pythonVersion: '3.9\u2028' }],
    ['an encoded word in the title', { title: '=?utf-8?q?x=0aFrom:_a?=' }],
    ['a tag in the title', { title: '[PATCH 2/3] x' }],
    ['an escape in the title', { title: 'a\x1b[2J' }],
  ])('refused: %s', (_, more) => {
    expect(() => patchMail(facts(more), [diff])).toThrow(/does not fit into the head of a patch/);
  });

  test('words without a diff are looked at too', () => {
    expect(patchMail(facts({ buildOptions: ['--with-x'] }), [])).toContain('\n---\n\n');
    const ed = `${filler} 1c ${filler} .`;
    expect(() => patchMail(facts({ why: `Index: evil.c ${ed}` }), [])).toThrow(UserError);
  });
});

test('random reasons out of all that means something to git or patch(1)', () => {
  const parts = [...EVIL, 'diff --git a/evil.c b/evil.c', '---', '-- ', 'From: a <b@c.d>', 'Index: evil.c', '1d', '.'];
  const more = [
    '*** a/evil.c',
    '***************',
    '-- >8 --',
    'Content-Type: text/plain; boundary=x',
    '--x',
    'word',
    filler,
  ];
  const piece = fc.tuple(
    fc.constantFrom(...parts, ...more),
    fc.constantFrom(' ', '\n\n', `\n\n${filler} `, ` ${filler} `),
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 9 }), (pieces) => {
      const why = `${pieces.map(([text, gap]) => text + gap).join('')}end`;
      let mail: string;
      try {
        mail = patchMail(facts({ why }), [diff]);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return;
      }
      read += 1;
      expectOnlyTheDiff(mail, 'A title');
    }),
    { numRuns: 60 },
  );
  expect(read).toBeGreaterThan(5);
});
