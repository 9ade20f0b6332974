/** A byte order mark is a character of the text like any other: who writes for people makes it visible. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes (latin1) as text: UTF-8 where all of them are that, else Latin-1, as most old CPython sources. */
export function decoder(all: string): {
  readonly encoding: 'utf-8' | 'latin-1';
  readonly decode: (bytes: string) => string;
} {
  const decode = (bytes: string) => (/[\x80-\xff]/.test(bytes) ? utf8.decode(Buffer.from(bytes, 'latin1')) : bytes);
  try {
    decode(all);
    return { encoding: 'utf-8', decode };
  } catch {
    return { encoding: 'latin-1', decode: (bytes) => bytes };
  }
}

/** A file's or a name's bytes (latin1) for a reader. */
export const decodeBytes = (bytes: string): string => decoder(bytes).decode(bytes);
