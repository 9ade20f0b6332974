import type { Edit } from '../../recipe/schema.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An edit whose texts are bytes as latin1, as a recipe has it: as UTF-8. What is none stays, and matches nothing. */
export function asWritten<E extends Edit>(edit: E): E {
  const decoded = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decoded);
    if (typeof value !== 'string' || !/[^\x00-\x7f]/.test(value)) return value;
    try {
      return utf8.decode(Buffer.from(value, 'latin1'));
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(edit).map(([name, value]) => [name, decoded(value)])) as unknown as E;
}
