import { decodeBytes } from '../system/decode.ts';
import { UserError } from '../system/diagnostic.ts';

/** Whether a file's name, bytes as latin1, is UTF-8: another one would get other bytes where it is written. */
export const isUtf8Name = (name: string): boolean => Buffer.from(decodeBytes(name), 'utf8').toString('latin1') === name;

/** A file's name as text. @throws UserError for one that is not UTF-8. */
export function nameOf(name: string): string {
  if (isUtf8Name(name)) return decodeBytes(name);
  throw new UserError({
    code: 'change/name',
    message: `the name of the file ${decodeBytes(name)} is not UTF-8: it would be made under another one`,
    hint: 'leave the file out',
  });
}
