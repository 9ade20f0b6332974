import type { Field, Struct } from '../../c/structs.ts';

/** Beside which name something goes in, or at which end. One of them is given. */
export interface Beside {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly at?: 'start' | 'end' | undefined;
}

/** For messages: `after pool_get`, `at the end`. */
export const describePlace = ({ before, after, at }: Beside): string =>
  before !== undefined ? `before ${before}` : after !== undefined ? `after ${after}` : `at the ${at}`;

/** `PyObject_HEAD`, which no semicolon ends. */
const HEAD = /^_?Py(?:_|Object_)?(?:VAR_|Var)?(?:Object_)?HEAD(?:_EXTRA)?$/;
const isHead = ({ declaration }: Field): boolean =>
  HEAD.test(declaration) || /^(?:struct _object|struct _typeobject|PyObject|PyVarObject) \w+$/.test(declaration);
/** A head without a semicolon, read as a part of the member behind it. */
export const isOpenHead = ({ declaration }: Field): boolean =>
  HEAD.test(declaration.split(' ')[0] ?? '') && !HEAD.test(declaration);

/** Before which member of a struct the new ones come; `undefined` where it has not the one that they stand beside. */
export function indexIn({ fields }: Struct, { before, after, at }: Beside): number | undefined {
  if (at === 'end') return fields.length;
  if (at === 'start') return fields[0] !== undefined && isHead(fields[0]) ? 1 : 0;
  const index = fields.findIndex((f) => f.name === (before ?? after));
  return index < 0 ? undefined : before === undefined ? index + 1 : index;
}
