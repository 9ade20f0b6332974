/** Strings and characters whole, names, numbers, operators of several characters, everything else alone. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\p{L}_][\p{L}\p{N}_]*|\.?\d[\w.]*|<<=|>>=|\.\.\.|->|\+\+|--|&&|\|\||##|<<|>>|[-+*/%&|^<>=!]=|\/\/|\/\*|\*\/|\S/gu;

/**
 * C as the compiler reads it: without the white space between its tokens, which re-indenting changes; comments are
 * tokens, too. Lines count where they mean something: for the preprocessor, after a backslash, for `//`.
 * @returns equal for two texts that differ in nothing but how they are set.
 */
export function cTokens(lines: readonly string[]): string {
  const byLine = lines.some((line) => /^\s*#|\\$|\/\//.test(line));
  // `#define F (x)` is not `#define F(x)`.
  const tokens = lines.map((line) =>
    /^\s*#/.test(line)
      ? line
          .trim()
          .replace(/^#\s*/, '#')
          .replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ' ')
      : (line.match(TOKEN) ?? []).join('\0'),
  );
  return tokens.filter((line) => line !== '').join(byLine ? '\n' : '\0');
}
