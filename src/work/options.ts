import { UserError } from '../system/diagnostic.ts';

/** The options that say what is asked for, as data: the command line and the Action read both from these tables. */

/** A value that an option cannot take; the message says what it takes. */
export class BadValue extends Error {}

export interface OptionSpec {
  /** As commander has them: `-C, --checkout <dir>`, `--resume [dir]`; without either it is a switch. */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  /** @throws BadValue */
  readonly parse?: (text: string) => unknown;
  /** Repeatable: the values in a list, empty where none is given. */
  readonly list?: true;
  /** The value where none is given. */
  readonly otherwise?: unknown;
  readonly required?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<O extends OptionSpec> = O extends { readonly parse: (text: string) => infer T }
  ? T
  : O extends { readonly choices: readonly (infer C)[] }
    ? C
    : O['flags'] extends `${string}>`
      ? string
      : O['flags'] extends `${string}]`
        ? string | true
        : boolean;
type Given<O extends OptionSpec> = O extends { readonly list: true } ? readonly ValueOf<O>[] : ValueOf<O>;
type Always<T extends OptionTable> = {
  [K in keyof T]: T[K] extends { readonly list: true } | { readonly otherwise: unknown } | { readonly required: true }
    ? K
    : never;
}[keyof T];

/** The values that a table's options have. */
export type ValuesOf<T extends OptionTable> = { readonly [K in Always<T>]: Given<T[K]> } & {
  readonly [K in Exclude<keyof T, Always<T>>]?: Given<T[K]>;
};

/** An option of a table: its flags, what is said of it, and what else there is to it. */
export const option = <const F extends string, const M extends Omit<OptionSpec, 'flags' | 'text'> = object>(
  flags: F,
  text: string,
  more?: M,
): { readonly flags: F; readonly text: string } & M => ({ flags, text, ...more }) as never;

/** One that may be given again and again. */
export const repeatable = <const F extends string>(flags: F, text: string) => option(flags, text, { list: true });

/** A number of 1 or more. */
export const counted = <const F extends string>(flags: F, text: string) =>
  option(flags, text, { parse: positiveInteger });

/** `configure-option`, of the flags of `--configure-option <option>`. */
export const longName = (flags: string): string => /--([\w-]+)/.exec(flags)?.[1] ?? '';

export const takesValue = ({ flags }: OptionSpec): boolean => flags.endsWith('>');

/** An option as it was written: `--cflags` and its value, or a switch. */
export interface WrittenOption {
  readonly name: string;
  readonly value?: string | undefined;
}

/** Bound to its option, so that no value can be taken for another option. */
export const written = ({ name, value }: WrittenOption): string =>
  value === undefined ? `--${name}` : `--${name}=${value}`;

/**
 * Reads options by their table, with the same checks and defaults as the command line.
 * @param refuse what is thrown for an option that is not there or cannot have this value.
 */
export function readOptions<T extends OptionTable>(
  table: T,
  given: readonly WrittenOption[],
  refuse: (name: string, why: string) => Error,
): ValuesOf<T> {
  const byName = new Map(Object.entries(table).map(([key, spec]) => [longName(spec.flags), { key, spec }]));
  const values: Record<string, unknown> = {};
  for (const [key, { list, otherwise }] of Object.entries(table)) {
    if (list || otherwise !== undefined) values[key] = list ? [] : otherwise;
  }
  for (const { name, value } of given) {
    const found = byName.get(name);
    if (found === undefined) throw refuse(name, `unknown option --${name}`);
    const { key, spec } = found;
    if (takesValue(spec) !== (value !== undefined)) {
      throw refuse(name, takesValue(spec) ? `--${name} needs a value` : `--${name} takes no value`);
    }
    const one = value === undefined ? true : valueFor(spec, value, (why) => refuse(name, why));
    values[key] = spec.list ? [...(values[key] as unknown[]), one] : one;
  }
  return values as ValuesOf<T>;
}

function valueFor({ choices, parse }: OptionSpec, value: string, refuse: (why: string) => Error): unknown {
  if (choices?.includes(value) === false) {
    throw refuse(`${JSON.stringify(value)} is not one of ${choices.join(', ')}`);
  }
  try {
    return parse === undefined ? value : parse(value);
  } catch (error) {
    throw error instanceof BadValue ? refuse(`${JSON.stringify(value)} is invalid: ${error.message}`) : error;
  }
}

/** A number of 1 or more. @throws BadValue */
export function positiveInteger(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new BadValue('expected a whole number from 1 to 999999999');
  return Number(text);
}

/** @throws BadValue */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new BadValue('expected a whole number');
  return Number(text);
}

/** Without the members that are not given, so that they override nothing. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** What was typed makes no sense; exit code 2. */
export const usage = (message: string, hint: string) => new UserError({ code: 'cli/usage', message, hint });

/**
 * @param command whose help tells more.
 * @throws UserError (exit code 2) for options that mean nothing beside one another.
 */
export function refuseTogether<T extends object>(
  options: T,
  one: string,
  others: readonly (keyof T & string)[],
  command = 'review',
): void {
  const given = others.filter((name) => {
    const value = options[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw usage(`${flags.join(' and ')} and ${one} do not go together`, `see \`forkwright ${command} --help\``);
}
