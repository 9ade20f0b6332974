import { utf8AsLatin1 } from '../checkout/latin1.ts';
import { parsePatch } from '../diff/read.ts';
import type { ParsedPatch } from '../diff/types.ts';
import type { WrittenDiff } from '../diff/write.ts';
import { UserError } from '../system/diagnostic.ts';
import { commitMessage, type MessageFacts } from './message.ts';

const AUTHOR = 'Forkwright <forkwright@invalid>';
/** Not the time of making: the same recipe on the same sources gives the same bytes. */
const DATE = 'Thu, 1 Jan 1970 00:00:00 +0000';

type Diffs = readonly Pick<WrittenDiff, 'text'>[];

/** What stands before the diffs, as latin1 bytes. */
export function mailHead(facts: MessageFacts): string {
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
  return `${utf8AsLatin1(`${header.join('\n')}\n\n${body}`)}\n---\n\n`;
}

/**
 * A whole patch file that `git am`, `git apply` and `patch -p1 -F0` take, as latin1 bytes. It is read back: a recipe and
 * a tree are foreign, and none of their words may become a diff, a mail or an author.
 * @throws UserError when git or patch(1) would read anything but these diffs out of it.
 */
export function patchMail(facts: MessageFacts, diffs: Diffs): string {
  const head = mailHead(facts);
  const text = joined(diffs);
  const { id } = facts.recipe;
  // Words without a diff are read before one: a patch may only ask for options of configure.
  const read = readBack(head, text === '' ? ANY_DIFF : text, id);
  const [mail] = read;
  const isWhole = mail?.isMail && head.startsWith(mail.message) && /^---\n\n$/.test(head.slice(mail.message.length));
  if (read.length !== 1 || !isWhole || filesOf(read) !== filesOf(parsePatch(text === '' ? ANY_DIFF : text, id)))
    throw unsafe(id, 'git or patch(1) would take a part of them for a diff or for another mail');
  return head + text;
}

const ANY_DIFF = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n';
const joined = (diffs: Diffs) => diffs.map((d) => d.text).join('');

/** Which files patches change, and in how many places. */
function filesOf(patches: readonly ParsedPatch[]): string {
  const files = patches.flatMap((patch) => patch.files);
  return JSON.stringify(files.map((f) => [f.oldPath, f.newPath, f.hunks.length]));
}

function readBack(head: string, diffs: string, id: string): ParsedPatch[] {
  try {
    return parsePatch(head + diffs, id);
  } catch (error) {
    if (error instanceof UserError) throw unsafe(id, error.message);
    throw error;
  }
}

function unsafe(id: string, reason: string): UserError {
  return new UserError({
    code: 'patch/unsafe-words',
    message: `the words of recipe ${id} do not fit into a patch: ${reason}`,
    hint: 'change its title, its `why:`, or the values of its parameters',
  });
}
