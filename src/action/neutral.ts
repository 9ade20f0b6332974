import { printableText } from '../document/printable.ts';

/** An invisible joiner: what it stands in is read by people as before, and by the runner as nothing of its own. */
const JOINER = '\u2060';

/**
 * Text for the job's log, in which the runner sees no command. It obeys lines that begin with `::name` (after white space)
 * and `##[name]` anywhere in a line (actions/runner, ActionCommand.cs), whoever wrote them.
 */
export function neutralText(text: string): string {
  return printableText(text)
    .split('\n')
    .map((line) => line.replace(/^(\s*):(?=:)/, `$1:${JOINER}`).replaceAll('##[', `#${JOINER}#[`))
    .join('\n');
}

export const neutralLine = (text: string): string => neutralText(text).replace(/\s*\n\s*/g, ' ');

/** Shorter than this a value hides nothing, and would eat up ordinary text. */
const SHORTEST = 4;

/**
 * Replaces what must not be read by `***`. The runner does so in logs and summaries only: comments, outputs and
 * artifacts are ours to mask.
 * @param secrets values as they are; those of several lines are hidden line by line, too.
 */
export function masker(secrets: readonly (string | undefined)[]): (text: string) => string {
  const all = secrets
    .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
    .map((secret) => secret.trim())
    .filter((secret) => secret.length >= SHORTEST);
  // The longest first: one may be part of another.
  const ordered = [...new Set(all)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
