import type { Command } from 'commander';
import { longName, type OptionSpec, type OptionTable, type ValuesOf, type WrittenOption } from '../work/options.ts';
import type { CommandContext, Outcome } from './execute.ts';
import { addOptions, SHARED_OPTIONS, type SharedOptions } from './options.ts';

export type { CommandContext, Outcome } from './execute.ts';

/** A command as data: what is said of it, what it takes, and what it does. */
interface CommandSpec<T extends OptionTable, A extends string> {
  /** As it is typed: `recipes list`. */
  readonly name: string;
  /** A line in the list of all commands. */
  readonly summary?: string;
  readonly description: string;
  /** What is said of each argument, by its name for commander: `<recipe...>`, `[dir]`. */
  readonly args?: Readonly<Record<A, string>>;
  /** Beside those that all commands share. */
  readonly options?: T;
  /** Below the help: examples. */
  readonly help: string;
  /** @param words the arguments, in one list. @param typed the options that were typed, each as the user wrote it. */
  run(
    words: [Extract<A, `<${string}`>] extends [never] ? readonly string[] : readonly [string, ...string[]],
    options: SharedOptions & ValuesOf<T>,
    ctx: CommandContext,
    typed: readonly WrittenOption[],
  ): Promise<Outcome>;
}

/** Adds itself to the program, or to its group. @param isDefault what the group does when nothing else is named. */
type Register = (parent: Command, isDefault?: boolean) => void;

/** A command from its table. What runs it, `execute.ts`, is loaded only when one is called. */
export const command =
  <const T extends OptionTable = Readonly<Record<never, OptionSpec>>, A extends string = never>(
    spec: CommandSpec<T, A>,
  ): Register =>
  (parent, isDefault = false) => {
    const { name, summary, description, args = {}, options, help, run } = spec;
    const made = parent.command(name.split(' ').at(-1) ?? '', { isDefault });
    made.description(description).addHelpText('after', help);
    if (summary !== undefined) made.summary(summary);
    for (const [flags, text] of Object.entries<string>(args)) made.argument(flags, text);
    addOptions(made, { ...SHARED_OPTIONS, ...options });
    const typed: WrittenOption[] = [];
    for (const { flags } of made.options) {
      const name = longName(flags);
      made.on(`option:${name}`, (value: unknown) => {
        typed.push({ name, value: typeof value === 'string' ? value : undefined });
      });
    }
    made.action(async (...given) => {
      const words = given.slice(0, -2).flatMap((one) => one ?? []);
      const values = given.at(-2);
      await (await import('./execute.ts')).execute(name, values, (ctx) => run(words as never, values, ctx, typed));
    });
  };

export const group =
  (name: string, summary: string, description: string, help: string, commands: readonly Register[]): Register =>
  (program) => {
    const made = program.command(name).summary(summary).description(description).addHelpText('after', help);
    for (const [i, register] of commands.entries()) register(made, i === 0);
  };

/** How a result is shown on this terminal. */
export const shownOn = ({ terminal: { width, colorOut: color }, verbose }: CommandContext) => ({
  width,
  color,
  verbose,
});
