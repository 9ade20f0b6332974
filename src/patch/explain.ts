import type { EditAccount } from './types.ts';

/** An account as lines of plain text, for `--explain`: edit by edit what was looked for, found, where, and decided. */
export function explainAccount(account: readonly EditAccount[]): string[] {
  return account.flatMap((edit) => [
    `${edit.edit + 1}. ${edit.kind}: ${edit.outcome.replaceAll('-', ' ')} (${edit.reason})`,
    ...(edit.looksFor === '' ? [] : [`   looks for  ${edit.looksFor}`]),
    `   because    ${edit.why.replace(/\s+/g, ' ').trim()}`,
    ...edit.found.flatMap((f) => [`   ${f.file}:${f.line}  ${f.text}`, `      ${f.decision}`]),
  ]);
}
