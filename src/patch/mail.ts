import { utf8AsLatin1 } from '../checkout/latin1.ts';
import type { WrittenDiff } from '../diff/write.ts';
import { commitMessage, type MessageFacts } from './message.ts';

const AUTHOR = 'Forkwright <forkwright@invalid>';
/** Not the time of making: the same recipe on the same sources gives the same bytes. */
const DATE = 'Thu, 1 Jan 1970 00:00:00 +0000';

/** A whole patch file that `git am`, `git apply` and `patch -p1 -F0` take, as latin1 bytes. */
export function patchMail(facts: MessageFacts, diffs: readonly WrittenDiff[]): string {
  const { subject, body } = commitMessage(facts);
  const ascii = !/[^\x00-\x7f]/.test(subject + body);
  const header = [
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`,
    `From: ${AUTHOR}`,
    `Date: ${DATE}`,
    `Subject: [PATCH] ${subject}`,
    ...(ascii
      ? []
      : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
  ];
  return `${utf8AsLatin1(`${header.join('\n')}\n\n${body}`)}\n---\n\n${diffs.map((d) => d.text).join('')}`;
}
