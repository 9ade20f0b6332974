/**
 * MSBuild's escapes: `%3B` is a semicolon that does not separate. Values are kept escaped until they are used, and what
 * a property function returns is escaped again.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-special-characters
 */
export function escapeValue(text: string): string {
  return text.replace(/[%*?@$();']/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A `%` without two hexadecimal digits behind it stays. */
export function unescapeValue(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
