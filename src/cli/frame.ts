import type { CommandContext, Outcome } from './execute.ts';
import type { SharedOptions } from './options.ts';

export type { CommandContext, Outcome } from './execute.ts';

/** Runs a command's body as `execute.ts` says, which is loaded only when one is called. */
export async function execute(
  name: string,
  options: SharedOptions,
  body: (ctx: CommandContext) => Promise<Outcome>,
): Promise<void> {
  await (await import('./execute.ts')).execute(name, options, body);
}

/** How a result is shown on this terminal. */
export const shownOn = ({ terminal: { width, colorOut: color }, verbose }: CommandContext) => ({
  width,
  color,
  verbose,
});
