import { quoted } from '../../system/quote.ts';

/** How a command line is taken apart: by a POSIX shell, or by the Microsoft C runtime's rules. */
export type Shell = 'posix' | 'windows';

/**
 * Backslashes count only before a quote.
 * @see https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function windows(arg: string): string {
  if (arg !== '' && !/[\s"]/.test(arg)) return arg;
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/** A command line of arguments. */
export function commandLine(args: readonly string[], shell: Shell): string {
  return args.map(shell === 'posix' ? quoted : windows).join(' ');
}

/** A value in a ninja file. @throws a plain error for a line break, which none can hold. */
export function ninjaValue(text: string): string {
  if (/[\r\n]/.test(text)) throw new Error(`a ninja file cannot hold a line break: ${JSON.stringify(text)}`);
  return text.replaceAll('$', '$$$$');
}

/** A path in a build statement, where blanks and colons separate. */
export function ninjaPath(text: string): string {
  return ninjaValue(text).replace(/[ :]/g, '$$$&');
}
