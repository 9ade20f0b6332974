import { expect, test } from 'vitest';
import { paragraphs } from '../../../src/review/html/file.ts';
import { nameOf, verdictOf } from '../../../src/review/words.ts';

const problem = { code: 'patch/does-not-apply', message: 'it does not apply' };

test('a patch that was read and has problems is not merely read', () => {
  expect(verdictOf({ verdict: 'read', problems: [] })).toEqual({ tone: 'plain', word: 'read from a file' });
  expect(verdictOf({ verdict: 'read', problems: [problem] })).toEqual({
    tone: 'bad',
    word: 'read from a file: 1 problem',
  });
  // Its word says it already.
  expect(verdictOf({ verdict: 'conflict', problems: [problem] }).word).toBe('conflicts: no patch');
});

test('a hard-wrapped paragraph is set anew; what is laid out by its lines keeps them', () => {
  const set = (text: string) =>
    [
      ...paragraphs(text)
        .toString()
        .matchAll(/<p class="prose">([^<]*)<\/p>/g),
    ].map(([, p]) => p);
  expect(set('One sentence that\nis wrapped by hand.\n\nAnother\nparagraph.\n')).toEqual([
    'One sentence that is wrapped by hand.',
    'Another paragraph.',
  ]);
  expect(set('Changes:\n- one\n- two')).toEqual(['Changes:\n- one\n- two']);
  expect(set('So:\n    code()\n    more()')).toEqual(['So:\n    code()\n    more()']);
  expect(set('Fixes: 1\nReviewed-by: X')).toEqual(['Fixes: 1\nReviewed-by: X']);
});

test('mails of one file are told apart by their subjects', () => {
  const mails = ['one', 'two'].map((title) => ({ id: 'series.mbox', title }));
  expect(mails.map((mail) => nameOf(mail, mails))).toEqual(['one', 'two']);
  expect(mails.slice(1).map((mail) => nameOf(mail, mails.slice(1)))).toEqual(['series.mbox']);
});
