import type { BaseId, SourceTree } from '../../checkout/types.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import { describeBase } from '../message.ts';

/** A tree in one line: its version, and which bytes. */
function treeLine(tree: Pick<SourceTree, 'version' | 'base'>): string {
  const base: BaseId = tree.base;
  const describe = base.kind === 'git' && base.describe !== undefined ? ` (${base.describe})` : '';
  return `Python ${tree.version.text}, ${describeBase(base)}${describe}`;
}

const TRAILER = /^[A-Za-z][A-Za-z0-9-]*: /;

/**
 * What stands before the diff in the ported patch: the old message, author and date of a mail included, with trailers
 * that say where the patch was ported from and to.
 * @param rest how many hunks are left out: a patch that is not whole says so.
 */
export function portedMessage(
  parsed: ParsedPatch,
  from: Pick<SourceTree, 'version' | 'base'>,
  to: Pick<SourceTree, 'version' | 'base'>,
  rest: number,
): string {
  const trailers = [
    `Ported-From: ${treeLine(from)}`,
    `Ported-To: ${treeLine(to)}`,
    ...(rest === 0 ? [] : [`Ported-Partly: ${rest} ${rest === 1 ? 'hunk is' : 'hunks are'} not in this patch`]),
  ].join('\n');
  const text = parsed.message.replace(/\s+$/, '');
  const last = text.slice(text.lastIndexOf('\n\n') + 1).trim();
  const headerOnly = parsed.isMail && !text.includes('\n\n');
  const follows = text !== '' && !headerOnly && last.split('\n').every((l) => TRAILER.test(l) || /^\s/.test(l));
  const gap = text === '' ? '' : follows ? '\n' : '\n\n';
  return `${text}${gap}${trailers}\n${parsed.isMail ? '---\n' : ''}\n`;
}
