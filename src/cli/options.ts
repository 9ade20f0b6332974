import { type Command, InvalidArgumentError, Option } from 'commander';
import { BadValue, type OptionSpec, type OptionTable, option, type ValuesOf } from '../work/options.ts';
import { JOBS_OPTION } from '../work/run-options.ts';

export const SHARED_OPTIONS = {
  json: option('--json', 'events and result as JSON lines on stdout, nothing else'),
  quiet: option('-q, --quiet', 'say only what is wrong, and the result'),
  verbose: option('-v, --verbose', 'say more of what is done and why'),
  cache: option(
    '--cache <dir>',
    'folder for sources and builds (default: $FORKWRIGHT_CACHE or the system’s cache folder)',
  ),
  ...JOBS_OPTION,
} as const satisfies OptionTable;

export const VERIFY_OPTION = {
  verify: option('--verify', 'also compile the touched files as release, as debug, and under each #if that is touched'),
} as const satisfies OptionTable;

export type SharedOptions = ValuesOf<typeof SHARED_OPTIONS>;

export function addOptions(command: Command, table: OptionTable): Command {
  for (const spec of Object.values(table)) command.addOption(optionOf(spec));
  return command;
}

function optionOf({ flags, text, choices, parse, list, otherwise, required = false }: OptionSpec): Option {
  const option = new Option(flags, text).makeOptionMandatory(required);
  if (choices !== undefined) option.choices([...choices]);
  if (parse !== undefined || list) {
    option.argParser((value, before: unknown) => {
      const one = parse === undefined ? value : parsed(parse, value);
      return list ? [...(before as unknown[]), one] : one;
    });
  }
  const first = list ? [] : otherwise;
  return first === undefined ? option : option.default(first);
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof BadValue ? new InvalidArgumentError(error.message) : error;
  }
}
