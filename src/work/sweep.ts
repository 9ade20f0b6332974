import { UserError } from '../system/diagnostic.ts';
import type { ParamOption } from './run-options.ts';

/** More builds and runs than anybody waits for. */
const MOST = 64;

/**
 * Parameters of which one has several values, `bits=16..20` or `delay=8,32,128`, as one list for each combination, in the
 * order of the values; of several such parameters the last changes first.
 * @returns one list where none has.
 * @throws UserError for a range that is none, and for more than 64 combinations.
 */
export function sweepOf(params: readonly ParamOption[]): readonly (readonly ParamOption[])[] {
  const values = params.map((param) => valuesOf(param).map((value) => ({ ...param, value })));
  const count = values.reduce((n, own) => n * own.length, 1);
  if (count > MOST)
    throw wrong(`${count} combinations of parameters are too many: at most ${MOST}`, 'sweep one parameter at a time');
  return values.reduce<ParamOption[][]>(
    (all, own) => all.flatMap((before) => own.map((one) => [...before, one])),
    [[]],
  );
}

function valuesOf({ name, value }: ParamOption): readonly string[] {
  const [, low, high] = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(value) ?? [];
  if (low === undefined || high === undefined) {
    const values = value.split(',').map((one) => one.trim());
    if (values.length > 1 && (values.includes('') || new Set(values).size < values.length))
      throw wrong(`--param ${name}=${value}: a value is empty, or there twice`, `${name}=8,32,128`);
    return values.length > 1 ? values : [value];
  }
  const [from, to] = [Number(low), Number(high)];
  if (from >= to)
    throw wrong(`--param ${name}=${value}: the range is empty`, `the smaller one first: ${name}=${high}..${low}`);
  if (to - from >= MOST)
    throw wrong(
      `--param ${name}=${value}: ${to - from + 1} values are too many: at most ${MOST}`,
      'name those that matter: 8,32,128',
    );
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
}

const wrong = (message: string, hint: string) => new UserError({ code: 'cli/sweep', message, hint });
