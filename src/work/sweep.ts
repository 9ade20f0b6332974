import { UserError } from '../system/diagnostic.ts';
import type { ParamOption } from './run-options.ts';

/** More builds and runs than anybody waits for. */
const MOST = 64;

/** What a sweep runs, and which of these stand beside each other. */
export interface Sweep {
  readonly members: readonly { readonly name: string; readonly params: readonly ParamOption[] }[];
  /** Places of members that differ in one parameter, by one step. */
  readonly neighbours: readonly (readonly [number, number])[];
}

/**
 * Parameters of which one has several values, `bits=16..20` or `delay=8,32,128`: a member for each combination, in the
 * order of the values; of several such parameters the last changes first.
 * @param oneAtATime each value of each of them by itself, the others as the recipe has them.
 * @returns one member where none has several values.
 * @throws UserError for a range that is none, and for more than 64 members.
 */
export function sweepOf(params: readonly ParamOption[], oneAtATime = false): Sweep {
  const values = params.map((param) => valuesOf(param).map((value) => ({ ...param, value })));
  const swept = values.map((own) => own.length > 1);
  const count = oneAtATime
    ? values.reduce((n, own) => n + (own.length > 1 ? own.length : 0), 0)
    : values.reduce((n, own) => n * own.length, 1);
  if (count > MOST)
    throw wrong(
      `${count} combinations of parameters are too many: at most ${MOST}`,
      oneAtATime ? 'name those values that matter' : 'sweep one parameter at a time: --one-at-a-time',
    );
  // Of each parameter which of its values; -1: the recipe's own.
  const places: readonly (readonly number[])[] =
    oneAtATime && swept.includes(true)
      ? values.flatMap((own, at) =>
          own.length < 2 ? [] : own.map((_, i) => values.map((_, k) => (k === at ? i : swept[k] ? -1 : 0))),
        )
      : values.reduce<number[][]>((all, own) => all.flatMap((before) => own.map((_, i) => [...before, i])), [[]]);
  const members = places.map((place) => {
    const own = place.map((i, k) => values[k]?.[i]);
    const told = own.flatMap((one, k) => (one === undefined || !swept[k] ? [] : [`${nameOf(one)}=${one.value}`]));
    return { name: told.join(' '), params: own.filter((one) => one !== undefined) };
  });
  return { members, neighbours: neighboursOf(places) };
}

const nameOf = ({ recipe, name }: ParamOption) => (recipe === undefined ? name : `${recipe}.${name}`);

function neighboursOf(places: readonly (readonly number[])[]): Sweep['neighbours'] {
  const isNext = (a: readonly number[], b: readonly number[]) => {
    const differ = a.flatMap((i, k) => (i === b[k] ? [] : [[i, b[k] ?? -1] as const]));
    return differ.length === 1 && differ.every(([i, j]) => i >= 0 && j === i + 1);
  };
  return places.flatMap((a, i) => places.flatMap((b, j) => (isNext(a, b) ? [[i, j] as const] : [])));
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
