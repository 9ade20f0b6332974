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

/** As `neutralText`, on one line. */
export const neutralLine = (text: string): string => neutralText(text).replace(/\s*\n\s*/g, ' ');
