const WORD = /=\?([^?\s]+)\?([qb])\?([^?\s]*)\?=/gi;

/**
 * A mail's header as text: git writes what is not ASCII in encoded words (RFC 2047), as in `=?UTF-8?q?Gr=C3=BC=C3=9Fe?=`.
 * What cannot be read stays as it is.
 */
export function decodeWords(header: string): string {
  // White space between two encoded words only keeps the lines short (RFC 2047, 6.2); a character may be cut in two there.
  const joined = header.replace(/(=\?[^?\s]+\?[qb]\?[^?\s]*\?=)\s+(?==\?[^?\s]+\?[qb]\?[^?\s]*\?=)/gi, '$1');
  const runs = joined.replace(/\?==\?([^?\s]+)\?q\?/gi, (between, charset: string, at: number) =>
    sameWord(joined.slice(0, at), charset) ? '' : between,
  );
  return runs.replace(WORD, (word, charset: string, encoding: string, text: string) => {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quoted(text);
    try {
      return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
    } catch {
      return word;
    }
  });
}

/** Whether the word that ends here is quoted, in the same character set. */
function sameWord(before: string, charset: string): boolean {
  const [, last, encoding] = /=\?([^?\s]+)\?([qb])\?[^?\s]*$/i.exec(before) ?? [];
  return last?.toLowerCase() === charset.toLowerCase() && encoding?.toLowerCase() === 'q';
}

const quoted = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
