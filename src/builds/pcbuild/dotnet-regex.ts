import type { Place } from '../../system/diagnostic.ts';
import { refuse } from './refuse.ts';

/** What .NET writes otherwise than JavaScript, or JavaScript has not. */
const FOREIGN = /\(\?(?![:=!])|\\[AZzGpPkK]|\[[^\]]*-\[|\{,\d/;

/**
 * A .NET regular expression as one of JavaScript. Only `.` and `$` need another form: .NET's `.` stops at a line feed
 * alone, and its `$` matches before a last line feed.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
 */
export function dotnetRegex(pattern: string, place: Place, flags = ''): RegExp {
  if (FOREIGN.test(pattern)) refuse(`The regular expression ${pattern} has a construct that is .NET's own`, place);
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '\\') {
      out += char + (pattern[++at] ?? '');
      continue;
    }
    if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    if (!inClass && char === '.') out += '[^\\n]';
    else if (!inClass && char === '$') out += '(?=\\n?(?![\\s\\S]))';
    else out += char;
  }
  try {
    return new RegExp(out, flags);
  } catch {
    return refuse(`The regular expression ${pattern} cannot be read`, place);
  }
}

/** A .NET replacement text, as far as JavaScript means the same by it. */
export function dotnetReplacement(text: string, place: Place): string {
  if (/\$[{_+]/.test(text)) refuse(`The replacement ${text} has a construct that is .NET's own`, place);
  return text;
}
