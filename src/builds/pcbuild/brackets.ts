/**
 * The closing parenthesis to an opening one, past quoted texts and nested pairs, as MSBuild looks for it.
 * @param open where the opening parenthesis is.
 * @returns -1 without one.
 */
export function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '(') depth++;
    else if (char === ')') {
      depth--;
      if (depth === 0) return at;
    } else if (char === "'" || char === '"' || char === '`') {
      const end = text.indexOf(char, at + 1);
      if (end < 0) return -1;
      at = end;
    }
  }
  return -1;
}

/** Splits at a separator outside of quotes and parentheses. */
export function splitOutside(text: string, separator: string, quotes = '\'"`'): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    } else if (char === '(') {
      const end = closingParenthesis(text, at);
      if (end > 0) at = end;
    } else if (quotes.includes(char)) {
      const end = text.indexOf(char, at + 1);
      if (end > 0) at = end;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
